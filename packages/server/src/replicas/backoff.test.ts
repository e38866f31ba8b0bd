import { expect, test } from 'vitest';
import { createBackoff } from './backoff.ts';

const create = () => createBackoff({ firstMs: 500, maxMs: 10_000, recoveredAfterMs: 30_000 });

test('doubles, up to the limit', () => {
  const backoff = create();
  const delays = Array.from({ length: 7 }, () => backoff.nextDelayMs(0));
  expect(delays).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
});

test('begins again after a life that was long enough, not after a shorter one', () => {
  const backoff = create();
  expect([0, 0, 29_999, 30_000, 0].map(backoff.nextDelayMs)).toEqual([500, 1_000, 2_000, 500, 1_000]);
});
