import { ByteReader } from '../encoding/byte-reader.ts';
import { ByteWriter } from '../encoding/byte-writer.ts';
import { CorruptionError } from '../encoding/corruption-error.ts';
import { assertWithin, type ByteSource } from '../file/byte-source.ts';
import { writeAll } from '../file/file-sink.ts';
import type { FileSystem, OpenFile } from '../file/file-system.ts';
import type { PageCache, PagedFile } from '../file/page-cache.ts';
import { readRecord } from '../file/read-record.ts';
import type { EncodedChunk } from './chunk.ts';
import {
  appendHeadChunk,
  HEAD_CHUNK_RECORD,
  HEAD_CHUNKS_MAGIC,
  type HeadChunk,
  readHeadChunk,
} from './head-chunk-format.ts';
import { appendSegmentHeader, SEGMENT_HEADER_BYTES } from './segment-format.ts';

/**
 * One head chunk file that is being written. Chunks are appended to a tail in memory at once; `flush` moves whole pages
 * of it to the disk, so that pages of the file can be cached while it grows. The tail always begins with a chunk: one
 * that is on the disk in part stays in it as a whole.
 */
export class GrowingHeadChunkFile {
  /** What of it is on the disk. */
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
    return this.length - this.#disk.size;
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

  /** The chunk at an offset, if it is in the tail: a copy. */
  tryTail(offset: number): EncodedChunk | undefined {
    if (offset < this.#tailOffset) return undefined;
    const { name } = this.#disk;
    const tail = new ByteReader(this.#tail.view(offset - this.#tailOffset), name, offset);
    const chunk = readEncodedChunk(tail, name);
    return { ...chunk, data: new Uint8Array(chunk.data) };
  }

  /** Writes the whole pages of the tail, or all of it: then the file is durable and finished. One call at a time. */
  async flush(extent: 'pages' | 'all'): Promise<void> {
    if (extent === 'all') this.#isSealed = true;
    const { length } = this;
    const end = extent === 'all' ? length : length - (length % this.#pageBytes);
    const written = this.#disk.size;
    if (end > written) {
      const from = written - this.#tailOffset;
      await this.#disk.append(new Uint8Array(this.#tail.view(from).subarray(0, end - written)));
      this.#dropWritten();
    }
    if (extent === 'all') await this.#disk.sync();
  }

  #dropWritten(): void {
    const keepFrom = this.#starts.findLast((start) => start <= this.#disk.size) ?? this.#tailOffset;
    const from = this.#disk.size === this.length ? this.length : keepFrom;
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
  size = 0;
  readonly #fileSystem: FileSystem;
  #file: OpenFile | undefined;

  constructor(fileSystem: FileSystem, path: string) {
    this.name = path;
    this.#fileSystem = fileSystem;
  }

  /** When it fails, what was written of it does not count. */
  async append(bytes: Uint8Array): Promise<void> {
    this.#file ??= await this.#fileSystem.open(this.name, 'create');
    await writeAll(this.#file, bytes, this.size);
    this.size += bytes.length;
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

/** Reads the chunk at an offset of a file, through its pages. */
export async function readPagedHeadChunk(pages: PagedFile, offset: number): Promise<EncodedChunk> {
  return readEncodedChunk(await readRecord(pages, offset, HEAD_CHUNK_RECORD), pages.name);
}
