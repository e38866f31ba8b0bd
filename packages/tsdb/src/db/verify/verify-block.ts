import { compareLabels, compareUtf8, type Labels } from '@hearth/model';
import { type Block, openBlock } from '../../block/block.ts';
import type { IndexedSeries } from '../../block/index-reader.ts';
import { appendSamples } from '../../chunk/append-samples.ts';
import { CHUNK_ENCODING_XOR, type ChunkMeta, sampleCountOf } from '../../chunk/chunk.ts';
import { SampleBuffer } from '../../chunk/sample-buffer.ts';
import { CorruptionError } from '../../encoding/corruption-error.ts';
import type { FileSystem } from '../../file/file-system.ts';
import type { Pace } from '../../file/pace.ts';
import type { PageCache } from '../../file/page-cache.ts';
import { isRising } from '../../querying/sample-runs.ts';
import { isUnreadable } from '../../querying/warnings.ts';
import type { Finding } from './finding.ts';

const VALUES_AT_ONCE = 256;
const SYMBOLS_AT_ONCE = 4096;

export interface VerifyOptions {
  readonly fileSystem: FileSystem;
  readonly cache: PageCache;
  readonly pace: Pace;
}

/** Reads all of a block: checksums, orders, and that its parts agree with one another. */
export async function* verifyBlock(directory: string, options: VerifyOptions): AsyncGenerator<Finding> {
  let block: Block;
  try {
    block = await openBlock({ ...options, directory });
  } catch (error) {
    yield findingOf(error, directory);
    return;
  }
  try {
    yield* new BlockVerifier(block, options.pace).run();
  } finally {
    await block.close();
  }
}

/** What an error says of bytes or a disk; any other error is thrown. */
export function findingOf(error: unknown, place: string): Finding {
  if (!isUnreadable(error)) throw error;
  if (!(error instanceof CorruptionError)) return { place, problem: error.message };
  return { place: error.file, problem: `corruption at byte ${error.offset}: ${error.reason}` };
}

class BlockVerifier {
  readonly #block: Block;
  readonly #pace: Pace;
  readonly #samples = new SampleBuffer();
  /** How many series have a label, by its name. */
  readonly #seriesWithLabel = new Map<string, number>();
  #isCounted = true;
  #seriesCount = 0;
  #chunkCount = 0;
  #sampleCount = 0;

  constructor(block: Block, pace: Pace) {
    this.#block = block;
    this.#pace = pace;
  }

  async *run(): AsyncGenerator<Finding> {
    const parts = [() => this.#symbols(), () => this.#series(), () => this.#postings(), () => this.#totals()];
    for (const part of parts) {
      try {
        yield* part();
      } catch (error) {
        this.#isCounted = false;
        yield findingOf(error, this.#block.directory);
      }
    }
  }

  async *#symbols(): AsyncGenerator<Finding> {
    const { index } = this.#block;
    let last: string | undefined;
    for (let first = 0; first < index.symbolCount; first += SYMBOLS_AT_ONCE) {
      for (const symbol of await index.symbols(first, Math.min(SYMBOLS_AT_ONCE, index.symbolCount - first))) {
        if (last !== undefined && compareUtf8(last, symbol) >= 0) {
          yield this.#finding('index', `symbol ${JSON.stringify(symbol)} stands after ${JSON.stringify(last)}`);
        }
        last = symbol;
      }
      await this.#pace();
    }
  }

  async *#series(): AsyncGenerator<Finding> {
    let last: Labels | undefined;
    for (const ref of await this.#block.index.allPostings()) {
      await this.#pace();
      let series: IndexedSeries;
      try {
        series = await this.#block.index.series(ref);
      } catch (error) {
        this.#isCounted = false;
        yield findingOf(error, this.#block.directory);
        continue;
      }
      const { labels } = series;
      this.#seriesCount++;
      for (const { name } of labels) this.#seriesWithLabel.set(name, (this.#seriesWithLabel.get(name) ?? 0) + 1);
      if (last !== undefined && compareLabels(last, labels) >= 0) {
        yield this.#finding('index', `series ${labels.toString()} stands after ${last.toString()}`);
      }
      last = labels;
      yield* this.#chunks(series);
    }
  }

  async *#chunks({ labels, chunks }: IndexedSeries): AsyncGenerator<Finding> {
    let end = -Infinity;
    for (const chunk of chunks) {
      this.#chunkCount++;
      try {
        for (const problem of [...this.#placeOf(chunk, end), ...(await this.#contentOf(chunk))]) {
          yield this.#finding('chunks', `${problem}, in series ${labels.toString()}`);
        }
      } catch (error) {
        this.#isCounted = false;
        yield findingOf(error, this.#block.directory);
      }
      end = chunk.maxTime;
    }
  }

  #placeOf({ minTime, maxTime }: ChunkMeta, end: number): string[] {
    const { meta } = this.#block;
    const problems: string[] = [];
    if (minTime <= end) problems.push(`a chunk begins at ${minTime}, where the one before ends at ${end}`);
    if (minTime < meta.minTime || maxTime >= meta.maxTime) {
      problems.push(`a chunk from ${minTime} to ${maxTime} is outside of the block`);
    }
    return problems;
  }

  async #contentOf({ ref, minTime, maxTime }: ChunkMeta): Promise<string[]> {
    const chunk = await this.#block.chunks.chunk(ref);
    this.#sampleCount += sampleCountOf(chunk.data);
    if (chunk.encoding !== CHUNK_ENCODING_XOR) return [];
    const samples = this.#samples;
    samples.clear();
    appendSamples(samples, chunk);
    if (samples.length === 0) return [`the chunk at byte ${chunk.offset} has no samples`];
    const [first, last] = [samples.timestamps[0], samples.timestamps[samples.length - 1]];
    const problems: string[] = [];
    if (!isRising(samples, 0)) problems.push(`times in the chunk at byte ${chunk.offset} do not rise`);
    if (first !== minTime || last !== maxTime) {
      problems.push(`a chunk from ${minTime} to ${maxTime} has samples from ${first} to ${last}`);
    }
    return problems;
  }

  async *#postings(): AsyncGenerator<Finding> {
    const { index } = this.#block;
    for (const name of index.labelNames) {
      const values = await index.labelValues(name);
      let count = 0;
      for (let i = 0; i < values.length; i += VALUES_AT_ONCE) {
        for (const list of await index.postings(name, values.slice(i, i + VALUES_AT_ONCE))) {
          count += list.length;
          if (list.some((ref, at) => at > 0 && ref <= list[at - 1])) {
            yield this.#finding('index', `a list of series for label ${name} does not ascend`);
          }
        }
        await this.#pace();
      }
      const expected = this.#seriesWithLabel.get(name) ?? 0;
      if (this.#isCounted && count !== expected) {
        yield this.#finding('index', `${count} series are listed for label ${name}, and ${expected} have it`);
      }
    }
    const listed = new Set(index.labelNames);
    for (const name of this.#seriesWithLabel.keys()) {
      if (!listed.has(name)) yield this.#finding('index', `no series are listed for label ${name}`);
    }
  }

  async *#totals(): AsyncGenerator<Finding> {
    const { doubt } = this.#block;
    if (doubt !== undefined) yield this.#finding('meta.json', doubt);
    if (!this.#isCounted || doubt !== undefined) return;
    const { stats } = this.#block.meta;
    let tombstones = 0;
    for (const intervals of this.#block.tombstones.values()) tombstones += intervals.length;
    const counted = {
      numSeries: this.#seriesCount,
      numChunks: this.#chunkCount,
      numSamples: this.#sampleCount,
      numTombstones: tombstones,
    };
    for (const [name, count] of Object.entries(counted)) {
      const stored = stats[name as keyof typeof counted];
      if (stored !== count) yield this.#finding('meta.json', `${name} is ${stored}, and there are ${count}`);
    }
  }

  #finding(file: string, problem: string): Finding {
    return { place: `${this.#block.directory}/${file}`, problem };
  }
}
