import { CorruptionError } from '../encoding/corruption-error.ts';
import { openByteSource } from '../file/byte-source.ts';
import type { FileSystem } from '../file/file-system.ts';
import type { PageCache, PagedFile } from '../file/page-cache.ts';
import { scanRecords } from '../file/scan.ts';
import { setAsideName } from '../file/set-aside-name.ts';
import { type EncodedChunk, sampleCountOf } from './chunk.ts';
import { GrowingHeadChunkFile, readPagedHeadChunk, tryPagedHeadChunk } from './head-chunk-file.ts';
import {
  HEAD_CHUNK_PREFIX_BYTES,
  HEAD_CHUNKS_MAGIC,
  HEAD_CHUNKS_MAX_BYTES,
  type HeadChunk,
  type HeadChunkMeta,
  maxHeadChunkBytes,
  readHeadChunk,
} from './head-chunk-format.ts';
import {
  checkSegmentHeader,
  chunkRef,
  offsetOf,
  SEGMENT_HEADER_BYTES,
  segmentOf,
  sequenceFileName,
  trySequenceNumber,
} from './segment-format.ts';

const MAGIC_BYTES = 4;

/** Unwritten bytes at which `isFull` asks for a flush. */
const FLUSH_BYTES = 1024 * 1024;

export interface HeadChunksOptions {
  readonly fileSystem: FileSystem;
  /** Created if there is none. */
  readonly directory: string;
  readonly cache: PageCache;
  readonly maxFileBytes?: number;
}

/**
 * The finished chunks of the head, in files (see head-chunk-format.ts). Reads and appends may overlap. What was
 * appended can be read at once. Until the next `flush` it is in memory only, and lost when the process dies; until its
 * file is full or cut it may be lost when the machine does. The write-ahead log has it.
 *
 * Order of life: `open`; `scan` to its end, once, and `setAsideFrom` if it finds corruption; then all other calls.
 */
export class HeadChunks {
  readonly #options: Required<HeadChunksOptions>;
  /** By file number, ascending; the one that grows is not among them. */
  readonly #finished: Map<number, PagedFile>;
  #growing: { readonly number: number; readonly file: GrowingHeadChunkFile } | undefined;
  /** Files that are full and whose tails are still in memory. */
  #finishing = new Map<number, GrowingHeadChunkFile>();
  #lastNumber: number;
  #flushing: Promise<void> = Promise.resolve();

  private constructor(options: Required<HeadChunksOptions>, files: Map<number, PagedFile>) {
    this.#options = options;
    this.#finished = files;
    this.#lastNumber = Math.max(0, ...files.keys());
  }

  /**
   * Opens what is there, without reading the chunks. A last file that is empty, or was preallocated and not begun, is
   * what a crash leaves behind: it is removed.
   */
  static async open(options: HeadChunksOptions): Promise<HeadChunks> {
    const { fileSystem, directory, cache } = options;
    await fileSystem.makeDirectory(directory);
    const numbers = (await fileSystem.list(directory)).map(trySequenceNumber).filter((n) => n !== undefined);
    numbers.sort((a, b) => a - b);
    const files = new Map<number, PagedFile>();
    try {
      for (const number of numbers) {
        const path = `${directory}/${sequenceFileName(number)}`;
        files.set(number, cache.open(await openByteSource(fileSystem, path)));
      }
      await removeUnbegun(fileSystem, files);
    } catch (error) {
      for (const file of files.values()) await file.close();
      throw error;
    }
    return new HeadChunks({ maxFileBytes: HEAD_CHUNKS_MAX_BYTES, ...options }, files);
  }

  /**
   * Visits all chunks in the files, in the order of their references; the event loop runs now and then. Rejects with a
   * `CorruptionError` where the files are not what they should be; the chunks visited before are good.
   */
  async scan(visit: (chunk: HeadChunkMeta) => void): Promise<void> {
    let expected: number | undefined;
    for (const [number, file] of this.#finished) {
      if (expected !== undefined && number !== expected) throw this.#gap(expected);
      expected = number + 1;
      await scanFile(file, number, visit);
    }
  }

  /**
   * Takes the files with this number and higher ones out of use and returns where they are now: nothing is deleted, for the
   * log may be damaged too. For a number in a `CorruptionError` see `fileNumberOf`.
   */
  async setAsideFrom(fileNumber: number): Promise<readonly string[]> {
    const { fileSystem, directory } = this.#options;
    const setAside: string[] = [];
    // From the last one backwards, so that the numbers never have a gap.
    for (const [number, file] of [...this.#finished].toReversed()) {
      if (number < fileNumber) break;
      this.#finished.delete(number);
      await file.close();
      const aside = `${directory}/${await setAsideName(fileSystem, directory, sequenceFileName(number))}`;
      await fileSystem.rename(file.name, aside);
      setAside.push(aside);
    }
    await fileSystem.syncDirectory(directory);
    this.#lastNumber = Math.max(0, ...this.#finished.keys());
    return setAside.toReversed();
  }

  /** Removes the files with lower numbers, but none that is being written. */
  async removeBefore(fileNumber: number): Promise<void> {
    const { fileSystem, directory } = this.#options;
    for (const [number, file] of this.#finished) {
      if (number >= fileNumber) continue;
      this.#finished.delete(number);
      await file.close();
      await fileSystem.remove(file.name);
    }
    await fileSystem.syncDirectory(directory);
  }

  /** The number of the file with corruption; `undefined` if the file is none of these. */
  fileNumberOf(error: CorruptionError): number | undefined {
    const { directory } = this.#options;
    return error.file.startsWith(`${directory}/`)
      ? trySequenceNumber(error.file.slice(directory.length + 1))
      : undefined;
  }

  /** Appends a chunk and returns its reference: higher than all before. The data is copied. */
  append(chunk: HeadChunk): number {
    if (chunk.seriesRef < 1) throw new Error(`BUG: series reference ${chunk.seriesRef}`);
    const { number, file } = this.#fileFor(maxHeadChunkBytes(chunk.data.length));
    return chunkRef(number, file.append(chunk));
  }

  /** From now on `flush` should be called before more is appended, or memory grows. */
  get isFull(): boolean {
    let bytes = this.#growing?.file.unwrittenBytes ?? 0;
    for (const file of this.#finishing.values()) bytes += file.unwrittenBytes;
    return bytes >= FLUSH_BYTES;
  }

  /** The number of the file in which the next chunk lies at the earliest. */
  get nextFileNumber(): number {
    return this.#growing?.number ?? this.#lastNumber + 1;
  }

  /** The next chunk goes to a new file, so that the present one can be removed one day. */
  cut(): void {
    if (this.#growing === undefined || this.#growing.file.isEmpty) return;
    this.#finishing.set(this.#growing.number, this.#growing.file);
    this.#growing = undefined;
  }

  /** Writes what was appended before. Nothing is lost when it fails: it can be tried again. */
  flush(): Promise<void> {
    const flushed = this.#flushing.then(() => this.#flush());
    // The next flush waits for this one; what went wrong with it is for who asked for it.
    this.#flushing = flushed.catch(() => undefined);
    return flushed;
  }

  /** The chunk with this reference, its checksum verified. */
  async chunk(ref: number): Promise<EncodedChunk> {
    const { inMemory, pages } = this.#find(ref);
    if (inMemory !== undefined) return { ...inMemory, data: new Uint8Array(inMemory.data) };
    return readPagedHeadChunk(pages, offsetOf(ref));
  }

  /**
   * The same if it is in memory. Throws where the other rejects. The data may be a view of what is appended to: it is valid in
   * this turn of the event loop, while nothing is appended.
   */
  tryChunk(ref: number): EncodedChunk | undefined {
    const { inMemory, pages } = this.#find(ref);
    return inMemory ?? tryPagedHeadChunk(pages, offsetOf(ref));
  }

  /** Writes everything, makes it durable and closes the files. */
  async close(): Promise<void> {
    this.cut();
    try {
      await this.flush();
    } finally {
      for (const file of this.#finishing.values()) await file.pages.close();
      for (const file of this.#finished.values()) await file.close();
    }
  }

  #find(ref: number): { readonly inMemory: EncodedChunk | undefined; readonly pages: PagedFile } {
    const number = segmentOf(ref);
    const growing = this.#growing?.number === number ? this.#growing.file : this.#finishing.get(number);
    const pages = growing?.pages ?? this.#finished.get(number);
    if (pages === undefined) throw this.#gap(number);
    return { inMemory: growing?.tryTail(offsetOf(ref)), pages };
  }

  #fileFor(recordBytes: number): { readonly number: number; readonly file: GrowingHeadChunkFile } {
    const { fileSystem, directory, cache, maxFileBytes } = this.#options;
    if (this.#growing !== undefined && this.#growing.file.length + recordBytes > maxFileBytes) this.cut();
    if (this.#growing === undefined) {
      const number = ++this.#lastNumber;
      const path = `${directory}/${sequenceFileName(number)}`;
      this.#growing = { number, file: new GrowingHeadChunkFile(fileSystem, path, cache) };
    }
    return this.#growing;
  }

  async #flush(): Promise<void> {
    const { fileSystem, directory } = this.#options;
    for (const [number, file] of this.#finishing) {
      await file.finish();
      this.#finished.set(number, file.pages);
      this.#finishing.delete(number);
      await fileSystem.syncDirectory(directory);
    }
    await this.#growing?.file.flush();
  }

  #gap(number: number): CorruptionError {
    const file = `${this.#options.directory}/${sequenceFileName(number)}`;
    return new CorruptionError({ code: 'bad_value', file, offset: 0, reason: 'the head chunk file does not exist' });
  }
}

/** Removes a last file that has no magic number: nothing, or zeros in its place. */
async function removeUnbegun(fileSystem: FileSystem, files: Map<number, PagedFile>): Promise<void> {
  const last = [...files].at(-1);
  if (last === undefined) return;
  const [number, file] = last;
  if (file.size >= MAGIC_BYTES && (await file.read(0, MAGIC_BYTES)).readUInt32BE() !== 0) return;
  files.delete(number);
  await file.close();
  await fileSystem.remove(file.name);
}

async function scanFile(file: PagedFile, number: number, visit: (chunk: HeadChunkMeta) => void): Promise<void> {
  checkSegmentHeader(await file.read(0, SEGMENT_HEADER_BYTES), file.name, HEAD_CHUNKS_MAGIC);
  await scanRecords(file, { offset: SEGMENT_HEADER_BYTES, end: file.size }, (reader) => {
    const { offset } = reader;
    const left = file.size - offset;
    if (left < HEAD_CHUNK_PREFIX_BYTES && reader.remaining === left && reader.restIsZero()) return false;
    const chunk = readHeadChunk(reader);
    if (chunk === undefined) return false;
    if (reader.failure === undefined) {
      const { seriesRef, minTime, maxTime, encoding, isOutOfOrder, data } = chunk;
      const ref = chunkRef(number, offset);
      visit({ seriesRef, minTime, maxTime, encoding, isOutOfOrder, ref, sampleCount: sampleCountOf(data) });
    }
    return true;
  });
}
