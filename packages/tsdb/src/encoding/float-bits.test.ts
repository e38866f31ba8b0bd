import { expect, test } from 'vitest';
import { isStaleNaNAt, NORMAL_NAN_HIGH, NORMAL_NAN_LOW, STALE_NAN_HIGH, STALE_NAN_LOW, wordsOf } from './float-bits.ts';

test('tells the staleness marker from other NaNs by its bits', () => {
  const values = new Float64Array(4);
  const words = wordsOf(values);
  words.set([STALE_NAN_LOW, STALE_NAN_HIGH], 0);
  words.set([NORMAL_NAN_LOW, NORMAL_NAN_HIGH], 2);
  values[2] = Number.NaN;
  values[3] = 2;
  expect([0, 1, 2].map((i) => Number.isNaN(values[i]))).toEqual([true, true, true]);
  expect([0, 1, 2, 3].map((i) => isStaleNaNAt(words, i))).toEqual([true, false, false, false]);
});

test('words lie over the part of the buffer that the values lie over', () => {
  const whole = new Float64Array([1, 2, 3]);
  const words = wordsOf(whole.subarray(1, 2));
  expect([...words]).toEqual([0, 0x40000000]);
});
