import type { Exemplar, LabelValues, MetricReading, RegistryMetric, Sample } from '../../metrics/metric.ts';

/** How `prom-client` 12 to 15 keep one series; which members are there depends on the type of the metric. */
interface KeptSeries {
  readonly labels: LabelValues;
  readonly value?: number;
  readonly exemplar?: Exemplar;
  readonly sum?: number;
  readonly count?: number;
  readonly bucketValues?: Readonly<Record<string, number>>;
  readonly bucketExemplars?: Readonly<Record<string, Exemplar | null>>;
}

type KeptMetric = RegistryMetric & {
  readonly hashMap?: Readonly<Record<string, KeptSeries>>;
  readonly upperBounds?: readonly number[];
};

/**
 * The samples of a metric without waiting, in the order in which it shows them. `prom-client` hands out its metrics' values by
 * promises only, and a process that ends waits for no promise, so they are taken from where it keeps them. Undefined for a
 * metric of another make. Quantiles of a summary are left out.
 */
export function tryReadNow(metric: RegistryMetric): MetricReading | undefined {
  if (typeof metric.readNow === 'function') return metric.readNow();
  const { hashMap } = metric as KeptMetric;
  if (typeof hashMap !== 'object' || hashMap === null) return undefined;
  const values: Sample[] = [];
  for (const series of Object.values(hashMap)) {
    if (!appendSeries(values, metric as KeptMetric, series)) return undefined;
  }
  const { name, help, type, aggregator } = metric;
  return { name, help, type, aggregator, values };
}

/** Whether the series is kept as expected. */
function appendSeries(values: Sample[], metric: KeptMetric, series: KeptSeries): boolean {
  const { labels, value, sum, count } = series;
  if (metric.type === 'counter' || metric.type === 'gauge') {
    if (typeof value !== 'number') return false;
    values.push({ labels, value, exemplar: series.exemplar });
    return true;
  }
  if (typeof sum !== 'number' || typeof count !== 'number') return false;
  if (metric.type === 'summary') {
    values.push({ labels, value: sum, metricName: `${metric.name}_sum` });
    values.push({ labels, value: count, metricName: `${metric.name}_count` });
    return true;
  }
  return appendBuckets(values, metric, series) && appendTotals(values, metric.name, labels, { sum, count });
}

function appendBuckets(values: Sample[], metric: KeptMetric, { labels, count, ...kept }: KeptSeries): boolean {
  const { bucketValues, bucketExemplars } = kept;
  if (bucketValues === undefined || metric.upperBounds === undefined) return false;
  const metricName = `${metric.name}_bucket`;
  let below = 0;
  for (const le of metric.upperBounds) {
    below += bucketValues[le] ?? 0;
    values.push({ labels: { le }, sharedLabels: labels, value: below, metricName, exemplar: bucketExemplars?.[le] });
  }
  const exemplar = bucketExemplars?.['-1'];
  values.push({ labels: { le: '+Inf' }, sharedLabels: labels, value: count!, metricName, exemplar });
  return true;
}

function appendTotals(
  values: Sample[],
  name: string,
  labels: LabelValues,
  { sum, count }: { readonly sum: number; readonly count: number },
): boolean {
  values.push({ labels: {}, sharedLabels: labels, value: sum, metricName: `${name}_sum` });
  values.push({ labels: {}, sharedLabels: labels, value: count, metricName: `${name}_count` });
  return true;
}
