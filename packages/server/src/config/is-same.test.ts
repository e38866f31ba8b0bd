import { createLabels } from '@hearth/model';
import { expect, test } from 'vitest';
import { isSameConfig } from './is-same.ts';
import { CredentialUrl, Secret } from './secret.ts';

const createJob = () => ({
  jobName: 'app',
  password: new Secret('tic'),
  url: new CredentialUrl('http://ana:tac@127.0.0.1/'),
  labels: createLabels({ a: 'b' }),
  users: new Map([['ana', new Secret('toe')]]),
  targets: ['a:1', 'b:2'],
});

test('two loads of one text are the same', () => {
  expect(isSameConfig(createJob(), createJob())).toBe(true);
});

test.each<[string, object]>([
  ['a value', { jobName: 'other' }],
  ['a secret', { password: new Secret('other') }],
  ['a password in a URL', { url: new CredentialUrl('http://ana:other@127.0.0.1/') }],
  ['labels', { labels: createLabels({ a: 'other' }) }],
  ['a secret in a map', { users: new Map([['ana', new Secret('other')]]) }],
  ['a key of a map', { users: new Map([['bo', new Secret('toe')]]) }],
  ['the order of a list', { targets: ['b:2', 'a:1'] }],
  ['the length of a list', { targets: ['a:1'] }],
  ['a field more', { scheme: 'https' }],
  ['an absent value', { targets: undefined }],
])('%s makes the difference', (_, change) => {
  expect(isSameConfig(createJob(), { ...createJob(), ...change })).toBe(false);
  expect(isSameConfig({ ...createJob(), ...change }, createJob())).toBe(false);
});
