import type { Registry } from 'prom-client';
import { InstrumentError } from '../errors.ts';
import type { Log } from '../log.ts';
import { DistributionMetric } from './distribution-metric.ts';
import { isMetricName, type RegistryMetric, registerMetric } from './metric.ts';
import { SeriesTable } from './series-table.ts';
import { ValueMetric } from './value-metric.ts';

export interface MetricSpec {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  /** See {@link SeriesTable}: the labels that are folded when there are too many series. */
  readonly foldedLabels?: readonly string[];
}

export interface MetricFactoryOptions {
  readonly registry: Registry;
  readonly maxSeries: number;
  readonly log: Log;
}

/**
 * Makes metrics in a registry. Asking twice for the same name, type and labels gives the same metric, so that two
 * applications in one process share it; asking for a name that something else holds throws `name_taken`.
 */
export class MetricFactory {
  readonly #options: MetricFactoryOptions;

  constructor(options: MetricFactoryOptions) {
    this.#options = options;
  }

  get registry(): Registry {
    return this.#options.registry;
  }

  counter(spec: MetricSpec): ValueMetric {
    return this.#obtain(spec, 'counter', () => new ValueMetric('counter', spec.name, spec.help, this.#tableFor(spec)));
  }

  gauge(spec: MetricSpec): ValueMetric {
    return this.#obtain(spec, 'gauge', () => new ValueMetric('gauge', spec.name, spec.help, this.#tableFor(spec)));
  }

  histogram(spec: MetricSpec, bounds: readonly number[]): DistributionMetric {
    return this.#obtain(
      spec,
      bounds.length > 0 ? 'histogram' : 'summary',
      () => new DistributionMetric(spec.name, spec.help, this.#tableFor(spec), bounds),
    );
  }

  /** Sum and count without quantiles, as Python's client makes it. */
  summary(spec: MetricSpec): DistributionMetric {
    return this.histogram(spec, []);
  }

  #obtain<M extends RegistryMetric & { readonly table: SeriesTable }>(
    spec: MetricSpec,
    type: string,
    make: () => M,
  ): M {
    const { registry } = this.#options;
    const present = registry.getSingleMetric(spec.name) as unknown as M | undefined;
    if (present === undefined) {
      const metric = make();
      registerMetric(registry, metric);
      return metric;
    }
    const isOurs = present instanceof ValueMetric || present instanceof DistributionMetric;
    if (isOurs && present.type === type && present.table.labelNames.join() === spec.labelNames.join()) return present;
    throw new InstrumentError('name_taken', `the registry already holds another metric named ${spec.name}`);
  }

  #tableFor(spec: MetricSpec): SeriesTable {
    const { maxSeries, log } = this.#options;
    if (!isMetricName(spec.name)) {
      throw new InstrumentError('invalid_metric_name', `"${spec.name}" cannot be the name of a metric`);
    }
    return new SeriesTable(spec.labelNames, {
      maxSeries,
      ...(spec.foldedLabels && { foldedLabels: spec.foldedLabels }),
      onOverflow: (refused) => {
        const folded = (spec.foldedLabels ?? spec.labelNames).map((name) => `${name}="overflow"`).join(', ');
        log(
          `${spec.name} has reached its cap of ${maxSeries} series; the rest is counted under ${folded}. First refused: ${JSON.stringify(refused)}`,
        );
      },
    });
  }
}
