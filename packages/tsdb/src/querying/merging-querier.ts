import { compareUtf8, type Labels, type Matcher, type Querier, type Selection, type SeriesBatch } from '@hearth/model';
import type { Pace } from '../file/pace.ts';
import { streamOf } from './batch-stream.ts';
import { MergingStream, standingFirst } from './merging-stream.ts';
import { isStreaming, readBatches, type SeriesStream, type StreamingQuerier } from './series-stream.ts';

const LABELS_PER_BATCH = 1024;

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
export class MergingQuerier implements StreamingQuerier {
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
    yield* readBatches(await this.stream(selection, stop), { pace: this.#options.pace, signal: stop });
  }

  async stream(selection: Selection, signal?: AbortSignal): Promise<SeriesStream> {
    const stop = this.#stopOf(signal);
    const streams: SeriesStream[] = [];
    try {
      for (const querier of this.#queriers) {
        streams.push(
          isStreaming(querier) ? await querier.stream(selection, stop) : streamOf(querier.select(selection, stop)),
        );
      }
    } catch (error) {
      await Promise.all(streams.map((stream) => stream.close()));
      throw error;
    }
    return streams.length === 1 ? streams[0] : new MergingStream(streams);
  }

  async *series(selection: Selection, signal?: AbortSignal): AsyncGenerator<readonly Labels[]> {
    const stop = this.#stopOf(signal);
    if (this.#queriers.length === 1) return yield* this.#queriers[0].series(selection, stop);
    let batch: Labels[] = [];
    const sources = this.#queriers.map((querier) => new LabelSource(querier.series(selection, stop)));
    for await (const labels of mergeLabels(sources)) {
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

/** A stream of batches of labels, read one by one. */
class LabelSource {
  readonly #batches: AsyncIterator<readonly Labels[]>;
  #batch: readonly Labels[] = [];
  #at = 0;

  constructor(batches: AsyncIterable<readonly Labels[]>) {
    this.#batches = batches[Symbol.asyncIterator]();
  }

  /** Those it stands at; `undefined` at the end. */
  get labels(): Labels | undefined {
    return this.#batch[this.#at];
  }

  /** Moves within the batch; `false` when the next one must be read first. */
  tryAdvance(): boolean {
    return ++this.#at < this.#batch.length;
  }

  async readBatch(): Promise<void> {
    this.#at = 0;
    this.#batch = [];
    while (this.#batch.length === 0) {
      const next = await this.#batches.next();
      if (next.done === true) return;
      this.#batch = next.value;
    }
  }

  async stop(): Promise<void> {
    await this.#batches.return?.();
  }
}

/** The labels of all sources, each once. */
async function* mergeLabels(sources: readonly LabelSource[]): AsyncGenerator<Labels> {
  try {
    await Promise.all(sources.map((source) => source.readBatch()));
    for (;;) {
      const first = standingFirst(sources, ({ labels }) => labels);
      if (first.length === 0) return;
      yield first[0].labels as Labels;
      for (const source of first) if (!source.tryAdvance()) await source.readBatch();
    }
  } finally {
    await Promise.all(sources.map((source) => source.stop()));
  }
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
