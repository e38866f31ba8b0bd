import { FileSink } from '../file/file-sink.ts';
import type { FileSystem } from '../file/file-system.ts';
import {
  appendChunkRecord,
  appendSegmentHeader,
  chunkRef,
  maxRecordBytes,
  SEGMENT_HEADER_BYTES,
  SEGMENT_MAGIC,
  SEGMENT_MAX_BYTES,
  sequenceFileName,
} from './segment-format.ts';

export interface SegmentWriterOptions {
  readonly fileSystem: FileSystem;
  /** An empty directory. */
  readonly directory: string;
  readonly maxSegmentBytes?: number;
}

/** Writes the chunks of a block into segments (see segment-format.ts). One call at a time. */
export class SegmentWriter {
  readonly #options: Required<SegmentWriterOptions>;
  #sink: FileSink | undefined;
  #segments = 0;

  constructor(options: SegmentWriterOptions) {
    this.#options = { maxSegmentBytes: SEGMENT_MAX_BYTES, ...options };
  }

  /** Appends a chunk and resolves to its reference: higher than all before. The data is copied. */
  async append(encoding: number, data: Uint8Array): Promise<number> {
    const sink = await this.#sinkFor(maxRecordBytes(data.length));
    const ref = chunkRef(this.#segments - 1, sink.position);
    appendChunkRecord(sink.out, encoding, data);
    if (sink.isFull) await sink.flush();
    return ref;
  }

  /** Makes the segments durable. */
  async finish(): Promise<void> {
    await this.#sink?.finish();
    await this.#options.fileSystem.syncDirectory(this.#options.directory);
  }

  /** Closes the last segment as it is. */
  async abandon(): Promise<void> {
    await this.#sink?.abandon();
  }

  async #sinkFor(recordBytes: number): Promise<FileSink> {
    const { fileSystem, directory, maxSegmentBytes } = this.#options;
    const present = this.#sink;
    if (present !== undefined) {
      const fits = present.position + recordBytes <= maxSegmentBytes;
      if (fits || present.position === SEGMENT_HEADER_BYTES) return present;
      await present.finish();
    }
    this.#segments++;
    const sink = await FileSink.create(fileSystem, `${directory}/${sequenceFileName(this.#segments)}`);
    appendSegmentHeader(sink.out, SEGMENT_MAGIC);
    this.#sink = sink;
    return sink;
  }
}
