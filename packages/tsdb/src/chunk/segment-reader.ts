import type { ByteReader } from '../encoding/byte-reader.ts';
import { CorruptionError } from '../encoding/corruption-error.ts';
import { openByteSource } from '../file/byte-source.ts';
import type { FileSystem } from '../file/file-system.ts';
import type { PageCache, PagedFile } from '../file/page-cache.ts';
import { readRecord, tryRecord } from '../file/read-record.ts';
import { type EncodedChunk, tryEncodingName } from './chunk.ts';
import {
  CHUNK_RECORD,
  checkSegmentHeader,
  offsetOf,
  readChunkRecord,
  SEGMENT_HEADER_BYTES,
  SEGMENT_MAGIC,
  segmentOf,
  sequenceFileName,
  tryChunkInPage,
  trySequenceNumber,
} from './segment-format.ts';

/** Reads the chunks of a block. Memory: that of the page cache, and of what is being asked for. */
export class SegmentReader {
  readonly sizeBytes: number;
  readonly #directory: string;
  readonly #segments: readonly PagedFile[];

  private constructor(directory: string, segments: readonly PagedFile[]) {
    this.#directory = directory;
    this.#segments = segments;
    this.sizeBytes = segments.reduce((sum, { size }) => sum + size, 0);
  }

  /** Opens all segments in a directory and checks their headers. */
  static async open(fileSystem: FileSystem, directory: string, cache: PageCache): Promise<SegmentReader> {
    const names = await fileSystem.list(directory);
    const numbers = names.map(trySequenceNumber).filter((n) => n !== undefined);
    numbers.sort((a, b) => a - b);
    const reader = new SegmentReader(directory, []);
    const segments: PagedFile[] = [];
    try {
      for (const [i, number] of numbers.entries()) {
        if (number !== i + 1) throw reader.#missing(i);
        segments.push(cache.open(await openByteSource(fileSystem, `${directory}/${sequenceFileName(number)}`)));
      }
      for (const segment of segments) await checkHeader(segment);
    } catch (error) {
      await Promise.all(segments.map((segment) => segment.close()));
      throw error;
    }
    return new SegmentReader(directory, segments);
  }

  /**
   * The chunk with this reference, its checksum verified. Of any encoding that Prometheus has: whoever decodes it looks
   * at `encoding` first.
   */
  async chunk(ref: number): Promise<EncodedChunk> {
    const file = this.#segments[segmentOf(ref)];
    if (file === undefined) throw this.#missing(segmentOf(ref));
    const offset = offsetOf(ref);
    if (offset < SEGMENT_HEADER_BYTES) throw corrupt(file.name, offset, 'a chunk reference points into the header');
    return checkedChunk(await readRecord(file, offset, CHUNK_RECORD), file.name);
  }

  /** The same if it is in memory. Throws where the other rejects. */
  tryChunk(ref: number): EncodedChunk | undefined {
    const file = this.#segments[segmentOf(ref)];
    const offset = offsetOf(ref);
    if (file === undefined || offset < SEGMENT_HEADER_BYTES) return undefined;
    const page = file.tryPage(offset);
    if (page === undefined) return undefined;
    const chunk = tryChunkInPage(page, offset, file.name);
    if (chunk !== undefined) return chunk;
    const reader = tryRecord(file, offset, CHUNK_RECORD);
    return reader && checkedChunk(reader, file.name);
  }

  async close(): Promise<void> {
    await Promise.all(this.#segments.map((segment) => segment.close()));
  }

  #missing(segment: number): CorruptionError {
    const name = `${this.#directory}/${sequenceFileName(segment + 1)}`;
    return corrupt(name, 0, 'the segment does not exist');
  }
}

async function checkHeader(segment: PagedFile): Promise<void> {
  checkSegmentHeader(await segment.view(0, SEGMENT_HEADER_BYTES), segment.name, SEGMENT_MAGIC);
}

function checkedChunk(reader: ByteReader, file: string): EncodedChunk {
  const chunk = readChunkRecord(reader, file);
  if (tryEncodingName(chunk.encoding) !== undefined) return chunk;
  throw corrupt(file, chunk.offset - 1, `unknown chunk encoding ${chunk.encoding}`);
}

function corrupt(file: string, offset: number, reason: string): CorruptionError {
  return new CorruptionError({ code: 'bad_value', file, offset, reason });
}
