import type { Labels } from '@hearth/model';
import type { IndexedSeries } from '../block/index-reader.ts';
import { appendSamples } from '../chunk/append-samples.ts';
import type { ChunkMeta, EncodedChunk, TimeRange } from '../chunk/chunk.ts';
import type { SampleBuffer } from '../chunk/sample-buffer.ts';
import type { Pace } from '../file/pace.ts';
import type { BlockView } from './block-querier.ts';
import type { Postings } from './postings.ts';
import { dropDeleted, isRising, sortSamples } from './sample-runs.ts';
import type { SeriesStream } from './series-stream.ts';
import type { Warnings } from './warnings.ts';

const NO_INTERVALS: readonly TimeRange[] = [];
/** A series that has been compacted for long may have very many. */
const CHUNKS_BETWEEN_RESTS = 64;

export interface BlockStreamOptions {
  readonly view: BlockView;
  readonly postings: Postings;
  readonly range: TimeRange;
  readonly warnings: Warnings;
  readonly pace: Pace;
  /** Throws when nothing may be read any more. */
  readonly check: () => void;
}

/**
 * The series of a block that have a chunk within a range. What is in the page cache is read without waiting. A series or a
 * chunk that is corrupt or cannot be read is left out and is a warning.
 */
export class BlockStream implements SeriesStream {
  readonly #options: BlockStreamOptions;
  #nextSeries = 0;
  #ref = 0;
  #series: IndexedSeries | undefined;
  #deleted: readonly TimeRange[] = NO_INTERVALS;
  #nextChunk = 0;
  /** Where in the target the samples of the series begin. */
  #start = 0;
  /** What is to be waited for before it goes on with what is in memory. */
  #rest: Promise<void> | undefined;

  constructor(options: BlockStreamOptions) {
    this.#options = options;
  }

  get labels(): Labels | undefined {
    return this.#series?.labels;
  }

  advance(): Promise<void> | undefined {
    this.#series = undefined;
    return this.#tryAdvance() ? undefined : this.#advanceWaiting();
  }

  append(target: SampleBuffer): Promise<void> | undefined {
    this.#nextChunk = 0;
    this.#start = target.length;
    return this.#tryAppend(target) ? undefined : this.#appendWaiting(target);
  }

  async close(): Promise<void> {}

  /** Returns whether it came to a series or to the end; otherwise it rests, or the next series has to be read. */
  #tryAdvance(): boolean {
    const { postings, pace, check, warnings, view } = this.#options;
    while (this.#nextSeries < postings.length) {
      check();
      this.#ref = postings[this.#nextSeries];
      try {
        const series = view.index.trySeries(this.#ref);
        if (series === undefined) return false;
        if (this.#standAt(series)) return true;
      } catch (error) {
        warnings.addUnreadable(error, 'a series is missing');
        this.#nextSeries++;
      }
      this.#rest = pace();
      if (this.#rest !== undefined) return false;
    }
    return true;
  }

  async #advanceWaiting(): Promise<void> {
    const { warnings, view } = this.#options;
    do {
      if (this.#rest !== undefined) {
        await this.#takeRest();
        continue;
      }
      try {
        if (this.#standAt(await view.index.series(this.#ref))) return;
      } catch (error) {
        warnings.addUnreadable(error, 'a series is missing');
        this.#nextSeries++;
      }
    } while (!this.#tryAdvance());
  }

  /** Returns whether there may be samples of the series. */
  #standAt(series: IndexedSeries): boolean {
    this.#nextSeries++;
    const { range, view } = this.#options;
    this.#deleted = view.tombstones.get(this.#ref) ?? NO_INTERVALS;
    if (!series.chunks.some((chunk) => isWanted(chunk, range, this.#deleted))) return false;
    this.#series = series;
    return true;
  }

  /** Returns whether all chunks are there; otherwise it rests, or the next one has to be read. */
  #tryAppend(target: SampleBuffer): boolean {
    const { view, range, pace } = this.#options;
    const chunks = this.#series?.chunks ?? [];
    while (this.#nextChunk < chunks.length) {
      const meta = chunks[this.#nextChunk];
      if (isWanted(meta, range, this.#deleted)) {
        try {
          const chunk = view.chunks.tryChunk(meta.ref);
          if (chunk === undefined) return false;
          this.#decode(target, chunk);
        } catch (error) {
          this.#warn(error, meta);
        }
      }
      this.#nextChunk++;
      if (this.#nextChunk % CHUNKS_BETWEEN_RESTS !== 0) continue;
      this.#rest = pace();
      if (this.#rest !== undefined) return false;
    }
    this.#finishSeries(target);
    return true;
  }

  async #appendWaiting(target: SampleBuffer): Promise<void> {
    const chunks = this.#series?.chunks ?? [];
    do {
      if (this.#rest !== undefined) {
        await this.#takeRest();
        continue;
      }
      const meta = chunks[this.#nextChunk++];
      try {
        this.#decode(target, await this.#options.view.chunks.chunk(meta.ref));
      } catch (error) {
        this.#warn(error, meta);
      }
    } while (!this.#tryAppend(target));
  }

  async #takeRest(): Promise<void> {
    await this.#rest;
    this.#rest = undefined;
    this.#options.check();
  }

  #finishSeries(target: SampleBuffer): void {
    if (this.#deleted.length > 0) dropDeleted(target, this.#start, this.#deleted);
    if (!target.hasDisorder) return;
    target.hasDisorder = false;
    if (!isRising(target, this.#start)) sortSamples(target, this.#start);
  }

  /** Chunks of one series are apart in a block that is in order. */
  #decode(target: SampleBuffer, chunk: EncodedChunk): void {
    const { length } = target;
    const warning = appendSamples(target, chunk, this.#options.range);
    if (warning !== undefined) this.#options.warnings.add(warning.message);
    const { timestamps } = target;
    if (length > this.#start && target.length > length && timestamps[length] <= timestamps[length - 1]) {
      target.hasDisorder = true;
    }
  }

  #warn(error: unknown, { minTime, maxTime }: ChunkMeta): void {
    const times = `${new Date(minTime).toISOString()} to ${new Date(maxTime).toISOString()}`;
    const metric = this.#series?.labels.toMetricString();
    this.#options.warnings.addUnreadable(error, `samples of ${metric} from ${times} are missing`);
  }
}

/** Whether the chunk may hold samples in the range that are not deleted. */
export function isWanted({ minTime, maxTime }: ChunkMeta, range: TimeRange, deleted: readonly TimeRange[]): boolean {
  if (minTime > range.maxTime || maxTime < range.minTime) return false;
  return !deleted.some((interval) => interval.minTime <= minTime && interval.maxTime >= maxTime);
}
