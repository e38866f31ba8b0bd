/**
 * The records of the write-ahead log, as Prometheus defines them (tsdb/docs/format/wal.md, tsdb/record/record.go).
 * One byte says what a record is, then entries follow to its end. Integers are big-endian; `varint` is signed.
 *
 *      1 series           ref 8b, labels; …
 *      2 samples          base ref 8b, base time 8b; then ref - base varint, time - base varint, float64; …
 *      3 tombstones       ref 8b, min time varint, max time varint; …
 *      4 exemplars        as samples, each followed by labels
 *      5 mmap markers     ref 8b, chunk reference 8b; … (only in the log for out-of-order samples)
 *      6 metadata         ref uvarint, metric type 1b, count uvarint, that many pairs of strings (UNIT, HELP); …
 *      7-10, 12, 13       native histograms of six kinds
 *     11 samples, v2      ref, time, start time: varints, float64; then ref - ref before it varint, time - first time
 *                         varint, start marker 1b, with marker 2 start - first start varint, float64; …
 *
 * Labels are a uvarint count and as many pairs of strings, name and value; a string is a uvarint length and UTF-8.
 * Times are Unix milliseconds. A reference names a series for as long as the log does; Prometheus counts them up from 1.
 */
export const SERIES = 1;
export const SAMPLES = 2;
export const TOMBSTONES = 3;
export const EXEMPLARS = 4;
export const MMAP_MARKERS = 5;
export const METADATA = 6;
export const SAMPLES_V2 = 11;

/** Marker of a start time in samples v2 that an explicit value follows; 0 means none, 1 the same as before. */
export const START_TIME_NONE = 0;
export const START_TIME_SAME = 1;

export const UNIT_FIELD = 'UNIT';
export const HELP_FIELD = 'HELP';

/** What Hearth recognises and does not store. */
const UNSUPPORTED_NAMES: Readonly<Record<number, string>> = {
  7: 'native histograms',
  8: 'native float histograms',
  9: 'native histograms with custom buckets',
  10: 'native float histograms with custom buckets',
  12: 'native histograms v2',
  13: 'native float histograms v2',
};

/** A name for a type of record that is not stored, for a warning. */
export function unsupportedRecordName(type: number): string {
  return UNSUPPORTED_NAMES[type] ?? `unknown type ${type}`;
}

/**
 * Records are written with at most so many samples and read in parts of so many samples or other entries, which take
 * more time each: no step is longer than a few milliseconds.
 */
export const SAMPLES_PER_STEP = 5_000;
export const ENTRIES_PER_STEP = 1_000;

/** Records of other entries are cut once they have this many bytes. */
export const RECORD_BYTES_TARGET = 512 * 1024;
