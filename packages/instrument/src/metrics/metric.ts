import type { Registry } from 'prom-client';

export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary';

export type LabelValues = Readonly<Record<string, string | number>>;

/** OpenMetrics exemplar; `timestamp` in seconds, as `prom-client` keeps it. */
export interface Exemplar {
  readonly labelSet: Readonly<Record<string, string>>;
  readonly value: number;
  readonly timestamp: number;
}

export interface Sample {
  readonly labels: LabelValues;
  /** Labels that many samples of one metric have in common; they come after `labels` in the text. */
  readonly sharedLabels?: LabelValues;
  readonly value: number;
  /** Name of the line where it is not the metric's own, such as `…_bucket`. */
  readonly metricName?: string;
  readonly exemplar?: Exemplar | null | undefined;
}

/** How values of several workers become one; the names are those of `prom-client`. */
export type Aggregator = 'sum' | 'first' | 'min' | 'max' | 'average' | 'omit';

export interface MetricData {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly values: readonly Sample[];
  readonly aggregator: Aggregator;
}

/** {@link MetricData} whose samples can be walked once; their values may change between one and the next. */
export interface MetricReading extends Omit<MetricData, 'values'> {
  readonly values: Iterable<Sample>;
}

/**
 * What a `prom-client` registry needs of a metric. Ours and `prom-client`'s own live in one registry side by side, so a user's
 * metrics, `registry.metrics()` and `registry.resetMetrics()` go on working.
 */
export interface RegistryMetric {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly aggregator: Aggregator;
  /** Every sample with its full label set. */
  get(): Promise<MetricData>;
  /** The same, with common labels kept apart: cheaper to make and to print. */
  getForPromString(): Promise<MetricData>;
  /**
   * The same without waiting, with samples that are made as they are asked for: for those whose process ends, and to print a
   * large metric with pauses. Only metrics of this library have it.
   */
  readNow?(): MetricReading;
  /** Back to the state of a fresh metric. */
  reset(): void;
}

/** The names of the labels that `prom-client` and Prometheus keep for themselves are refused as well. */
const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

export function isMetricName(name: string): boolean {
  return METRIC_NAME.test(name);
}

export function isLabelName(name: string): boolean {
  return LABEL_NAME.test(name) && name !== 'le' && name !== 'quantile';
}

/** Every sample with its common labels written out. */
export function withFullLabels(data: MetricData): MetricData {
  const values = data.values.map(({ sharedLabels, ...sample }) =>
    sharedLabels === undefined ? sample : { ...sample, labels: { ...sample.labels, ...sharedLabels } },
  );
  return { ...data, values };
}

/** `prom-client` types its registry by its own classes but asks of a metric only what {@link RegistryMetric} has. */
export function registerMetric(registry: Registry, metric: RegistryMetric): void {
  registry.registerMetric(metric as unknown as Parameters<Registry['registerMetric']>[0]);
}

export function registeredMetrics(registry: Registry): RegistryMetric[] {
  return registry.getMetricsAsArray() as unknown as RegistryMetric[];
}

/** In the cheapest way that the metric knows. */
export function readMetric(metric: RegistryMetric): MetricReading | Promise<MetricReading> {
  if (typeof metric.readNow === 'function') return metric.readNow();
  return typeof metric.getForPromString === 'function' ? metric.getForPromString() : metric.get();
}
