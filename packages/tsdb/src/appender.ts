import type { Labels } from '@hearth/model';

/** Number of a series, valid within one run of the storage. 0 is none. */
export type SeriesRef = number;

export interface ExemplarToAppend {
  readonly labels: Labels;
  readonly timestampMs: number;
  readonly value: number;
}

/** Why a sample was not taken. The others of the transaction are not affected. */
export type AppendRefusal =
  /** Older than the newest sample of its series, or than what the head still takes. */
  | 'out_of_order'
  | 'out_of_bounds'
  /** The same time as the newest sample of its series, but another value. */
  | 'duplicate_timestamp'
  /** Out of the bounds of exemplars: too long, or older than the newest of its series. */
  | 'bad_exemplar'
  /** The series was removed since; ask for its reference again. */
  | 'unknown_series';

/**
 * One transaction: a scrape, the evaluation of a rule group, a received request. Nothing of it can be read before `commit`;
 * then all of it is in the log, or, if `commit` rejects, none of it anywhere. Several may be open at once; one is used by one
 * caller. After `commit` or `rollback` it is of no use any more.
 */
export interface Appender {
  /** The reference of a series, made if there is none. The caller may keep it, and hand it to later appenders. */
  seriesRef(labels: Labels): SeriesRef;
  /**
   * Undefined if the sample is taken. The same sample twice is taken once. A NaN is stored as the ordinary one; the
   * staleness marker has a method of its own because its bits do not survive a JavaScript number.
   *
   * It is compared with what was committed before. What another transaction that commits earlier overtakes, or a sample
   * appended earlier to this one, is left out by `commit` and counted, as in Prometheus.
   */
  append(ref: SeriesRef, timestampMs: number, value: number): AppendRefusal | undefined;
  /** Marks the series as ended. */
  appendStale(ref: SeriesRef, timestampMs: number): AppendRefusal | undefined;
  appendExemplar(ref: SeriesRef, exemplar: ExemplarToAppend): AppendRefusal | undefined;
  /** Durable in the sense of Prometheus: with the operating system, so that it outlives the process. */
  commit(): Promise<void>;
  rollback(): Promise<void>;
}
