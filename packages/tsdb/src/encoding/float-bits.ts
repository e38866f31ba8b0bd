/**
 * Float64 values as two 32-bit words, for the places where the bits of a NaN matter: JavaScript may change them when a
 * NaN passes through a number, and the staleness marker is nothing but such bits.
 *
 * Words over a Float64Array (`wordsOf` of the model): value i has its low word at 2i and its high word at 2i + 1. So it
 * is on all platforms of Node.js but s390x, on which this module refuses to load.
 */
if (new Uint8Array(new Uint32Array([1]).buffer)[0] !== 1) {
  throw new Error('Hearth stores samples on little-endian machines only');
}

/** The bits Prometheus writes for a NaN that is a value (Go's math.NaN()). */
export const NORMAL_NAN_HIGH = 0x7ff80000;
export const NORMAL_NAN_LOW = 1;
