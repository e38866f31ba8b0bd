import type { ReadableMetric } from '../../expose/exposition.ts';
import type { Exemplar, LabelValues, MetricReading } from '../../metrics/metric.ts';
import type { MetricDefinition } from '../wire/messages.ts';

/** One metric of all processes together. */
export interface MergedMetric extends ReadableMetric {
  readonly definition: MetricDefinition;
  read(): MetricReading;
  /** Makes room for what one more process has of this metric. */
  join(options: JoinOptions): Contribution;
  /** Whether no process has this metric, and none that is gone has counted in it. */
  readonly isEmpty: boolean;
}

export interface JoinOptions {
  /** The primary serves no requests of its own, which matters to some ways to merge. */
  readonly isPrimary: boolean;
}

/**
 * What one process has of one metric: lines at places that the process has chosen. A place must be taken before it is used
 * and is not taken twice without being freed; the caller sees to that.
 */
export interface Contribution {
  has(place: number): boolean;
  places(): Iterable<number>;
  take(place: number, name: string, labels: LabelValues): void;
  /** The application has removed the line: it vanishes from the totals with the last process that has it. */
  free(place: number): void;
  set(place: number, value: number): void;
  setExemplar(place: number, exemplar: Exemplar): void;
  /** The process has set the metric back and counts from 0 again. */
  reset(): void;
  /** The process is gone; what it has counted stays. */
  leave(): void;
}
