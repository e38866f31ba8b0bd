import { ByteReader } from '../encoding/byte-reader.ts';
import type { ByteWriter } from '../encoding/byte-writer.ts';
import { crc32c } from '../encoding/checksum.ts';
import type { Page } from '../file/page-cache.ts';
import type { RecordForm } from '../file/read-record.ts';
import { type EncodedChunk, MAX_CHUNK_BYTES, tryEncodingName } from './chunk.ts';

/**
 * Chunk segments: the files `000001`, `000002`, … in the directory `chunks` of a block.
 *
 *     magic 0x85BD40DD    4 bytes
 *     version 1           1 byte
 *     zeros               3 bytes
 *     chunks, one after the other:
 *       length of data    uvarint
 *       encoding          1 byte
 *       data
 *       CRC-32C           4 bytes, of encoding and data
 *
 * The reference of a chunk is the number of its segment (file 000001 is 0) times 2^32, plus its offset in the file.
 * A segment has 512 MB at most, unless one chunk alone has more.
 *
 * Source: Prometheus, tsdb/docs/format/chunks.md and tsdb/chunks/chunks.go.
 */
export const SEGMENT_MAGIC = 0x85bd40dd;
const SEGMENT_VERSION = 1;
export const SEGMENT_HEADER_BYTES = 8;
export const SEGMENT_MAX_BYTES = 512 * 1024 * 1024;
export const CHUNKS_DIRECTORY = 'chunks';

const REF_SCALE = 0x1_0000_0000;
const MAX_LENGTH_BYTES = 5;
const CHECKSUM_BYTES = 4;

export function chunkRef(segment: number, offset: number): number {
  return segment * REF_SCALE + offset;
}

export function segmentOf(ref: number): number {
  return Math.floor(ref / REF_SCALE);
}

export function offsetOf(ref: number): number {
  return ref % REF_SCALE;
}

/** Six digits, or more when they are needed: `000001`. */
export function sequenceFileName(number: number): string {
  return String(number).padStart(6, '0');
}

/** The number in a name made by `sequenceFileName`. */
export function trySequenceNumber(fileName: string): number | undefined {
  return /^\d{6,15}$/.test(fileName) ? Number(fileName) : undefined;
}

export function appendSegmentHeader(out: ByteWriter, magic: number): void {
  out.uint32(magic);
  out.uint8(SEGMENT_VERSION);
  out.zeros(SEGMENT_HEADER_BYTES - 5);
}

/** Segments and head chunk files have the same header but for the magic number. */
export function checkSegmentHeader(header: Uint8Array, file: string, magic: number): void {
  const reader = new ByteReader(header, file);
  const found = reader.uint32();
  if (found !== magic) reader.fail('bad_magic', `magic number 0x${found.toString(16)}, not 0x${magic.toString(16)}`);
  const version = reader.uint8();
  if (version !== SEGMENT_VERSION) reader.fail('bad_version', `chunk format version ${version}`);
  reader.skip(SEGMENT_HEADER_BYTES - 5);
  reader.check();
}

/** The most bytes that a record with so much data takes. */
export function maxRecordBytes(dataLength: number): number {
  return MAX_LENGTH_BYTES + 1 + dataLength + CHECKSUM_BYTES;
}

export function appendChunkRecord(out: ByteWriter, encoding: number, data: Uint8Array): void {
  out.uvarint(data.length);
  const start = out.length;
  out.uint8(encoding);
  out.bytes(data);
  out.crc32c(start);
}

export const CHUNK_RECORD: RecordForm = {
  prefixBytes: MAX_LENGTH_BYTES,
  length: (reader) => {
    const start = reader.position;
    const dataLength = reader.uvarint();
    if (dataLength > MAX_CHUNK_BYTES) reader.fail('bad_value', `chunk of ${dataLength} bytes`);
    return reader.position - start + 1 + dataLength + CHECKSUM_BYTES;
  },
};

/** Reads one record. The data of the chunk is not copied. */
export function readChunkRecord(reader: ByteReader, file: string): EncodedChunk {
  const dataLength = reader.uvarint();
  const start = reader.position;
  const encoding = reader.uint8();
  const dataOffset = reader.offset;
  const data = reader.bytes(dataLength);
  reader.crc32c(start);
  reader.check();
  return { encoding, data, file, offset: dataOffset };
}

/**
 * The chunk whose record begins at an offset of a file, if all of it lies in this page and is in order: `readChunkRecord` says
 * what is not. Its checksum is computed once for as long as the page is in memory.
 */
export function tryChunkInPage(page: Page, offset: number, file: string): EncodedChunk | undefined {
  const { bytes } = page;
  const start = offset - page.offset;
  const isShort = bytes[start] < 0x80;
  if (!isShort && !(bytes[start + 1] < 0x80)) return undefined;
  const dataLength = isShort ? bytes[start] : (bytes[start] & 0x7f) | (bytes[start + 1] << 7);
  const encodingAt = start + (isShort ? 1 : 2);
  const end = encodingAt + 1 + dataLength;
  if (!(end + CHECKSUM_BYTES <= bytes.length)) return undefined;
  const encoding = bytes[encodingAt];
  if (!page.isVerified(start)) {
    if (tryEncodingName(encoding) === undefined) return undefined;
    if (crc32c(bytes.subarray(encodingAt, end)) !== bytes.readUInt32BE(end)) return undefined;
    page.noteVerified(start);
  }
  const data = new Uint8Array(bytes.buffer, bytes.byteOffset + encodingAt + 1, dataLength);
  return { encoding, data, file, offset: page.offset + encodingAt + 1 };
}
