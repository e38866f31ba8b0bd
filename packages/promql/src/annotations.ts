import type { PositionRange } from './syntax/tree.ts';

/**
 * Something that the author of a query should know, beside a result that is right as far as it goes. `message` is what
 * Prometheus' API answers: `PromQL warning: … (1:6)`.
 */
export interface Annotation {
  readonly level: 'warning' | 'info';
  readonly message: string;
  /** `undefined` for what the storage says. */
  readonly position: PositionRange | undefined;
}

/** Collects annotations. What is said twice is kept once. */
export interface AnnotationSink {
  /** `text` is what comes after `PromQL warning: ` or `PromQL info: `, without the place. */
  add(level: Annotation['level'], text: string, position: PositionRange): void;
  /** The same for fixes of histograms, of which only a summary is kept. */
  addForcedMonotonicity(fix: MonotonicityFix, position: PositionRange): void;
}

/** That the buckets of a histogram, at one time, fell where they should rise. */
export interface MonotonicityFix {
  /** `''` where the name is not known any more. */
  readonly metricName: string;
  readonly timestampMs: number;
  readonly minBucket: number;
  readonly maxBucket: number;
  readonly maxDifference: number;
}
