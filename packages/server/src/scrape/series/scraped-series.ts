import type { ExpositionFormat, SymbolTable } from '@hearth/model';
import type { Appender, Pace, SeriesRef } from '@hearth/tsdb';
import { type BodyCounts, BodyReader } from './body-reader.ts';
import type { LabelRules } from './label-rules.ts';
import { DROPPED, DUPLICATE, Layout, TIMED } from './layout.ts';
import { MetadataStore } from './metadata-store.ts';
import type { Relabel } from './series-labels.ts';

export interface SeriesRules extends LabelRules {
  /** What the series of the target are stored as. */
  readonly seriesLabels: Relabel;
  readonly honorTimestamps: boolean;
  /** Series with timestamps of their own end as the others do. */
  readonly trackTimestampsStaleness: boolean;
}

export interface ScrapedSeriesOptions {
  readonly rules: SeriesRules;
  readonly symbols: SymbolTable;
  readonly pace: Pace;
}

export interface Body {
  readonly bytes: Buffer;
  readonly format: ExpositionFormat;
  /** Samples without a timestamp get this one. */
  readonly timestampMs: number;
  /** Samples with a later timestamp are not taken. */
  readonly maxTimestampMs: number;
}

/**
 * The series of one target, from scrape to scrape: what it showed last, what that is stored as, and what has ended.
 *
 * For each scrape `append` is called once, or `appendEnd` where there is no body; if the transaction is committed then,
 * `accept`. Without `accept` it is as if the scrape had not been. Calls do not overlap.
 */
export class ScrapedSeries {
  readonly metadata = new MetadataStore();
  readonly #symbols: SymbolTable;
  readonly #pace: Pace;
  #rules: SeriesRules;
  /** Of the last scrape that was taken. */
  #layout = new Layout();
  /** The rules have changed: what the layout's lines mean has to be found out anew. */
  #isOutdated = false;
  /** Whether the series of the layout go on: they do not after a scrape that failed. */
  #isPresent = false;
  /** What `accept` makes true. */
  #pending: (() => void) | undefined;

  constructor({ rules, symbols, pace }: ScrapedSeriesOptions) {
    this.#rules = rules;
    this.#symbols = symbols;
    this.#pace = pace;
  }

  /** The layout that was taken last. Its values are those of that scrape. */
  get layout(): Layout {
    return this.#layout;
  }

  /**
   * Other rules, from the next scrape on. Unless `keepsSeries`, series may be stored as something else then, or not at all:
   * those that are not any more end.
   */
  changeRules(rules: SeriesRules, { keepsSeries }: { readonly keepsSeries: boolean }): void {
    this.#rules = rules;
    if (!keepsSeries) this.#isOutdated = true;
  }

  /**
   * Appends the samples of a body, and what ends the series that it does not have any more. Throws an ExpositionError or a
   * ScrapeError if the body cannot be taken; the caller rolls back then.
   * A body without a byte ends all series, and is no failure, as in Prometheus.
   */
  async append(appender: Appender, body: Body, counts: BodyCounts): Promise<void> {
    if (body.bytes.length === 0) return this.appendEnd(appender, body.timestampMs);
    this.metadata.beginScrape();
    const reader = new BodyReader({
      appender,
      body,
      rules: this.#rules,
      symbols: this.#symbols,
      pace: this.#pace,
      known: this.#isOutdated ? new Layout() : this.#layout,
      metadata: this.metadata,
      counts,
    });
    this.#pending = undefined;
    const changed = await reader.read();
    // Without a change the lines are the same, so nothing has ended.
    if (changed !== undefined && this.#isPresent) await this.#appendVanished(appender, changed, body.timestampMs);
    this.#pending = () => {
      this.#layout = changed ?? this.#layout;
      this.#isOutdated = false;
      this.#isPresent = true;
      this.metadata.endScrape();
    };
  }

  /** Ends all series that go on: a scrape failed, or there are no more. */
  async appendEnd(appender: Appender, timestampMs: number): Promise<void> {
    if (this.#isPresent) await this.#appendVanished(appender, new Layout(), timestampMs);
    this.#pending = () => {
      this.#isPresent = false;
    };
  }

  accept(): void {
    this.#pending?.();
    this.#pending = undefined;
  }

  /** Refusals do not matter: where another target has the series now, its samples are newer. */
  async #appendVanished(appender: Appender, next: Layout, timestampMs: number): Promise<void> {
    const dealtWith = new Set<SeriesRef>();
    for (const ref of this.#trackedRefs(next)) dealtWith.add(ref);
    let count = 0;
    for (const ref of this.#trackedRefs(this.#layout)) {
      if (!dealtWith.has(ref)) appender.appendStale(ref, timestampMs);
      dealtWith.add(ref);
      const rest = ++count % 1024 === 0 ? this.#pace() : undefined;
      if (rest !== undefined) await rest;
    }
  }

  /** References of the series whose end is told. */
  *#trackedRefs({ length, refs, kinds }: Layout): Generator<SeriesRef, void, void> {
    const untracked = DROPPED | DUPLICATE | (this.#rules.trackTimestampsStaleness ? 0 : TIMED);
    for (let line = 0; line < length; line++) if ((kinds[line] & untracked) === 0) yield refs[line];
  }
}
