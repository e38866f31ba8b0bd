import type { Labels, Matcher, Querier, Selection, SeriesBatch } from '@hearth/model';
import { compareUtf8 } from '@hearth/model';
import type { IndexedSeries, IndexReader } from '../block/index-reader.ts';
import type { Tombstones } from '../block/tombstones.ts';
import { appendSamples } from '../chunk/append-samples.ts';
import type { ChunkMeta, TimeRange } from '../chunk/chunk.ts';
import type { SampleBuffer } from '../chunk/sample-buffer.ts';
import type { SegmentReader } from '../chunk/segment-reader.ts';
import type { Pace } from '../file/pace.ts';
import type { LabelIndex } from './label-index.ts';
import { selectLabelValues } from './label-values.ts';
import { NO_POSTINGS, type Postings } from './postings.ts';
import { dropDeleted, isRising, sortSamples } from './sample-runs.ts';
import { selectPostings } from './select-postings.ts';
import { SeriesColumns } from './series-columns.ts';
import { Warnings } from './warnings.ts';

const NO_INTERVALS: readonly TimeRange[] = [];
const LABELS_PER_BATCH = 1024;

/** What a querier needs of a block. Nothing of it changes while the querier is open. */
export interface BlockView {
  readonly directory: string;
  readonly index: IndexReader;
  readonly chunks: Pick<SegmentReader, 'chunk'>;
  readonly tombstones: Tombstones;
}

/**
 * Queries one block. What is corrupt, or cannot be read, is missing from the result and is a warning: a chunk, a
 * series, or, if it is the index that finds series, all of the block. In memory: a batch, and the samples of one series.
 */
export class BlockQuerier implements Querier {
  readonly #view: BlockView;
  readonly #pace: Pace;
  readonly #index: LabelIndex;
  readonly #warnings = new Warnings();
  #release: (() => Promise<void>) | undefined;

  /** `release` is called once, when the querier is closed. */
  constructor(view: BlockView, options: { readonly pace: Pace; readonly release: () => Promise<void> }) {
    this.#view = view;
    this.#pace = options.pace;
    this.#release = options.release;
    this.#index = labelIndexOf(view.index);
  }

  get warnings(): readonly string[] {
    return this.#warnings.lines;
  }

  async *select(selection: Selection, signal?: AbortSignal): AsyncGenerator<SeriesBatch> {
    const range = { minTime: selection.startMs, maxTime: selection.endMs };
    const columns = new SeriesColumns();
    for (const ref of await this.#postings(selection.matchers, signal)) {
      await this.#rest(signal);
      const series = await this.#trySeries(ref);
      if (series === undefined) continue;
      await this.#appendSeries(columns, { ref, series, range });
      if (!columns.isFull) continue;
      yield columns.batch();
      columns.clear();
    }
    if (!columns.isEmpty) yield columns.batch();
  }

  async *series(selection: Selection, signal?: AbortSignal): AsyncGenerator<readonly Labels[]> {
    const range = { minTime: selection.startMs, maxTime: selection.endMs };
    let batch: Labels[] = [];
    for (const ref of await this.#postings(selection.matchers, signal)) {
      await this.#rest(signal);
      const series = await this.#trySeries(ref);
      const deleted = this.#view.tombstones.get(ref) ?? NO_INTERVALS;
      if (series === undefined || !series.chunks.some((chunk) => isWanted(chunk, range, deleted))) continue;
      batch.push(series.labels);
      if (batch.length < LABELS_PER_BATCH) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  async labelNames(matchers: readonly Matcher[]): Promise<readonly string[]> {
    if (matchers.length === 0) return this.#view.index.labelNames;
    const names = new Set<string>();
    for (const ref of await this.#postings(matchers)) {
      await this.#rest();
      for (const { name } of (await this.#trySeries(ref))?.labels ?? []) names.add(name);
    }
    return [...names].sort(compareUtf8);
  }

  async labelValues(name: string, matchers: readonly Matcher[]): Promise<readonly string[]> {
    this.#assertOpen();
    try {
      return await selectLabelValues(this.#index, { name, matchers }, { pace: this.#pace });
    } catch (error) {
      this.#warnings.addUnreadable(error, `the values of ${name} in this block are missing`);
      return [];
    }
  }

  async close(): Promise<void> {
    const release = this.#release;
    this.#release = undefined;
    await release?.();
  }

  async #postings(matchers: readonly Matcher[], signal?: AbortSignal): Promise<Postings> {
    this.#assertOpen();
    try {
      return await selectPostings(this.#index, matchers, { pace: this.#pace, signal });
    } catch (error) {
      signal?.throwIfAborted();
      this.#warnings.addUnreadable(error, 'the samples of this block are missing');
      return NO_POSTINGS;
    }
  }

  async #trySeries(ref: number): Promise<IndexedSeries | undefined> {
    try {
      return await this.#view.index.series(ref);
    } catch (error) {
      this.#warnings.addUnreadable(error, 'a series is missing');
      return undefined;
    }
  }

  async #appendSeries(
    columns: SeriesColumns,
    { ref, series, range }: { readonly ref: number; readonly series: IndexedSeries; readonly range: TimeRange },
  ): Promise<void> {
    const { samples, seriesStart } = columns;
    const deleted = this.#view.tombstones.get(ref) ?? NO_INTERVALS;
    for (const chunk of series.chunks) {
      if (isWanted(chunk, range, deleted)) await this.#appendChunk(samples, { chunk, series, range });
    }
    if (deleted.length > 0) dropDeleted(samples, seriesStart, deleted);
    if (!isRising(samples, seriesStart)) sortSamples(samples, seriesStart);
    columns.endSeries(series.labels);
  }

  async #appendChunk(
    samples: SampleBuffer,
    { chunk, series, range }: { readonly chunk: ChunkMeta; readonly series: IndexedSeries; readonly range: TimeRange },
  ): Promise<void> {
    try {
      const warning = appendSamples(samples, await this.#view.chunks.chunk(chunk.ref), range);
      if (warning !== undefined) this.#warnings.add(warning.message);
    } catch (error) {
      const times = `${new Date(chunk.minTime).toISOString()} to ${new Date(chunk.maxTime).toISOString()}`;
      this.#warnings.addUnreadable(error, `samples of ${series.labels.toMetricString()} from ${times} are missing`);
    }
  }

  async #rest(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#assertOpen();
    const rest = this.#pace();
    if (rest !== undefined) await rest;
  }

  #assertOpen(): void {
    if (this.#release === undefined)
      throw new Error(`BUG: ${this.#view.directory} is queried by a querier that is closed`);
  }
}

/** Whether the chunk may hold samples in the range that are not deleted. */
function isWanted({ minTime, maxTime }: ChunkMeta, range: TimeRange, deleted: readonly TimeRange[]): boolean {
  if (minTime > range.maxTime || maxTime < range.minTime) return false;
  return !deleted.some((interval) => interval.minTime <= minTime && interval.maxTime >= maxTime);
}

/** The index of a block as selecting sees it. */
export function labelIndexOf(index: IndexReader): LabelIndex {
  return {
    labelNames: async () => index.labelNames,
    labelValues: (name) => index.labelValues(name),
    postings: (name, values) => index.postings(name, values),
    allPostings: () => index.allPostings(),
  };
}
