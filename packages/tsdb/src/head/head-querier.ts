import { compareUtf8, type Labels, type Matcher, type Selection, type SeriesBatch } from '@hearth/model';
import type { TimeRange } from '../chunk/chunk.ts';
import { selectLabelValues } from '../querying/label-values.ts';
import { selectPostings } from '../querying/select-postings.ts';
import { readBatches, type SeriesStream, type StreamingQuerier } from '../querying/series-stream.ts';
import type { HeadCore } from './head-core.ts';
import { HeadStream } from './head-stream.ts';
import type { Reader } from './readers.ts';
import { sortPaced } from './sort-paced.ts';

const LABELS_AT_ONCE = 512;
const MAX_WARNINGS = 10;

/** A view of the head. */
export class HeadQuerier implements StreamingQuerier {
  readonly #core: HeadCore;
  readonly #reader: Reader;
  readonly #endMs: number;
  readonly warnings: string[] = [];

  constructor(core: HeadCore, range: { readonly startMs: number; readonly endMs: number }) {
    this.#core = core;
    this.#reader = core.readers.open(Math.max(range.startMs, core.floor));
    this.#endMs = range.endMs;
  }

  async *select(selection: Selection, signal?: AbortSignal): AsyncGenerator<SeriesBatch, void, void> {
    yield* readBatches(await this.stream(selection, signal), { pace: this.#core.pace, signal });
  }

  async stream(selection: Selection, signal?: AbortSignal): Promise<SeriesStream> {
    const range = this.#clamp(selection);
    const slots = await this.#slots(selection.matchers, range, signal);
    return new HeadStream({ core: this.#core, slots, range, warn: (message) => this.#warn(message), signal });
  }

  async *series(selection: Selection, signal?: AbortSignal): AsyncGenerator<readonly Labels[], void, void> {
    const slots = await this.#slots(selection.matchers, this.#clamp(selection), signal);
    for (let i = 0; i < slots.length; i += LABELS_AT_ONCE) {
      signal?.throwIfAborted();
      yield slots.slice(i, i + LABELS_AT_ONCE).map((slot) => this.#core.series.labels.labels(slot));
      const rest = this.#core.pace();
      if (rest !== undefined) await rest;
    }
  }

  async labelNames(matchers: readonly Matcher[]): Promise<readonly string[]> {
    if (!this.#overlapsHead()) return [];
    const { series, pace } = this.#core;
    if (matchers.length === 0) return series.index.labelNames();
    const names = new Set<number>();
    for (const slot of await selectPostings(series.index, matchers, { pace })) {
      for (let i = 0; i < series.labels.labelCount(slot); i++) names.add(series.labels.nameAt(slot, i));
      const rest = pace();
      if (rest !== undefined) await rest;
    }
    return Array.from(names, (name) => series.symbols.text(name)).sort(compareUtf8);
  }

  async labelValues(name: string, matchers: readonly Matcher[]): Promise<readonly string[]> {
    if (!this.#overlapsHead()) return [];
    const { series, pace } = this.#core;
    return selectLabelValues(series.index, { name, matchers }, { pace });
  }

  async close(): Promise<void> {
    this.#reader.close();
  }

  #clamp({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }): TimeRange {
    return { minTime: Math.max(startMs, this.#reader.startMs), maxTime: Math.min(endMs, this.#endMs) };
  }

  #overlapsHead(): boolean {
    return this.#reader.startMs <= this.#core.maxTime && this.#endMs >= this.#core.minTime;
  }

  /** The series that match and have a chunk that reaches into the range, in the order of their labels. */
  async #slots(matchers: readonly Matcher[], range: TimeRange, signal?: AbortSignal): Promise<number[]> {
    const { series, samples, pace } = this.#core;
    if (!this.#overlapsHead()) return [];
    const matching = await selectPostings(series.index, matchers, { pace, signal });
    const slots: number[] = [];
    for (const slot of matching) if (samples.reachesInto(slot, range)) slots.push(slot);
    return sortSlots(this.#core, slots);
  }

  #warn(message: string): void {
    if (this.warnings.length < MAX_WARNINGS && !this.warnings.includes(message)) this.warnings.push(message);
  }
}

/** Sorts slots of series by their labels, without making label sets of them. Takes the array over. */
export function sortSlots({ series, pace }: HeadCore, slots: number[]): Promise<number[]> {
  const { labels, symbols } = series;
  const compareSymbols = (a: number, b: number) => (a === b ? 0 : compareUtf8(symbols.text(a), symbols.text(b)));
  const compare = (a: number, b: number) => {
    const [countA, countB] = [labels.labelCount(a), labels.labelCount(b)];
    const length = Math.min(countA, countB);
    for (let i = 0; i < length; i++) {
      const order =
        compareSymbols(labels.nameAt(a, i), labels.nameAt(b, i)) ||
        compareSymbols(labels.valueAt(a, i), labels.valueAt(b, i));
      if (order !== 0) return order;
    }
    return countA - countB;
  };
  return sortPaced(slots, compare, pace);
}
