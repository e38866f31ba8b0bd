import { describe, expect, it } from 'vitest';
import {
  copyValueAt,
  isStaleAt,
  NORMAL_NAN_BITS,
  STALE_NAN_BITS,
  wordsOf,
  writeStaleAt,
  writeValueAt,
} from './staleness.ts';

function fixture(length = 4) {
  const values = new Float64Array(length);
  return { values, words: wordsOf(values), bits: new BigUint64Array(values.buffer) };
}

describe('staleness', () => {
  it('has the bit patterns of Prometheus', () => {
    expect(STALE_NAN_BITS.toString(16)).toBe('7ff0000000000002');
    expect(NORMAL_NAN_BITS.toString(16)).toBe('7ff8000000000001');
  });

  it('writes the marker bit by bit', () => {
    const { words, bits } = fixture();
    writeStaleAt(words, 2);
    expect([...bits]).toEqual([0n, 0n, STALE_NAN_BITS, 0n]);
    expect([0, 1, 2, 3].map((i) => isStaleAt(words, i))).toEqual([false, false, true, false]);
  });

  it('takes no other NaN for the marker', () => {
    const { words, bits } = fixture(1);
    for (const pattern of [
      NORMAL_NAN_BITS,
      0x7ff8000000000000n,
      0x7ff8000000000002n,
      0xfff0000000000002n,
      0x7ff0000000000001n,
      0x0000000000000002n,
      0x7ff0000000000000n,
    ]) {
      bits[0] = pattern;
      expect(isStaleAt(words, 0)).toBe(false);
    }
    bits[0] = STALE_NAN_BITS;
    expect(isStaleAt(words, 0)).toBe(true);
  });

  it('writes every NaN as the normal one, and other values as they are', () => {
    const { values, words, bits } = fixture(5);
    for (const [i, value] of [Number.NaN, -Number.NaN, 1.5, -0, Infinity].entries()) {
      writeValueAt(values, words, i, value);
    }
    expect([...bits]).toEqual([
      NORMAL_NAN_BITS,
      NORMAL_NAN_BITS,
      0x3ff8000000000000n,
      0x8000000000000000n,
      0x7ff0000000000000n,
    ]);
  });

  it('survives copying by words, and by the methods that copy bytes', () => {
    const source = fixture(2);
    writeStaleAt(source.words, 1);
    const target = fixture(4);
    copyValueAt(target.words, 0, source.words, 1);
    target.values.set(source.values, 1);
    target.values.copyWithin(3, 0, 1);
    expect([...target.bits]).toEqual([STALE_NAN_BITS, 0n, STALE_NAN_BITS, STALE_NAN_BITS]);
    expect(new BigUint64Array(target.values.slice(2).buffer)[0]).toBe(STALE_NAN_BITS);
  });

  it('speaks of the part of the memory that the values are in', () => {
    const { values, bits } = fixture(4);
    const part = values.subarray(1, 3);
    writeStaleAt(wordsOf(part), 1);
    expect([...bits]).toEqual([0n, 0n, STALE_NAN_BITS, 0n]);
    expect(wordsOf(part)).toHaveLength(4);
  });
});
