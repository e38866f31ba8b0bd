import { expect, test } from 'vitest';
import { RequestLimit } from './request-limit.ts';

test('lets a burst through, and then one request an interval', () => {
  let now = 0;
  const limit = new RequestLimit(() => now);
  const rate = { intervalMs: 100, burst: 3 };
  const admitted = () => limit.admits(rate);
  expect([admitted(), admitted(), admitted(), admitted()]).toEqual([true, true, true, false]);
  now = 99;
  expect(admitted()).toBe(false);
  now = 200;
  expect([admitted(), admitted(), admitted()]).toEqual([true, true, false]);
  now = 100_000;
  expect([admitted(), admitted(), admitted(), admitted()]).toEqual([true, true, true, false]);
});

test('an interval of zero is no limit', () => {
  const limit = new RequestLimit(() => 0);
  expect(Array.from({ length: 100 }, () => limit.admits({ intervalMs: 0, burst: 0 }))).not.toContain(false);
});
