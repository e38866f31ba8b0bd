/**
 * How the samples in a chunk are encoded. The numbers are part of the format. Only XOR chunks can be decoded here;
 * the others are known by name, so that what is skipped can be named.
 */
export const CHUNK_ENCODING_XOR = 1;

const ENCODING_NAMES: ReadonlyMap<number, string> = new Map([
  [CHUNK_ENCODING_XOR, 'XOR'],
  [2, 'native histogram'],
  [3, 'native float histogram'],
  [4, 'XOR2'],
  [5, 'native histogram with start timestamps'],
  [6, 'native float histogram with start timestamps'],
]);

/** The name of an encoding that Prometheus writes; `undefined` for a number that it does not. */
export function tryEncodingName(encoding: number): string | undefined {
  return ENCODING_NAMES.get(encoding);
}

/** Where a chunk lies and what times it covers: Unix milliseconds of its first and its last sample. */
export interface ChunkMeta {
  /** Segment number (from 0) times 2^32, plus the offset in the segment file: a safe integer. */
  readonly ref: number;
  readonly minTime: number;
  readonly maxTime: number;
}

/** The encoded samples of one chunk, its checksum verified. */
export interface EncodedChunk {
  readonly encoding: number;
  /** May be a view of a shared buffer: not to be written to. */
  readonly data: Uint8Array;
  /** Where the data came from, for messages. */
  readonly file: string;
  readonly offset: number;
}

/** An interval of Unix milliseconds, both ends included. */
export interface TimeRange {
  readonly minTime: number;
  readonly maxTime: number;
}

/** More data than any chunk has: an XOR chunk ends at 1.2 MB. A stored length beyond it is not believed. */
export const MAX_CHUNK_BYTES = 16 * 1024 * 1024;

export const ALL_TIME: TimeRange = { minTime: -Infinity, maxTime: Infinity };

/** All encodings begin with the number of samples in two bytes. 0 for data that is too short to hold it. */
export function sampleCountOf(data: Uint8Array): number {
  return data.length < 2 ? 0 : (data[0] << 8) | data[1];
}
