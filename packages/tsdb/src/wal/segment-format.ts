/**
 * The write-ahead log on disk, as Prometheus defines it (tsdb/docs/format/wal.md, tsdb/wlog/wlog.go).
 *
 *     wal/00000000, 00000001, …       segments, numbered without a gap, 128 MiB each
 *     wal/checkpoint.00000003/        what is still needed of segments 0 to 3, itself a directory of segments
 *     wal/checkpoint.00000003.tmp/    a checkpoint that was not finished; worth nothing
 *     wal/00000004.corrupt            what Hearth set aside when it repaired; Prometheus and Hearth both ignore it
 *
 * A segment has no header. It is a sequence of pages of 32 KiB, of which the last may be short. A record is an opaque
 * run of bytes that never leaves its segment. It is stored as one or more fragments, each within one page:
 *
 *     ┌────────────────┬──────────────────────┬────────────────────────┬──────┐
 *     │ kind+flags  1b │ length  2b big-endian │ CRC-32C  4b big-endian │ data │
 *     └────────────────┴──────────────────────┴────────────────────────┴──────┘
 *       bits 0-2 kind; bit 3 snappy; bit 4 zstd; bits 5-7 reserved, zero
 *
 * Kinds: 1 a whole record; 2 the first, 3 a middle, 4 the last fragment of a record; 0 nothing more in this page, and
 * all bytes to its end are zero. The checksum covers the data alone. Fewer than 7 bytes before the end of a page are
 * zeros too. Compression is of the whole record, before it is cut up; all its fragments carry the flag.
 *
 * The bytes of a segment are a function of its records and nothing else, so a writer needs no page buffer: where the
 * next record goes follows from the segment's length.
 */
export const PAGE_SIZE = 32 * 1024;
export const FRAGMENT_HEADER_SIZE = 7;
export const DEFAULT_SEGMENT_SIZE = 128 * 1024 * 1024;

export const FRAGMENT_NONE = 0;
export const FRAGMENT_WHOLE = 1;
export const FRAGMENT_FIRST = 2;
export const FRAGMENT_MIDDLE = 3;
export const FRAGMENT_LAST = 4;

export const KIND_MASK = 0x07;
export const SNAPPY_FLAG = 0x08;
export const ZSTD_FLAG = 0x10;
export const RESERVED_MASK = 0xe0;

/**
 * Longest record that is read, compressed or not: twice a default segment. A record holds one commit; Prometheus would
 * have to commit some 20 million samples at once to write a longer one.
 */
export const MAX_RECORD_BYTES = 256 * 1024 * 1024;

/** A place in the log: a segment and a byte in it at which a record starts. */
export interface WalPosition {
  readonly segment: number;
  readonly offset: number;
}

/** Where the page that contains `offset` ends. */
export function pageEnd(offset: number): number {
  return offset - (offset % PAGE_SIZE) + PAGE_SIZE;
}
