import type { ReadableMetric } from '../../expose/exposition.ts';
import type { Log } from '../../log.ts';
import { isAccumulated } from '../accumulated.ts';
import type { MetricDefinition } from '../wire/messages.ts';
import { AccumulatedMetric } from './accumulated-metric.ts';
import { AggregatedMetric } from './aggregated-metric.ts';
import type { Contribution, MergedMetric } from './merged-metric.ts';
import { ProcessMetrics } from './process-metrics.ts';

export interface MergedMetricsOptions {
  readonly maxMetricsPerProcess: number;
  readonly maxLinesPerProcess: number;
  /** Of each metric. */
  readonly maxLinesLeftBehind: number;
  readonly log: Log;
}

export interface ProcessIdentity {
  /** For the log. */
  readonly name: string;
  readonly isPrimary: boolean;
}

/** The metrics of all processes, merged by name. */
export class MergedMetrics {
  readonly #options: MergedMetricsOptions;
  readonly #metrics = new Map<string, MergedMetric>();

  constructor(options: MergedMetricsOptions) {
    this.#options = options;
  }

  metrics(): readonly ReadableMetric[] {
    return [...this.#metrics.values()];
  }

  /** Makes room for what one more process has. */
  join(identity: ProcessIdentity): ProcessMetrics {
    return new ProcessMetrics(identity.name, {
      ...this.#options,
      contribute: (definition) => this.#contribute(definition, identity),
      dropIfEmpty: (name) => {
        if (this.#metrics.get(name)?.isEmpty) this.#metrics.delete(name);
      },
    });
  }

  /** Undefined if the metric cannot be merged with what the others have under its name. */
  #contribute(definition: MetricDefinition, { name, isPrimary }: ProcessIdentity): Contribution | undefined {
    const { log } = this.#options;
    let metric = this.#metrics.get(definition.name);
    if (metric === undefined) {
      metric = isAccumulated(definition)
        ? new AccumulatedMetric(definition, this.#options)
        : new AggregatedMetric(definition);
      this.#metrics.set(definition.name, metric);
    }
    const { type, aggregator } = metric.definition;
    if (type !== definition.type || aggregator !== definition.aggregator) {
      log(
        `${definition.name} of ${name} is not in the totals: it is a ${definition.type} merged by ${definition.aggregator}, and another process has a ${type} merged by ${aggregator} under this name`,
      );
      return undefined;
    }
    return metric.join({ isPrimary });
  }
}
