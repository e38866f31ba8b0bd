/**
 * XOR chunks: the samples of one series, compressed against their predecessors (after Facebook's Gorilla, with wider
 * steps for timestamps, which are milliseconds).
 *
 *     number of samples   16 bits
 *     sample 0            time (varint), value (64 bits of a float64)
 *     sample 1            time - time of sample 0 (uvarint), value (see below)
 *     sample n            difference of the last two time differences, value
 *     zero bits up to the end of the byte (Prometheus 2 puts a zero byte behind some chunks that end with a byte)
 *
 * Difference of differences, in two's complement:
 *
 *     0                   0
 *     10   + 14 bits      -8191 to 8192
 *     110  + 17 bits      -65535 to 65536
 *     1110 + 20 bits      -524287 to 524288
 *     1111 + 64 bits      all others
 *
 * So n bits hold -(2^(n-1) - 1) to 2^(n-1): the pattern 10…0 is the positive one.
 *
 * Value, of which the bits that differ from those of the value before (their XOR) are stored:
 *
 *     0                                    no bit differs
 *     10 + bits                            the bits in the same window as last time
 *     11 + leading (5 bits) + width (6 bits) + bits    a new window: zero bits before it, bits in it (0 means 64)
 *
 * The number of leading zero bits is at most 31, more count as 31. A window is kept while it holds all bits that
 * differ. Before the first window the writer opens one; a reader takes it as having no zero bits on either side, for
 * that is what Prometheus writes when it goes on with a chunk that has none.
 *
 * Source: Prometheus, tsdb/docs/format/chunks.md and tsdb/chunkenc/xor.go.
 */
export const XOR_MAX_SAMPLES = 65_535;

/** The most bytes that a sample takes: 4 + 64 bits of time, 2 + 5 + 6 + 64 of value. */
export const XOR_MAX_SAMPLE_BYTES = 19;

/**
 * Times must lie within ± this many milliseconds (beyond the year 70,000), so that the difference of two differences
 * is an exact integer.
 */
export const MAX_TIME = 2 ** 51;

export const MAX_LEADING_ZEROS = 31;
