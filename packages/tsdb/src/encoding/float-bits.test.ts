import { NORMAL_NAN_BITS, wordsOf } from '@hearth/model';
import { expect, test } from 'vitest';
import { NORMAL_NAN_HIGH, NORMAL_NAN_LOW } from './float-bits.ts';

test('the words of the NaN that is a value are those of the model', () => {
  expect((BigInt(NORMAL_NAN_HIGH) << 32n) | BigInt(NORMAL_NAN_LOW)).toBe(NORMAL_NAN_BITS);
});

test('the high word of a value comes second', () => {
  expect([...wordsOf(Float64Array.of(1, 2))]).toEqual([0, 0x3ff00000, 0, 0x40000000]);
});
