import type { ActiveMeasure, Exchange, ExchangeView } from './http/exchange.ts';
import { DerivedLabels, type LabelSources } from './labels.ts';
import type { Log } from './log.ts';
import type { DistributionMetric } from './metrics/distribution-metric.ts';
import type { MetricFactory } from './metrics/metric-factory.ts';
import type { ValueMetric } from './metrics/value-metric.ts';

/** A metric of one or some routes. */
export interface MeasureSpec<Req = unknown, Res = unknown> {
  readonly name: string;
  readonly help: string;
  /** Evaluated when the response is over; for a gauge when the request begins, with a status of 0. */
  readonly labels?: LabelSources<Req, Res>;
  /** Whether a metric whose labels are all static shows a 0 before the first request. Default: true. */
  readonly initialValue?: boolean;
}

export interface HistogramSpec<Req = unknown, Res = unknown> extends MeasureSpec<Req, Res> {
  /** Upper limits in seconds, rising, without `+Inf`. */
  readonly buckets?: readonly number[];
}

/** Joins a request that has begun to a per-route metric. */
export type Measure = (exchange: Exchange) => ActiveMeasure;

export interface MeasureContext {
  readonly factory: MetricFactory;
  readonly defaultLabels: LabelSources;
  readonly log: Log;
}

/** Counts requests. */
export function counterMeasure(context: MeasureContext, spec: MeasureSpec): Measure {
  const labels = combinedLabels(context, spec);
  const counter = context.factory.counter({ name: spec.name, help: spec.help, labelNames: labels.names });
  showInitialValue(counter, labels, spec);
  const active = atTheEnd((exchange) => counter.add(counter.table.seriesOf(labels.valuesFor(exchange)), 1));
  return () => active;
}

/** Observes the seconds that requests took. */
export function histogramMeasure(context: MeasureContext, spec: HistogramSpec, buckets: readonly number[]): Measure {
  const labels = combinedLabels(context, spec);
  const metricSpec = { name: spec.name, help: spec.help, labelNames: labels.names };
  const histogram = context.factory.histogram(metricSpec, spec.buckets ?? buckets);
  showInitialValue(histogram, labels, spec);
  return observing(histogram, labels);
}

/** Sums up the seconds that requests took, and their number. */
export function summaryMeasure(context: MeasureContext, spec: MeasureSpec): Measure {
  const labels = combinedLabels(context, spec);
  const summary = context.factory.summary({ name: spec.name, help: spec.help, labelNames: labels.names });
  showInitialValue(summary, labels, spec);
  return observing(summary, labels);
}

/** Holds how many requests are in progress. */
export function gaugeMeasure(context: MeasureContext, spec: MeasureSpec): Measure {
  const labels = combinedLabels(context, spec);
  const gauge = context.factory.gauge({ name: spec.name, help: spec.help, labelNames: labels.names });
  showInitialValue(gauge, labels, spec);
  return (exchange) => {
    const series = gauge.table.seriesOf(labels.valuesFor(exchange));
    gauge.add(series, 1);
    const leave = () => gauge.add(series, -1);
    return { finish: leave, revert: leave };
  };
}

function observing(distribution: DistributionMetric, labels: DerivedLabels): Measure {
  const active = atTheEnd((exchange) =>
    distribution.observe(distribution.table.seriesOf(labels.valuesFor(exchange)), exchange.durationSeconds),
  );
  return () => active;
}

function atTheEnd(finish: (exchange: ExchangeView) => void): ActiveMeasure {
  return { finish, revert: () => undefined };
}

/** A metric's own labels go before the default ones; of two with one name its own wins. */
function combinedLabels(context: MeasureContext, spec: MeasureSpec): DerivedLabels {
  return new DerivedLabels({ ...context.defaultLabels, ...spec.labels }, context.log);
}

function showInitialValue(metric: ValueMetric | DistributionMetric, labels: DerivedLabels, spec: MeasureSpec): void {
  const values = labels.staticValues;
  if (values !== undefined && (spec.initialValue ?? true)) metric.table.seriesOf(values);
}
