import { expect, test } from 'vitest';
import { tryLoopbackAddress } from './loopback.ts';

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['127.9.8.7', '127.9.8.7'],
  ['::1', '::1'],
  ['0:0:0:0:0:0:0:1', '0:0:0:0:0:0:0:1'],
  ['localhost', '127.0.0.1'],
  ['LOCALHOST', '127.0.0.1'],
])('%s is of this machine only', (text, address) => {
  expect(tryLoopbackAddress(text)).toBe(address);
});

test.each([
  '0.0.0.0',
  '::',
  '10.0.0.1',
  '128.0.0.1',
  '126.255.255.255',
  'fe80::1',
  'example.org',
  '127.1',
  '',
  '[::1]',
])('%j is not', (text) => {
  expect(tryLoopbackAddress(text)).toBeUndefined();
});
