import type { Labels, Matcher, Selection, SeriesBatch } from '@hearth/model';
import { compareUtf8 } from '@hearth/model';
import type { IndexedSeries, IndexReader } from '../block/index-reader.ts';
import type { Tombstones } from '../block/tombstones.ts';
import type { TimeRange } from '../chunk/chunk.ts';
import type { SegmentReader } from '../chunk/segment-reader.ts';
import type { Pace } from '../file/pace.ts';
import { BlockStream, isWanted } from './block-stream.ts';
import type { LabelIndex } from './label-index.ts';
import { selectLabelValues } from './label-values.ts';
import { NO_POSTINGS, type Postings } from './postings.ts';
import { selectPostings } from './select-postings.ts';
import { readBatches, type SeriesStream, type StreamingQuerier } from './series-stream.ts';
import { Warnings } from './warnings.ts';

const NO_INTERVALS: readonly TimeRange[] = [];
const LABELS_PER_BATCH = 1024;

/** What a querier needs of a block. Nothing of it changes while the querier is open. */
export interface BlockView {
  readonly directory: string;
  readonly index: IndexReader;
  readonly chunks: Pick<SegmentReader, 'chunk' | 'tryChunk'>;
  readonly tombstones: Tombstones;
}

/**
 * Queries one block. What is corrupt, or cannot be read, is missing from the result and is a warning: a chunk, a
 * series, or, if it is the index that finds series, all of the block. In memory: a batch, and the samples of one series.
 */
export class BlockQuerier implements StreamingQuerier {
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
    yield* readBatches(await this.stream(selection, signal), { pace: this.#pace, signal });
  }

  async stream({ matchers, startMs, endMs }: Selection, signal?: AbortSignal): Promise<SeriesStream> {
    return new BlockStream({
      view: this.#view,
      postings: await this.#postings(matchers, signal),
      range: { minTime: startMs, maxTime: endMs },
      warnings: this.#warnings,
      pace: this.#pace,
      check: () => {
        signal?.throwIfAborted();
        this.#assertOpen();
      },
    });
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

/** The index of a block as selecting sees it. */
export function labelIndexOf(index: IndexReader): LabelIndex {
  return {
    labelNames: async () => index.labelNames,
    labelValues: (name) => index.labelValues(name),
    postings: (name, values) => index.postings(name, values),
    allPostings: () => index.allPostings(),
  };
}
