import { InstrumentError } from '../errors.ts';
import { growColumn } from './column.ts';
import {
  type Aggregator,
  type Exemplar,
  type MetricData,
  type MetricReading,
  type RegistryMetric,
  type Sample,
  withFullLabels,
} from './metric.ts';
import type { SeriesTable } from './series-table.ts';

const NO_LABELS = {};

/**
 * A histogram over numbered series, or a summary without quantiles when it has no buckets.
 *
 * Layout: series `s` keeps how many observations fell into each bucket, not yet summed up, at
 * `s * stride … s * stride + stride - 1`, the last one being `+Inf`; their sum is at `s` of a column of its own.
 */
export class DistributionMetric implements RegistryMetric {
  readonly name: string;
  readonly help: string;
  readonly type: 'histogram' | 'summary';
  readonly aggregator: Aggregator = 'sum';
  readonly table: SeriesTable;
  readonly #bounds: readonly number[];
  readonly #bucketLabels: readonly { readonly le: string }[];
  readonly #stride: number;
  #counts: Float64Array<ArrayBuffer>;
  #sums = new Float64Array(16);
  /** Latest exemplar by place in `#counts`. */
  #exemplars = new Map<number, Exemplar>();

  /** `bounds` are the upper limits of the buckets, rising, without `+Inf`; none of them make a summary. */
  constructor(name: string, help: string, table: SeriesTable, bounds: readonly number[]) {
    checkBounds(name, bounds);
    this.type = bounds.length > 0 ? 'histogram' : 'summary';
    this.name = name;
    this.help = help;
    this.table = table;
    this.#bounds = bounds;
    this.#bucketLabels = [...bounds.map((bound) => ({ le: formatBound(bound) })), { le: '+Inf' }];
    this.#stride = bounds.length + 1;
    this.#counts = new Float64Array(16 * this.#stride);
  }

  observe(series: number, value: number): void {
    this.#count(series, value);
  }

  observeWithExemplar(series: number, value: number, exemplar: Exemplar): void {
    this.#exemplars.set(this.#count(series, value), exemplar);
  }

  #count(series: number, value: number): number {
    if (series >= this.#sums.length) this.#grow(series + 1);
    const bounds = this.#bounds;
    let bucket = 0;
    // Most observations of a healthy service fall into the first buckets, where a scan beats a binary search.
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
    const place = series * this.#stride + bucket;
    this.#counts[place]! += 1;
    this.#sums[series]! += value;
    return place;
  }

  #grow(series: number): void {
    this.#sums = growColumn(this.#sums, series);
    this.#counts = growColumn(this.#counts, this.#sums.length * this.#stride);
  }

  async get(): Promise<MetricData> {
    return withFullLabels(await this.getForPromString());
  }

  getForPromString(): Promise<MetricData> {
    return Promise.resolve({ ...this.readNow(), values: [...this.#samples()] });
  }

  readNow(): MetricReading {
    const { name, help, type, aggregator } = this;
    return { name, help, type, aggregator, values: this.#samples() };
  }

  *#samples(): Generator<Sample> {
    const [bucketName, sumName, countName] = [`${this.name}_bucket`, `${this.name}_sum`, `${this.name}_count`];
    for (let series = 0; series < this.table.size; series++) {
      const sharedLabels = this.table.labelsOf(series);
      let count = 0;
      for (let bucket = 0; bucket < this.#stride; bucket++) {
        const place = series * this.#stride + bucket;
        count += this.#counts[place] ?? 0;
        if (this.type === 'summary') continue;
        const exemplar = this.#exemplars.get(place);
        yield { labels: this.#bucketLabels[bucket]!, sharedLabels, value: count, metricName: bucketName, exemplar };
      }
      yield { labels: NO_LABELS, sharedLabels, value: this.#sums[series] ?? 0, metricName: sumName };
      yield { labels: NO_LABELS, sharedLabels, value: count, metricName: countName };
    }
  }

  reset(): void {
    this.#counts.fill(0);
    this.#sums.fill(0);
    this.#exemplars.clear();
  }
}

function checkBounds(name: string, bounds: readonly number[]): void {
  const rising = bounds.every((bound, i) => Number.isFinite(bound) && (i === 0 || bound > bounds[i - 1]!));
  if (!rising) {
    throw new InstrumentError(
      'invalid_buckets',
      `the buckets of ${name} must be finite and rising: ${bounds.join(', ')}`,
    );
  }
}

/**
 * `1.0`, not `1`: the canonical form of OpenMetrics, of Python's exporters, and what Prometheus 3 makes of either, so that
 * the buckets of a Node and a Flask service are the same series.
 */
function formatBound(bound: number): string {
  const text = String(bound);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
