import { expect, test } from 'vitest';
import { FailureLimit } from './failure-limit.ts';

test('ten failures are forgiven, then one every six seconds', () => {
  let now = 0;
  const limit = new FailureLimit({ nowMs: () => now });
  for (let i = 0; i < 10; i++) {
    expect(limit.waitMs('a')).toBe(0);
    limit.begin('a');
  }
  expect(limit.waitMs('a')).toBe(6000);
  expect(limit.waitMs('b')).toBe(0);
  now = 5999;
  expect(limit.waitMs('a')).toBe(1);
  now = 6000;
  expect(limit.waitMs('a')).toBe(0);
  limit.begin('a');
  expect(limit.waitMs('a')).toBe(6000);
  now = 1_000_000;
  expect(limit.waitMs('a')).toBe(0);
});

test('what did not fail does not count', () => {
  const limit = new FailureLimit({ nowMs: () => 0 });
  for (let i = 0; i < 100; i++) {
    limit.begin('a');
    limit.forgive('a');
  }
  expect(limit.waitMs('a')).toBe(0);
  expect(limit.size).toBe(0);
});

test('it remembers so many and no more', () => {
  const limit = new FailureLimit({ nowMs: () => 0, maxKeys: 3 });
  for (const key of ['a', 'b', 'c', 'a', 'd']) limit.begin(key);
  expect(limit.size).toBe(3);
  for (let i = 0; i < 8; i++) limit.begin('a');
  expect(limit.waitMs('a')).toBe(6000);
});
