import type { Aggregator, MetricType } from '../metrics/metric.ts';

/**
 * Whether what one process has counted is to be added to what the others have, for ever. Not so for gauges, which say how
 * things stand, and for what the application wants merged in another way than by summing up.
 */
export function isAccumulated(metric: { readonly type: MetricType; readonly aggregator: Aggregator }): boolean {
  return metric.type !== 'gauge' && metric.aggregator === 'sum';
}
