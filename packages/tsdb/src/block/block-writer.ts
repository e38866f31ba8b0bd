import type { Labels } from '@hearth/model';
import { sampleCountOf } from '../chunk/chunk.ts';
import { CHUNKS_DIRECTORY } from '../chunk/segment-format.ts';
import { SegmentWriter } from '../chunk/segment-writer.ts';
import type { FileSystem } from '../file/file-system.ts';
import type { Pace } from '../file/pace.ts';
import { INDEX_FILE } from './index-format.ts';
import { IndexWriter } from './index-writer.ts';
import type { BlockCompaction, BlockMeta } from './meta.ts';
import { writeMeta } from './sealed-meta.ts';
import { writeTombstones } from './tombstones.ts';

/** What is behind the name of a block while it is being written. Prometheus removes such directories when it starts. */
export const CREATION_SUFFIX = '.tmp-for-creation';

export interface BlockWriterOptions {
  readonly fileSystem: FileSystem;
  /** Where the blocks are. */
  readonly dataDirectory: string;
  readonly ulid: string;
  /** All label names and values of the series, each once, in the order of their UTF-8 bytes. May hold others. */
  readonly symbols: readonly string[];
  readonly pace: Pace;
  readonly maxSegmentBytes?: number;
}

export interface ChunkToWrite {
  readonly encoding: number;
  readonly data: Uint8Array;
  readonly minTime: number;
  readonly maxTime: number;
}

/**
 * Writes one block: `create`, `addSeries` for each series in the order of its labels, `finish`. One call at a time.
 * Until `finish` everything is in a directory of another name; it gets its name when all of it is durable. After any
 * failure the writer is of no use but for `abandon`.
 *
 * All calls leave the event loop to others at least every 256 KB of output, and every few hundred steps as `pace` says.
 */
export class BlockWriter {
  readonly #options: BlockWriterOptions;
  readonly #directory: string;
  readonly #chunks: SegmentWriter;
  readonly #index: IndexWriter;
  #numSamples = 0;
  #numSeries = 0;
  #numChunks = 0;

  private constructor(
    options: BlockWriterOptions,
    parts: { directory: string; chunks: SegmentWriter; index: IndexWriter },
  ) {
    this.#options = options;
    this.#directory = parts.directory;
    this.#chunks = parts.chunks;
    this.#index = parts.index;
  }

  static async create(options: BlockWriterOptions): Promise<BlockWriter> {
    const { fileSystem, dataDirectory, ulid, symbols, pace, maxSegmentBytes } = options;
    const directory = `${dataDirectory}/${ulid}${CREATION_SUFFIX}`;
    await fileSystem.remove(directory);
    try {
      const chunksDirectory = `${directory}/${CHUNKS_DIRECTORY}`;
      await fileSystem.makeDirectory(chunksDirectory);
      const chunks = new SegmentWriter({
        fileSystem,
        directory: chunksDirectory,
        ...(maxSegmentBytes !== undefined && { maxSegmentBytes }),
      });
      const index = await IndexWriter.create({ fileSystem, path: `${directory}/${INDEX_FILE}`, symbols, pace });
      return new BlockWriter(options, { directory, chunks, index });
    } catch (error) {
      await fileSystem.remove(directory);
      throw error;
    }
  }

  /**
   * Adds a series with its chunks in the order of their times. The data is copied. Resolves to the reference of the
   * series in this block.
   */
  async addSeries(labels: Labels, chunks: readonly ChunkToWrite[]): Promise<number> {
    const metas = [];
    for (const { encoding, data, minTime, maxTime } of chunks) {
      metas.push({ ref: await this.#chunks.append(encoding, data), minTime, maxTime });
      this.#numSamples += sampleCountOf(data);
    }
    this.#numChunks += chunks.length;
    this.#numSeries++;
    return this.#index.addSeries(labels, metas);
  }

  /** Resolves when the block is durable under its name. `maxTime` is after the last sample. */
  async finish(fields: {
    readonly minTime: number;
    readonly maxTime: number;
    readonly compaction: BlockCompaction;
  }): Promise<BlockMeta> {
    const { fileSystem, dataDirectory, ulid } = this.#options;
    const stats = {
      numSamples: this.#numSamples,
      numSeries: this.#numSeries,
      numChunks: this.#numChunks,
      numTombstones: 0,
    };
    const meta: BlockMeta = { ulid, ...fields, stats };
    await this.#chunks.finish();
    await this.#index.finish();
    await writeTombstones(fileSystem, this.#directory, new Map());
    await writeMeta(fileSystem, this.#directory, meta);
    await fileSystem.rename(this.#directory, `${dataDirectory}/${ulid}`);
    await fileSystem.syncDirectory(dataDirectory);
    return meta;
  }

  /** Removes what was written. */
  async abandon(): Promise<void> {
    await this.#chunks.abandon();
    await this.#index.abandon();
    await this.#options.fileSystem.remove(this.#directory);
  }
}
