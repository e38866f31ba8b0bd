import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { CredentialUrl, Secret } from './secret.ts';

test('a secret is seen by nobody who does not ask for it', () => {
  const secret = new Secret('rosebud');
  expect(String(secret)).toBe('<secret>');
  expect(JSON.stringify({ password: secret })).toBe('{"password":"<secret>"}');
  expect(inspect({ password: secret }, { showHidden: true })).toBe('{ password: <secret> }');
  expect(Object.entries(secret)).toEqual([]);
  expect(secret.reveal()).toBe('rosebud');
});

test('a URL hides its password and nothing else', () => {
  const url = new CredentialUrl('http://ana:rosebud@proxy.test:3128/a?b=c');
  expect(String(url)).toBe('http://ana:xxxxx@proxy.test:3128/a?b=c');
  expect(JSON.stringify({ url })).toBe('{"url":"http://ana:xxxxx@proxy.test:3128/a?b=c"}');
  expect(inspect(url)).not.toContain('rosebud');
  expect(url.reveal()).toBe('http://ana:rosebud@proxy.test:3128/a?b=c');
  expect(String(new CredentialUrl('http://proxy.test:3128'))).toBe('http://proxy.test:3128');
  expect(String(new CredentialUrl('http:\\\\ana:a@b/c'))).toBe('http://ana:xxxxx@b/c');
  expect(String(new CredentialUrl('http://ana:p@ss:w@b?c=@'))).toBe('http://ana:xxxxx@b?c=@');
});
