import {
  compareLabels,
  compareUtf8,
  type Labels,
  type Matcher,
  type Querier,
  type Selection,
  type SeriesBatch,
} from '@hearth/model';
import type { Pace } from '../file/pace.ts';
import { appendMerged, runOfColumns, type SampleRun } from './merge-samples.ts';
import { SeriesColumns } from './series-columns.ts';

const LABELS_PER_BATCH = 1024;
const SERIES_BETWEEN_RESTS = 64;

export interface MergingQuerierOptions {
  readonly pace: Pace;
  /** Makes all that is being read throw its reason, before the querier is closed under its readers. */
  readonly signal?: AbortSignal;
  readonly onClose?: () => void;
}

/**
 * Several queriers as one: of head and blocks, which may overlap. A series that several have is one series, and a time
 * at which several have a sample has one sample: that of the querier named first. They are closed with it.
 */
export class MergingQuerier implements Querier {
  readonly #queriers: readonly Querier[];
  readonly #options: MergingQuerierOptions;

  constructor(queriers: readonly Querier[], options: MergingQuerierOptions) {
    this.#queriers = queriers;
    this.#options = options;
  }

  get warnings(): readonly string[] {
    return this.#queriers.flatMap(({ warnings }) => warnings);
  }

  async *select(selection: Selection, signal?: AbortSignal): AsyncGenerator<SeriesBatch> {
    const stop = this.#stopOf(signal);
    if (this.#queriers.length === 1) return yield* this.#queriers[0].select(selection, stop);
    const columns = new SeriesColumns();
    const sources = this.#queriers.map(
      (querier) => new Source(querier.select(selection, stop), ({ labels }) => labels),
    );
    let count = 0;
    for await (const { labels, from } of mergeByLabels(sources)) {
      appendMerged(columns.samples, from.map(runAt));
      columns.endSeries(labels);
      if (++count % SERIES_BETWEEN_RESTS === 0) await this.#options.pace();
      if (!columns.isFull) continue;
      yield columns.batch();
      columns.clear();
    }
    if (!columns.isEmpty) yield columns.batch();
  }

  async *series(selection: Selection, signal?: AbortSignal): AsyncGenerator<readonly Labels[]> {
    const stop = this.#stopOf(signal);
    if (this.#queriers.length === 1) return yield* this.#queriers[0].series(selection, stop);
    let batch: Labels[] = [];
    const sources = this.#queriers.map((querier) => new Source(querier.series(selection, stop), (labels) => labels));
    for await (const { labels } of mergeByLabels(sources)) {
      batch.push(labels);
      if (batch.length < LABELS_PER_BATCH) continue;
      await this.#options.pace();
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  labelNames(matchers: readonly Matcher[]): Promise<readonly string[]> {
    return this.#union((querier) => querier.labelNames(matchers));
  }

  labelValues(name: string, matchers: readonly Matcher[]): Promise<readonly string[]> {
    return this.#union((querier) => querier.labelValues(name, matchers));
  }

  async close(): Promise<void> {
    this.#options.onClose?.();
    const closed = await Promise.allSettled(this.#queriers.map((querier) => querier.close()));
    const failed = closed.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  #stopOf(signal: AbortSignal | undefined): AbortSignal | undefined {
    const own = this.#options.signal;
    return own === undefined || signal === undefined ? (own ?? signal) : AbortSignal.any([own, signal]);
  }

  async #union(ask: (querier: Querier) => Promise<readonly string[]>): Promise<readonly string[]> {
    let merged: readonly string[] = [];
    for (const querier of this.#queriers) {
      merged = mergeSorted(merged, await ask(querier));
      await this.#options.pace();
    }
    return merged;
  }
}

/** A stream of batches, read series by series. */
class Source<Batch> {
  readonly #batches: AsyncIterator<Batch>;
  readonly #labelsOf: (batch: Batch) => readonly Labels[];
  #current: { readonly batch: Batch; readonly labels: readonly Labels[] } | undefined;
  #at = 0;

  constructor(batches: AsyncIterable<Batch>, labelsOf: (batch: Batch) => readonly Labels[]) {
    this.#batches = batches[Symbol.asyncIterator]();
    this.#labelsOf = labelsOf;
  }

  /** The labels of the series it stands at; `undefined` at the end. */
  get labels(): Labels | undefined {
    return this.#current?.labels[this.#at];
  }

  get place(): { readonly batch: Batch; readonly index: number } {
    if (this.#current === undefined) throw new Error('BUG: a series is read before the first or after the last one');
    return { batch: this.#current.batch, index: this.#at };
  }

  /** Moves within the batch; `false` when the next one must be read first. */
  tryAdvance(): boolean {
    if (this.#current === undefined || this.#at + 1 >= this.#current.labels.length) return false;
    this.#at++;
    return true;
  }

  async readBatch(): Promise<void> {
    this.#at = 0;
    this.#current = undefined;
    for (;;) {
      const next = await this.#batches.next();
      if (next.done === true) return;
      const labels = this.#labelsOf(next.value);
      if (labels.length === 0) continue;
      this.#current = { batch: next.value, labels };
      return;
    }
  }

  async stop(): Promise<void> {
    await this.#batches.return?.();
  }
}

interface MergedSeries<Batch> {
  readonly labels: Labels;
  /** Where it lies in the sources that have it, in their order. Valid until the next series is asked for. */
  readonly from: readonly { readonly batch: Batch; readonly index: number }[];
}

async function* mergeByLabels<Batch>(sources: readonly Source<Batch>[]): AsyncGenerator<MergedSeries<Batch>> {
  try {
    await Promise.all(sources.map((source) => source.readBatch()));
    for (;;) {
      const lowest = sourcesAtLowest(sources);
      if (lowest.length === 0) return;
      yield { labels: lowest[0].labels as Labels, from: lowest.map(({ place }) => place) };
      for (const source of lowest) if (!source.tryAdvance()) await source.readBatch();
    }
  } finally {
    await Promise.all(sources.map((source) => source.stop()));
  }
}

/** Those that stand at the series whose labels come first. */
function sourcesAtLowest<Batch>(sources: readonly Source<Batch>[]): readonly Source<Batch>[] {
  let lowest: Source<Batch>[] = [];
  let labels: Labels | undefined;
  for (const source of sources) {
    if (source.labels === undefined) continue;
    const order = labels === undefined ? -1 : compareLabels(source.labels, labels);
    if (order > 0) continue;
    if (order < 0) lowest = [];
    labels = source.labels;
    lowest.push(source);
  }
  return lowest;
}

function runAt({ batch, index }: { readonly batch: SeriesBatch; readonly index: number }): SampleRun {
  return runOfColumns(batch, { start: batch.offsets[index], end: batch.offsets[index + 1] });
}

function mergeSorted(a: readonly string[], b: readonly string[]): readonly string[] {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const merged: string[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const order = compareUtf8(a[i], b[j]);
    merged.push(order <= 0 ? a[i] : b[j]);
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  for (; i < a.length; i++) merged.push(a[i]);
  for (; j < b.length; j++) merged.push(b[j]);
  return merged;
}
