import { ByteReader } from '../encoding/byte-reader.ts';
import { ByteWriter } from '../encoding/byte-writer.ts';
import { CorruptionError } from '../encoding/corruption-error.ts';
import { assertWithin, type ByteSource } from '../file/byte-source.ts';
import { writeAll } from '../file/file-sink.ts';
import type { FileSystem, OpenFile } from '../file/file-system.ts';
import type { PageCache, PagedFile } from '../file/page-cache.ts';
import { readRecord, tryRecord } from '../file/read-record.ts';
import type { EncodedChunk } from './chunk.ts';
import {
  appendHeadChunk,
  HEAD_CHUNK_RECORD,
  HEAD_CHUNKS_MAGIC,
  type HeadChunk,
  readHeadChunk,
  tryHeadChunkInPage,
} from './head-chunk-format.ts';
import { appendSegmentHeader, SEGMENT_HEADER_BYTES } from './segment-format.ts';

/**
 * One head chunk file that is being written. Chunks are appended to a tail in memory; `flush` writes it to the disk, so
 * that the file always ends with a whole chunk. Whole pages of the file are then read through the cache; chunks that
 * are not all in whole pages stay in the tail as well.
 */
export class GrowingHeadChunkFile {
  /** The whole pages that are on the disk; all of it when it is finished. */
  readonly pages: PagedFile;
  readonly #disk: WrittenPart;
  readonly #pageBytes: number;
  readonly #tail = new ByteWriter(64 * 1024);
  #tailOffset = 0;
  /** Offsets of the chunks in the tail. */
  #starts: number[] = [];
  #isSealed = false;

  constructor(fileSystem: FileSystem, path: string, cache: PageCache) {
    this.#disk = new WrittenPart(fileSystem, path);
    this.#pageBytes = cache.pageBytes;
    this.pages = cache.open(this.#disk);
    appendSegmentHeader(this.#tail, HEAD_CHUNKS_MAGIC);
  }

  /** Length of the file, the tail included. */
  get length(): number {
    return this.#tailOffset + this.#tail.length;
  }

  /** Bytes that are in memory only. */
  get unwrittenBytes(): number {
    return this.length - this.#disk.written;
  }

  get isEmpty(): boolean {
    return this.length === SEGMENT_HEADER_BYTES;
  }

  /** Returns the offset of the chunk, whose data is copied. */
  append(chunk: HeadChunk): number {
    if (this.#isSealed) throw new Error(`BUG: chunk appended to ${this.#disk.name}, which is finished`);
    const offset = this.length;
    this.#starts.push(offset);
    appendHeadChunk(this.#tail, chunk);
    return offset;
  }

  /** The chunk at an offset, if it is in the tail: a view, valid until the next call that changes the file. */
  tryTail(offset: number): EncodedChunk | undefined {
    if (offset < this.#tailOffset) return undefined;
    const { name } = this.#disk;
    return readEncodedChunk(new ByteReader(this.#tail.view(offset - this.#tailOffset), name, offset), name);
  }

  /** Writes what was appended. One call at a time. */
  async flush(): Promise<void> {
    const from = this.#disk.written - this.#tailOffset;
    await this.#disk.append(new Uint8Array(this.#tail.view(from)));
    this.#showPages();
  }

  /** Writes what was appended and makes the file durable. Nothing can be appended afterwards. */
  async finish(): Promise<void> {
    this.#isSealed = true;
    await this.flush();
    await this.#disk.sync();
  }

  /** Lets the cache have the pages that will not change any more, and drops the chunks that are all in them. */
  #showPages(): void {
    const { written } = this.#disk;
    this.#disk.size = this.#isSealed ? written : written - (written % this.#pageBytes);
    const shown = this.#disk.size;
    const from = shown === this.length ? shown : (this.#starts.findLast((start) => start <= shown) ?? this.#tailOffset);
    const rest = new Uint8Array(this.#tail.view(from - this.#tailOffset));
    this.#tail.reset();
    this.#tail.bytes(rest);
    this.#tailOffset = from;
    this.#starts = this.#starts.filter((start) => start >= from);
  }
}

/** What of a growing file is on the disk. The file is created with its first bytes. */
class WrittenPart implements ByteSource {
  readonly name: string;
  /** How much may be read. */
  size = 0;
  /** How much is on the disk. */
  written = 0;
  readonly #fileSystem: FileSystem;
  #file: OpenFile | undefined;

  constructor(fileSystem: FileSystem, path: string) {
    this.name = path;
    this.#fileSystem = fileSystem;
  }

  /** When it fails, what was written of it does not count. */
  async append(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return;
    this.#file ??= await this.#fileSystem.open(this.name, 'create');
    await writeAll(this.#file, bytes, this.written);
    this.written += bytes.length;
  }

  async sync(): Promise<void> {
    await this.#file?.sync();
  }

  async read(offset: number, length: number): Promise<Buffer> {
    assertWithin(this, offset, length);
    const bytes = Buffer.allocUnsafeSlow(length);
    await this.#file?.read(bytes, offset);
    return bytes;
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }
}

/** Reads the chunk of a record, whose data is a view of the reader's bytes. */
function readEncodedChunk(reader: ByteReader, file: string): EncodedChunk {
  const { offset } = reader;
  const chunk = readHeadChunk(reader);
  reader.check();
  if (chunk === undefined) {
    throw new CorruptionError({ code: 'bad_value', file, offset, reason: 'there is no chunk at a chunk reference' });
  }
  return { encoding: chunk.encoding, data: chunk.data, file, offset };
}

/** The chunk at an offset of a file, if it is in pages that are in memory. Throws where `readPagedHeadChunk` rejects. */
export function tryPagedHeadChunk(pages: PagedFile, offset: number): EncodedChunk | undefined {
  const page = pages.tryPage(offset);
  if (page === undefined) return undefined;
  const chunk = tryHeadChunkInPage(page, offset, pages.name);
  if (chunk !== undefined) return chunk;
  const reader = tryRecord(pages, offset, HEAD_CHUNK_RECORD);
  return reader && readEncodedChunk(reader, pages.name);
}

/** Reads the chunk at an offset of a file, through its pages. */
export async function readPagedHeadChunk(pages: PagedFile, offset: number): Promise<EncodedChunk> {
  return readEncodedChunk(await readRecord(pages, offset, HEAD_CHUNK_RECORD), pages.name);
}
