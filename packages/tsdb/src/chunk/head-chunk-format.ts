import type { ByteReader } from '../encoding/byte-reader.ts';
import type { ByteWriter } from '../encoding/byte-writer.ts';
import { crc32c } from '../encoding/checksum.ts';
import type { Page } from '../file/page-cache.ts';
import type { RecordForm } from '../file/read-record.ts';
import { type EncodedChunk, MAX_CHUNK_BYTES, tryEncodingName } from './chunk.ts';

/**
 * Head chunk files: the files `000001`, `000002`, … in the directory `chunks_head`, which hold finished chunks of
 * series that are in no block yet.
 *
 *     magic 0x0130BC91    4 bytes
 *     version 1           1 byte
 *     zeros               3 bytes
 *     chunks, one after the other:
 *       series reference  8 bytes, never 0
 *       first time        8 bytes
 *       last time         8 bytes
 *       encoding          1 byte, of which the top bit means: out of order
 *       length of data    uvarint
 *       data
 *       CRC-32C           4 bytes, of all before
 *     zeros, in a file that was preallocated
 *
 * The reference of a chunk is the number of its file (000001 is 1) times 2^32, plus the offset of the series reference.
 * A file has 128 MB at most.
 *
 * Source: Prometheus, tsdb/docs/format/head_chunks.md and tsdb/chunks/head_chunks.go.
 */
export const HEAD_CHUNKS_MAGIC = 0x0130bc91;
export const HEAD_CHUNKS_MAX_BYTES = 128 * 1024 * 1024;
export const HEAD_CHUNKS_DIRECTORY = 'chunks_head';

const OUT_OF_ORDER = 0x80;
const FIXED_BYTES = 8 + 8 + 8 + 1;
const CHECKSUM_BYTES = 4;

/** What goes before the data: the fixed part, and a length of 5 bytes at most. */
export const HEAD_CHUNK_PREFIX_BYTES = FIXED_BYTES + 5;

export interface HeadChunk {
  readonly seriesRef: number;
  readonly minTime: number;
  readonly maxTime: number;
  readonly encoding: number;
  readonly isOutOfOrder: boolean;
  readonly data: Uint8Array;
}

/** A stored head chunk without its data. */
export interface HeadChunkMeta extends Omit<HeadChunk, 'data'> {
  readonly ref: number;
  readonly sampleCount: number;
}

export function maxHeadChunkBytes(dataLength: number): number {
  return HEAD_CHUNK_PREFIX_BYTES + dataLength + CHECKSUM_BYTES;
}

export function appendHeadChunk(out: ByteWriter, chunk: HeadChunk): void {
  const start = out.length;
  out.uint64(chunk.seriesRef);
  out.int64(chunk.minTime);
  out.int64(chunk.maxTime);
  out.uint8(chunk.isOutOfOrder ? chunk.encoding | OUT_OF_ORDER : chunk.encoding);
  out.uvarintBytes(chunk.data);
  out.crc32c(start);
}

export const HEAD_CHUNK_RECORD: RecordForm = {
  prefixBytes: HEAD_CHUNK_PREFIX_BYTES,
  length: (reader) => {
    const start = reader.position;
    reader.skip(FIXED_BYTES);
    const dataLength = reader.uvarint();
    if (dataLength > MAX_CHUNK_BYTES) reader.fail('bad_value', `chunk of ${dataLength} bytes`);
    return reader.position - start + dataLength + CHECKSUM_BYTES;
  },
};

/**
 * Reads the record at the reader; the data of the chunk is not copied. `undefined` where zeros follow, which end a file
 * that was preallocated. Failures are the reader's.
 */
export function readHeadChunk(reader: ByteReader): HeadChunk | undefined {
  const start = reader.position;
  const seriesRef = reader.uint64();
  const minTime = reader.int64();
  const maxTime = reader.int64();
  if (reader.failure === undefined && seriesRef === 0 && minTime === 0 && maxTime === 0) return undefined;
  const flags = reader.uint8();
  const length = reader.uvarint();
  if (length > MAX_CHUNK_BYTES) reader.fail('bad_value', `chunk of ${length} bytes`);
  const data = reader.bytes(length);
  reader.crc32c(start);
  const encoding = flags & ~OUT_OF_ORDER;
  if (tryEncodingName(encoding) === undefined) reader.fail('bad_value', `unknown chunk encoding ${encoding}`);
  return { seriesRef, minTime, maxTime, encoding, isOutOfOrder: (flags & OUT_OF_ORDER) !== 0, data };
}

/**
 * The chunk whose record begins at an offset of a file, if all of it lies in this page and is in order: `readHeadChunk` says
 * what is not. Its checksum is computed once for as long as the page is in memory.
 */
export function tryHeadChunkInPage(page: Page, offset: number, file: string): EncodedChunk | undefined {
  const { bytes } = page;
  const start = offset - page.offset;
  const lengthAt = start + FIXED_BYTES;
  const isShort = bytes[lengthAt] < 0x80;
  if (!isShort && !(bytes[lengthAt + 1] < 0x80)) return undefined;
  const dataLength = isShort ? bytes[lengthAt] : (bytes[lengthAt] & 0x7f) | (bytes[lengthAt + 1] << 7);
  const dataAt = lengthAt + (isShort ? 1 : 2);
  const end = dataAt + dataLength;
  if (!(end + CHECKSUM_BYTES <= bytes.length)) return undefined;
  const encoding = bytes[lengthAt - 1] & ~OUT_OF_ORDER;
  if (!page.isVerified(start)) {
    if (tryEncodingName(encoding) === undefined) return undefined;
    if (crc32c(bytes.subarray(start, end)) !== bytes.readUInt32BE(end)) return undefined;
    page.noteVerified(start);
  }
  const data = new Uint8Array(bytes.buffer, bytes.byteOffset + dataAt, dataLength);
  return { encoding, data, file, offset };
}
