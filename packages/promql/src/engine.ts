import type { Queryable } from '@hearth/model';
import type { Annotation } from './annotations.ts';
import type { EngineClock } from './engine-clock.ts';
import type { Value } from './value.ts';

/**
 * Runs queries. Calls may overlap up to `maxConcurrentQueries`; more of them wait, in order, and give up when their time is
 * over. A query that fails throws a PromqlError and nothing else (but for defects, whose messages start with `BUG:`), and
 * leaves nothing open. Nothing holds the event loop longer than the pace allows.
 */
export interface Engine {
  /** Evaluates at one moment. */
  instant(queryable: Queryable, query: InstantQuery): Promise<QueryResult>;
  /** Evaluates at `startMs`, `startMs + stepMs`, … up to `endMs`, and answers with a matrix. */
  range(queryable: Queryable, query: RangeQuery): Promise<QueryResult>;
  /** The plan that would be executed, for people. Throws what parsing and planning throw. */
  explain(query: InstantQuery | RangeQuery): string;
}

export interface QueryOptions {
  /** Ends the query with code `canceled`. */
  readonly signal?: AbortSignal | undefined;
  /** Overrides the engine's, downwards only. */
  readonly timeoutMs?: number | undefined;
  /** Overrides the engine's. */
  readonly lookbackMs?: number | undefined;
}

export interface InstantQuery extends QueryOptions {
  readonly text: string;
  readonly timestampMs: number;
}

export interface RangeQuery extends QueryOptions {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

export interface QueryResult {
  readonly value: Value;
  /** In the order in which they arose, each once: what the query's author should look at, and what could not be read. */
  readonly annotations: readonly Annotation[];
  readonly stats: QueryStats;
}

export interface QueryStats {
  /** Samples read from the storage. */
  readonly samplesRead: number;
  /** The most that were held at one time, samples of intermediate results included. */
  readonly peakSamples: number;
  readonly queuedMs: number;
  readonly preparationMs: number;
  readonly evaluationMs: number;
}

/** Each limit that is hit is a PromqlError that names it and, where there is one, the selector at fault. */
export interface QueryLimits {
  /** Samples that one query may hold in memory at one time, as Prometheus counts them: 50,000,000. */
  readonly maxSamples: number;
  /** Bytes of the columns that one query may hold at one time. */
  readonly maxBytes: number;
  /** Samples of a result. */
  readonly maxResultSamples: number;
  /** Steps of a range query, or of a subquery. Prometheus' API has 11,000 for queries. */
  readonly maxSteps: number;
  readonly timeoutMs: number;
  readonly maxConcurrentQueries: number;
}

export interface EngineOptions {
  readonly limits?: Partial<QueryLimits>;
  /** How far back a selector looks for a sample: 5 minutes. */
  readonly lookbackMs?: number;
  /** The step of a subquery that names none: 1 minute, the default evaluation interval. */
  readonly defaultSubqueryStepMs?: (rangeMs: number) => number;
  /** Allows what Prometheus keeps behind `promql-experimental-functions`. */
  readonly experimentalFunctions?: boolean;
  /** Prometheus' `promql-delayed-name-removal`: names go at the end of the evaluation instead of on the way. */
  readonly delayedNameRemoval?: boolean;
  readonly clock?: EngineClock;
  /**
   * How the evaluation shares the event loop: called every few tenths of a millisecond, and waited for where it returns a
   * promise. Without one the engine rests by itself every few milliseconds.
   */
  readonly pace?: () => Promise<void> | undefined;
}
