import type { Aggregator } from '../../metrics/metric.ts';

/** One value out of those that several processes have of one line; there is at least one. */
export type Aggregate = (values: readonly number[]) => number;

/**
 * The meaning that `prom-client` gives to the names. `omit` says that values of several processes have no common one; such a
 * metric is shown for the primary alone.
 */
export const AGGREGATES: Readonly<Record<Aggregator, Aggregate>> = {
  sum,
  first: (values) => values[0]!,
  min: (values) => values.reduce((least, value) => Math.min(least, value)),
  max: (values) => values.reduce((greatest, value) => Math.max(greatest, value)),
  average: (values) => sum(values) / values.length,
  omit: (values) => values[0]!,
};

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
