import { describe, expect, test } from 'vitest';
import { alignTime, delayUntilOffset } from './scrape-times.ts';

describe('the first scrape', () => {
  test.each([
    [0, 10_000, 0, 10_000],
    [1, 10_000, 0, 9_999],
    [1_000, 10_000, 3_000, 2_000],
    [5_000, 10_000, 3_000, 8_000],
    [3_000, 10_000, 3_000, 10_000],
  ])('at %d, every %d, at place %d, is due in %d', (now, interval, offset, expected) => {
    const delay = delayUntilOffset(now, interval, offset);
    expect(delay).toBe(expected);
    expect((now + delay) % interval).toBe(offset);
  });
});

describe('timestamps', () => {
  test.each([
    ['on time', 20_000, 20_000, 20_000],
    ['a little late', 20_002, 20_000, 20_000],
    ['a little early', 19_998, 20_000, 20_000],
    ['late', 20_003, 20_003, 20_000],
    ['after one that was missed', 30_001, 30_000, 30_000],
    ['much later', 34_000, 34_000, 30_000],
    ['after the clock was set back', 5_000, 5_000, 5_000],
  ])('%s: at %d it is %d', (_, now, timestampMs, alignedMs) => {
    expect(alignTime(now, 10_000, 10_000)).toEqual({ timestampMs, alignedMs });
  });

  test('of short intervals are aligned by less', () => {
    expect(alignTime(1_102, 1_000, 100).timestampMs).toBe(1_102);
    expect(alignTime(1_101, 1_000, 100).timestampMs).toBe(1_100);
  });
});
