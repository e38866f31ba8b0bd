/**
 * Bit patterns of NaN.
 *
 * A JavaScript number promises nothing about the payload of a NaN: reading `values[i]` and writing it elsewhere may
 * quieten 0x7ff0000000000002 or replace it by one NaN for all. The rule of this program: **a value that may be the
 * staleness marker never passes through a number.** Samples live in a Float64Array; ask and copy by the words of
 * `wordsOf(values)`, or by methods that copy bytes between arrays of one type (`set`, `slice`, `copyWithin`).
 */

/** Marks the end of a series: Prometheus' StaleNaN, a signalling NaN. */
export const STALE_NAN_BITS = 0x7ff0000000000002n;

/** What a NaN of any other origin is stored as: Prometheus' NormalNaN. */
export const NORMAL_NAN_BITS = 0x7ff8000000000001n;

const STALE_HIGH = 0x7ff00000;
const STALE_LOW = 2;
const NORMAL_HIGH = 0x7ff80000;
const NORMAL_LOW = 1;

/** Which of a value's two words holds sign and exponent: 1 on little-endian machines. */
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0];
const LOW = 1 - HIGH;

/** The same memory as 32-bit words: value `i` is words `2i` and `2i + 1`. */
export function wordsOf(values: Float64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
}

export function isStaleAt(words: Uint32Array, index: number): boolean {
  return words[2 * index + LOW] === STALE_LOW && words[2 * index + HIGH] === STALE_HIGH;
}

export function writeStaleAt(words: Uint32Array, index: number): void {
  words[2 * index + LOW] = STALE_LOW;
  words[2 * index + HIGH] = STALE_HIGH;
}

/** Writes a value that is known not to be the staleness marker. Every NaN becomes the normal one. */
export function writeValueAt(values: Float64Array, words: Uint32Array, index: number, value: number): void {
  if (Number.isNaN(value)) {
    words[2 * index + LOW] = NORMAL_LOW;
    words[2 * index + HIGH] = NORMAL_HIGH;
  } else {
    values[index] = value;
  }
}

/** Copies one value bit by bit. */
export function copyValueAt(target: Uint32Array, targetIndex: number, source: Uint32Array, sourceIndex: number): void {
  target[2 * targetIndex] = source[2 * sourceIndex];
  target[2 * targetIndex + 1] = source[2 * sourceIndex + 1];
}
