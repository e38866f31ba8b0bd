import type { DerivedLabels } from '../labels.ts';
import type { DistributionMetric } from '../metrics/distribution-metric.ts';
import type { Exemplar } from '../metrics/metric.ts';
import type { MetricFactory } from '../metrics/metric-factory.ts';
import { OVERFLOW } from '../metrics/series-table.ts';
import type { ValueMetric } from '../metrics/value-metric.ts';
import type { HttpLabel, HttpMetricName, Naming } from '../names/naming.ts';
import type { Exchange } from './exchange.ts';
import { METHODS, methodIndex } from './method.ts';

export interface HttpMetricsOptions {
  readonly naming: Naming;
  /** Name of the label for the route, which grouping may have changed. */
  readonly endpointLabel: string;
  readonly labels: DerivedLabels;
  readonly durationAs: 'histogram' | 'summary';
  readonly durationBuckets: readonly number[];
  readonly sizeBuckets: readonly number[];
  readonly maxSeries: number;
}

/** The series in which one kind of request counts: one method, endpoint, status and set of derived labels. */
interface SeriesSet {
  readonly requests: number;
  readonly duration: number;
  readonly exceptions: number;
  readonly requestSize: number;
  readonly responseSize: number;
}

/** The metrics that every request counts in. */
export class HttpMetrics {
  readonly #options: HttpMetricsOptions;
  readonly #requests: ValueMetric;
  readonly #exceptions: ValueMetric;
  readonly #inFlight: ValueMetric;
  readonly #duration: DistributionMetric;
  readonly #requestSize: DistributionMetric;
  readonly #responseSize: DistributionMetric;
  readonly #inFlightSeries: number;
  /** By endpoint, then by method and status; at most `maxSeries` endpoints. */
  readonly #seriesSets = new Map<string, Map<number, SeriesSet>>();

  constructor(factory: MetricFactory, options: HttpMetricsOptions) {
    const { naming, durationAs, durationBuckets, sizeBuckets } = options;
    this.#options = options;
    const spec = (metric: HttpMetricName) => ({
      name: metric.name,
      help: metric.help,
      labelNames: [...metric.labels.map((label) => this.#labelName(label)), ...options.labels.names],
      foldedLabels: [options.endpointLabel, ...options.labels.names],
    });
    this.#requests = factory.counter(spec(naming.requests));
    this.#exceptions = factory.counter(spec(naming.exceptions));
    this.#inFlight = factory.gauge({ name: naming.inFlight.name, help: naming.inFlight.help, labelNames: [] });
    this.#inFlightSeries = this.#inFlight.table.seriesOf([]);
    this.#duration = factory.histogram(spec(naming.duration), durationAs === 'summary' ? [] : durationBuckets);
    this.#requestSize = factory.histogram(spec(naming.requestSize), sizeBuckets);
    this.#responseSize = factory.histogram(spec(naming.responseSize), sizeBuckets);
  }

  started(): void {
    this.#inFlight.add(this.#inFlightSeries, 1);
  }

  ended(): void {
    this.#inFlight.add(this.#inFlightSeries, -1);
  }

  record(exchange: Exchange, exemplar: Exemplar | undefined): void {
    const series = this.#options.labels.isStatic
      ? this.#cachedSeriesSet(exchange)
      : this.#seriesSet(exchange, this.#options.labels.valuesFor(exchange));
    this.#requests.add(series.requests, 1);
    if (exemplar === undefined) {
      this.#duration.observe(series.duration, exchange.durationSeconds);
    } else {
      this.#duration.observeWithExemplar(series.duration, exchange.durationSeconds, exemplar);
      this.#requests.setExemplar(series.requests, { ...exemplar, value: 1 });
    }
    this.#requestSize.observe(series.requestSize, exchange.requestBytes);
    this.#responseSize.observe(series.responseSize, exchange.responseBytes);
    if (exchange.hasFailed) this.#exceptions.add(series.exceptions, 1);
  }

  #cachedSeriesSet(exchange: Exchange): SeriesSet {
    // With so many endpoints every metric that has them is at its cap, and folds all further ones into the same series.
    const isFolded = this.#seriesSets.size >= this.#options.maxSeries && !this.#seriesSets.has(exchange.endpoint);
    const endpoint = isFolded ? OVERFLOW : exchange.endpoint;
    let byKind = this.#seriesSets.get(endpoint);
    if (byKind === undefined) {
      byKind = new Map();
      this.#seriesSets.set(endpoint, byKind);
    }
    const kind = methodIndex(exchange.method) * 1000 + exchange.status;
    let series = byKind.get(kind);
    if (series === undefined) {
      series = this.#seriesSet(exchange, this.#options.labels.valuesFor(exchange));
      byKind.set(kind, series);
    }
    return series;
  }

  #seriesSet(exchange: Exchange, derived: readonly string[]): SeriesSet {
    const { naming } = this.#options;
    const seriesIn = (
      metric: ValueMetric | DistributionMetric,
      labels: readonly HttpLabel[],
      status = exchange.status,
    ) => metric.table.seriesOf([...labels.map((label) => labelValue(label, exchange, status)), ...derived]);
    return {
      requests: seriesIn(this.#requests, naming.requests.labels),
      duration: seriesIn(this.#duration, naming.duration.labels),
      requestSize: seriesIn(this.#requestSize, naming.requestSize.labels),
      responseSize: seriesIn(this.#responseSize, naming.responseSize.labels),
      // Exists as 0 from the first request on, so that `increase()` sees the first exception. Flask calls its status 500.
      exceptions: seriesIn(this.#exceptions, naming.exceptions.labels, 500),
    };
  }

  #labelName(label: HttpLabel): string {
    return label === 'endpoint' ? this.#options.endpointLabel : label;
  }
}

function labelValue(label: HttpLabel, exchange: Exchange, status: number): string {
  switch (label) {
    case 'method':
      return METHODS[methodIndex(exchange.method)]!;
    case 'endpoint':
      return exchange.endpoint;
    case 'status':
      return String(status);
    default:
      throw new Error(`BUG: no such label: ${String(label satisfies never)}`);
  }
}
