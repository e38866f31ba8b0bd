import type { Labels } from '../labels/labels.ts';
import type { SymbolTable } from '../labels/symbol-table.ts';

/** A metric's type as both formats know it; 0.0.4's `untyped` is `unknown`. */
export type MetricType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gaugehistogram'
  | 'summary'
  | 'info'
  | 'stateset'
  | 'unknown';

/** What the parser stands on. */
export type ExpositionEntry = 'help' | 'type' | 'unit' | 'comment' | 'series' | 'eof';

export interface Exemplar {
  readonly labels: Labels;
  readonly value: number;
  readonly timestampMs: number | undefined;
}

/**
 * Walks through an exposition entry by entry. `next` finds where things are and reads the numbers; everything else is
 * decoded when asked for, so that a scrape that knows its series by their bytes never decodes a label.
 *
 * The bytes belong to the caller and must stay as they are while the parser is in use. The accessors speak of the
 * current entry and are good until the next call of `next`; called on an entry of another kind they throw `BUG: …`.
 * What they return is the caller's to keep, except `seriesBytes`, which is a view on the input.
 *
 * Bad input throws an ExpositionError and nothing else: from `next`, which then throws the same error every time, or
 * from `labels` and `exemplar`, after which the parser can go on. No entry before an error is taken back: whether they
 * count is the caller's decision.
 */
export interface ExpositionParser {
  /** Moves to the next entry. Past the end it stays at `eof`. Blank lines are skipped. */
  next(): ExpositionEntry;
  /** What `next` returned last; `undefined` before the first call and after an error. */
  readonly entry: ExpositionEntry | undefined;

  /** Where `next` reads on. */
  readonly position: number;
  /**
   * Goes on elsewhere, from the start of a line, as if `metricType` were what the last TYPE line before it says: for callers
   * that know some of the lines and leave them out. Not after `next` has thrown.
   */
  moveTo(position: number, metricType: MetricType): void;

  /** Of a series: name and label block as they stand in the input, without value, timestamp and exemplar. */
  seriesBytes(): Uint8Array;
  /** Of a series: where `seriesBytes` starts and ends in the input. */
  readonly seriesStart: number;
  readonly seriesEnd: number;
  /** Of a series. A NaN is just a NaN here: an exposition cannot carry the staleness marker. */
  readonly value: number;
  /** Of a series: Unix milliseconds, or `undefined` where the line has none. */
  readonly timestampMs: number | undefined;
  /**
   * Of a series: its labels with the name as `__name__`. `le` of histograms and `quantile` of summaries are rewritten
   * to OpenMetrics' form (`1` to `1.0`), as Prometheus 3 does. Throws an ExpositionError for two labels of one name.
   */
  labels(symbols?: SymbolTable): Labels;
  /** Of a series: `undefined` where the line has none, and always in the format 0.0.4. Throws as `labels` does. */
  exemplar(): Exemplar | undefined;

  /** Of help, type and unit: the metric family that the line is about. */
  familyName(): string;
  /** Of help: the text without its escapes. */
  help(): string;
  /** Of type: the type. On other entries: the type of the last TYPE line, `unknown` before the first. */
  readonly metricType: MetricType;
  /** Of unit. `''` where the line gives none. */
  unit(): string;
  /** Of a comment: the line from its `#` on. */
  comment(): string;
}
