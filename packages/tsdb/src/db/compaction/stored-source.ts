import type { ChunkToWrite } from '../../block/block-writer.ts';
import type { IndexedSeries } from '../../block/index-reader.ts';
import type { BlockMeta } from '../../block/meta.ts';
import type { BlockSource, ChunkedSeries } from '../../block-source.ts';
import type { ChunkMeta, TimeRange } from '../../chunk/chunk.ts';
import { SampleBuffer } from '../../chunk/sample-buffer.ts';
import type { Pace } from '../../file/pace.ts';
import type { BlockView } from '../../querying/block-querier.ts';
import { dropDeleted, isRising, sortSamples } from '../../querying/sample-runs.ts';
import { appendDecoded, encodeChunks } from './join-chunks.ts';

const SYMBOLS_AT_ONCE = 4096;

/** What a stored block holds, without what was deleted. Chunks of which nothing was deleted are copied as they are. */
export class StoredSource implements BlockSource {
  readonly minTime: number;
  readonly maxTime: number;
  readonly #view: BlockView;
  readonly #pace: Pace;

  constructor(view: BlockView, { minTime, maxTime }: BlockMeta, pace: Pace) {
    this.minTime = minTime;
    this.maxTime = maxTime;
    this.#view = view;
    this.#pace = pace;
  }

  async symbols(): Promise<readonly string[]> {
    const { index } = this.#view;
    const symbols: string[] = [];
    for (let first = 0; first < index.symbolCount; first += SYMBOLS_AT_ONCE) {
      for (const symbol of await index.symbols(first, Math.min(SYMBOLS_AT_ONCE, index.symbolCount - first))) {
        symbols.push(symbol);
      }
      await this.#pace();
    }
    return symbols;
  }

  async *series(): AsyncGenerator<ChunkedSeries> {
    const { index } = this.#view;
    for (const ref of await index.allPostings()) {
      const rest = this.#pace();
      if (rest !== undefined) await rest;
      const series = await index.series(ref);
      yield { labels: series.labels, chunks: await this.#chunks(ref, series) };
    }
  }

  async #chunks(ref: number, series: IndexedSeries): Promise<readonly ChunkToWrite[]> {
    const outside = [
      { minTime: -Infinity, maxTime: this.minTime - 1 },
      { minTime: this.maxTime, maxTime: Infinity },
    ];
    const deleted = [outside[0], ...(this.#view.tombstones.get(ref) ?? []), outside[1]];
    const left: ChunkToWrite[] = [];
    for (const meta of series.chunks) {
      const intervals = deleted.filter(({ minTime, maxTime }) => minTime <= meta.maxTime && maxTime >= meta.minTime);
      if (intervals.some((interval) => covers(interval, meta))) continue;
      const { encoding, data } = await this.#view.chunks.chunk(meta.ref);
      const chunk: ChunkToWrite = { encoding, data, minTime: meta.minTime, maxTime: meta.maxTime };
      if (intervals.length === 0) left.push(chunk);
      else left.push(...(await this.#remainder(chunk, intervals)));
    }
    return left;
  }

  async #remainder(chunk: ChunkToWrite, deleted: readonly TimeRange[]): Promise<readonly ChunkToWrite[]> {
    const samples = new SampleBuffer();
    appendDecoded(samples, chunk);
    dropDeleted(samples, 0, deleted);
    if (!isRising(samples, 0)) sortSamples(samples, 0);
    return encodeChunks(samples, this.#pace);
  }
}

function covers(interval: TimeRange, { minTime, maxTime }: ChunkMeta): boolean {
  return interval.minTime <= minTime && interval.maxTime >= maxTime;
}
