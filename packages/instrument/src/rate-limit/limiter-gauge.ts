import type { Aggregator, MetricData, RegistryMetric, Sample } from '../metrics/metric.ts';
import type { ClientWindows } from './client-windows.ts';

export interface LimiterGaugeSpec {
  readonly name: string;
  readonly help: string;
  /** The windows of every limiter, by the value of its label. */
  readonly limiters: ReadonlyMap<string, ClientWindows>;
  /** Undefined leaves the limiter out. */
  readonly valueOf: (windows: ClientWindows) => number | undefined;
}

/** A gauge that asks the limiters when it is collected. Of several workers it takes the one that is nearest to its limit. */
export class LimiterGauge implements RegistryMetric {
  readonly name: string;
  readonly help: string;
  readonly type = 'gauge';
  readonly aggregator: Aggregator = 'min';
  readonly #spec: LimiterGaugeSpec;

  constructor(spec: LimiterGaugeSpec) {
    this.name = spec.name;
    this.help = spec.help;
    this.#spec = spec;
  }

  get(): Promise<MetricData> {
    const { name, help, type, aggregator } = this;
    const values: Sample[] = [];
    for (const [limiter, windows] of this.#spec.limiters) {
      const value = this.#spec.valueOf(windows);
      if (value !== undefined) values.push({ labels: { limiter }, value });
    }
    return Promise.resolve({ name, help, type, aggregator, values });
  }

  getForPromString(): Promise<MetricData> {
    return this.get();
  }

  reset(): void {
    for (const windows of this.#spec.limiters.values()) windows.clear();
  }
}
