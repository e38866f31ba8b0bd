/**
 * Float64 values as two 32-bit words, for the places where the bits of a NaN matter. JavaScript may change them
 * whenever a NaN passes through a number, and the staleness marker is nothing but such bits.
 *
 * Arrays of words lie over a Float64Array: value i has its low word at 2i and its high word at 2i + 1. All platforms
 * of Node.js are little-endian but for s390x, on which the module refuses to load.
 */
export const STALE_NAN_HIGH = 0x7ff00000;
export const STALE_NAN_LOW = 2;

/** The bits Prometheus writes for a NaN that is a value (Go's math.NaN()). */
export const NORMAL_NAN_HIGH = 0x7ff80000;
export const NORMAL_NAN_LOW = 1;

if (new Uint8Array(new Uint32Array([1]).buffer)[0] !== 1) {
  throw new Error('Hearth stores samples on little-endian machines only');
}

/** The words under `values`. Shares its memory. */
export function wordsOf(values: Float64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
}

export function isStaleNaNBits(high: number, low: number): boolean {
  return low === STALE_NAN_LOW && high === STALE_NAN_HIGH;
}

/** Whether value `index` of the array under `words` is a staleness marker. */
export function isStaleNaNAt(words: Uint32Array, index: number): boolean {
  return isStaleNaNBits(words[2 * index + 1], words[2 * index]);
}
