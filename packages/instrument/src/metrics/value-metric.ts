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

/** A counter or gauge over numbered series: one column of values. */
export class ValueMetric implements RegistryMetric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly aggregator: Aggregator = 'sum';
  readonly table: SeriesTable;
  #values: Float64Array<ArrayBuffer> = new Float64Array(16);
  #exemplars = new Map<number, Exemplar>();

  constructor(type: 'counter' | 'gauge', name: string, help: string, table: SeriesTable) {
    this.type = type;
    this.name = name;
    this.help = help;
    this.table = table;
  }

  /** `amount` may be negative for a gauge only; a counter's caller guarantees that it is not. */
  add(series: number, amount: number): void {
    if (series >= this.#values.length) this.#values = growColumn(this.#values, series + 1);
    this.#values[series]! += amount;
  }

  set(series: number, value: number): void {
    if (series >= this.#values.length) this.#values = growColumn(this.#values, series + 1);
    this.#values[series] = value;
  }

  setExemplar(series: number, exemplar: Exemplar): void {
    this.#exemplars.set(series, exemplar);
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
    for (let series = 0; series < this.table.size; series++) {
      const value = this.#values[series] ?? 0;
      yield { labels: this.table.labelsOf(series), value, exemplar: this.#exemplars.get(series) };
    }
  }

  reset(): void {
    this.#values.fill(0);
    this.#exemplars.clear();
  }
}
