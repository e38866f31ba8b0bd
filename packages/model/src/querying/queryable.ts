import type { Labels } from '../labels/labels.ts';
import type { Matcher } from '../matchers/matcher.ts';

/**
 * Somewhere samples can be read: the local storage, or another server. It is all that the query engine knows of either.
 */
export interface Queryable {
  /** A view of everything between two times, both included, in Unix milliseconds. The caller closes it. */
  querier(range: TimeRange): Promise<Querier>;
}

export interface TimeRange {
  readonly startMs: number;
  readonly endMs: number;
}

/** What a select asks for. */
export interface Selection extends TimeRange {
  /** All have to match. A series without the label matches as if its value were `''`. */
  readonly matchers: readonly Matcher[];
}

/**
 * A view that stays consistent until it is closed: samples committed later may be missing, samples that were there stay,
 * whatever compaction and retention do meanwhile. Its methods may be called at the same time, also while a select is being
 * read.
 */
export interface Querier {
  /**
   * The series that match and have a sample within the selection, in the order of their labels (`compareLabels`), each in one
   * batch as a whole. The selection's times lie within those of the querier. Stops when it is no longer iterated; `signal`
   * makes it throw its reason at the next batch.
   */
  select(selection: Selection, signal?: AbortSignal): AsyncIterable<SeriesBatch>;
  /** The same without samples. A series may be among them whose samples all lie outside by less than a chunk. */
  series(selection: Selection, signal?: AbortSignal): AsyncIterable<readonly Labels[]>;
  /** Names of labels of the series that match, or of all if there are no matchers, sorted (`compareUtf8`). */
  labelNames(matchers: readonly Matcher[]): Promise<readonly string[]>;
  /** Values of one label of the series that match, likewise. */
  labelValues(name: string, matchers: readonly Matcher[]): Promise<readonly string[]>;
  /** What could not be read so far, in words for people; grows while selects are read. Empty for a perfect result. */
  readonly warnings: readonly string[];
  close(): Promise<void>;
}

/**
 * Samples of some series in columns: those of series `i` are at `offsets[i]` up to, not including, `offsets[i + 1]`, by rising
 * timestamp, at least one.
 *
 * The arrays belong to the querier and are valid until the next batch is asked for; whoever needs them longer copies. The
 * labels may be kept. Values hold NaNs bit for bit, staleness markers among them: copy them array to array, not one
 * by one.
 */
export interface SeriesBatch {
  readonly labels: readonly Labels[];
  readonly offsets: Uint32Array;
  /** Unix milliseconds. */
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
}
