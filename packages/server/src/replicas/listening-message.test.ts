import { expect, test } from 'vitest';
import { tryListeningPort } from './listening-message.ts';

test('reads the port', () => {
  expect(tryListeningPort({ type: 'listening', port: 3311, host: '127.0.0.1' })).toBe(3311);
});

test.each([
  undefined,
  null,
  'listening',
  3311,
  {},
  { type: 'listening' },
  { type: 'ready', port: 3311 },
  { type: 'listening', port: '3311' },
  { type: 'listening', port: 0 },
  { type: 'listening', port: 65_536 },
  { type: 'listening', port: 33.5 },
  { type: 'listening', port: Number.NaN },
])('%j is some other message', (message) => {
  expect(tryListeningPort(message)).toBeUndefined();
});
