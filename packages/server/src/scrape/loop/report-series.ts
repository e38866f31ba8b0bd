import { type Labels, LabelsBuilder, METRIC_NAME } from '@hearth/model';
import type { Appender, SeriesRef } from '@hearth/tsdb';

/** What is stored about each scrape. */
export interface ScrapeFigures {
  readonly isUp: boolean;
  readonly durationSeconds: number;
  readonly scraped: number;
  readonly kept: number;
  readonly added: number;
  readonly timeoutSeconds: number;
  readonly sampleLimit: number;
  /** -1: the body was too large. */
  readonly bodyBytes: number;
}

type Figure = readonly [name: string, read: (figures: ScrapeFigures) => number];

const FIGURES: readonly Figure[] = [
  ['up', ({ isUp }) => (isUp ? 1 : 0)],
  ['scrape_duration_seconds', ({ durationSeconds }) => durationSeconds],
  ['scrape_samples_scraped', ({ scraped }) => scraped],
  ['scrape_samples_post_metric_relabeling', ({ kept }) => kept],
  ['scrape_series_added', ({ added }) => added],
];

const EXTRA_FIGURES: readonly Figure[] = [
  ['scrape_timeout_seconds', ({ timeoutSeconds }) => timeoutSeconds],
  ['scrape_sample_limit', ({ sampleLimit }) => sampleLimit],
  ['scrape_body_size_bytes', ({ bodyBytes }) => bodyBytes],
];

/** The series that a target has by being scraped: `up` and the others. */
export class ReportSeries {
  readonly #labels: Labels;
  readonly #refs = new Map<string, SeriesRef>();
  #figures = FIGURES;

  constructor(targetLabels: Labels) {
    this.#labels = targetLabels;
  }

  /** Whether to store `scrape_timeout_seconds`, `scrape_sample_limit` and `scrape_body_size_bytes` too. */
  set hasExtra(hasExtra: boolean) {
    this.#figures = hasExtra ? [...FIGURES, ...EXTRA_FIGURES] : FIGURES;
  }

  append(appender: Appender, timestampMs: number, figures: ScrapeFigures): void {
    for (const [name, read] of this.#figures) {
      const value = read(figures);
      this.#withRef(appender, name, (ref) => appender.append(ref, timestampMs, value));
    }
  }

  appendEnd(appender: Appender, timestampMs: number): void {
    for (const [name] of this.#figures) this.#withRef(appender, name, (ref) => appender.appendStale(ref, timestampMs));
  }

  /** Other refusals do not matter: another loop of the same target was there first. */
  #withRef(appender: Appender, name: string, append: (ref: SeriesRef) => string | undefined): void {
    const known = this.#refs.get(name);
    if (known !== undefined && append(known) !== 'unknown_series') return;
    const ref = appender.seriesRef(new LabelsBuilder(this.#labels).set(METRIC_NAME, name).build());
    this.#refs.set(name, ref);
    append(ref);
  }
}
