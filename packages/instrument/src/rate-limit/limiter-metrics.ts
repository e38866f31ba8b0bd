import type { Registry } from 'prom-client';
import { InstrumentError } from '../errors.ts';
import { type Log, logToConsole } from '../log.ts';
import { registerMetric } from '../metrics/metric.ts';
import { MetricFactory } from '../metrics/metric-factory.ts';
import { OVERFLOW } from '../metrics/series-table.ts';
import type { ValueMetric } from '../metrics/value-metric.ts';
import { type ClientWindow, ClientWindows } from './client-windows.ts';
import { LimiterGauge, type LimiterGaugeSpec } from './limiter-gauge.ts';

/** Where the metrics go: an instrumented application, or a registry of one's own as `{ registry }`. */
export interface MetricsTarget {
  readonly registry: Registry;
}

export interface LimiterOptions {
  /** Value of the label `limiter`. Limiters of the same name in the same registry share their series. */
  readonly name: string;
  /** The limit to show until the limiter says one itself. */
  readonly limit?: number | undefined;
  /** Unix time in milliseconds, by the clock of the limiter. Default: `Date.now`. */
  readonly nowMs?: () => number;
  /** Default: `console.warn`. */
  readonly log?: Log;
}

/** The series of one limiter. Its methods never throw, so they may stand in the way of an application's requests. */
export interface LimiterMetrics {
  readonly nowMs: () => number;
  /** The limit to show until the limiter says one itself. */
  setLimit(limit: number | undefined): void;
  /** The limiter let a request pass. */
  allowed(): void;
  /** The limiter refused a request. */
  limited(): void;
  /** The limiter could not decide on a request. */
  failed(): void;
  /** What the limiter said of the client whose request it was. */
  observeWindow(window: ClientWindow): void;
}

const MAX_LIMITERS = 1000;
const MAX_NAME_LENGTH = 256;

/**
 * Makes or finds the series of a limiter. All counts exist as 0 from now on, so that `increase()` sees the first.
 *
 * `rate_limit_remaining` is what the client nearest to its limit has left in its current window; when no window is open, it is
 * the whole limit.
 */
export function createLimiterMetrics(target: MetricsTarget, options: LimiterOptions): LimiterMetrics {
  const { log = logToConsole, nowMs = () => Date.now() } = options;
  const { registry } = target;
  const limiters = limitersOf(registry);
  // A limiter has two series in one metric and one in each other: the cap is kept by `labelFor`, for all of them alike.
  const factory = new MetricFactory({ registry, log, maxSeries: 2 * (MAX_LIMITERS + 1) });
  const limiter = labelFor(checkedName(options.name), limiters, log);
  const requests = factory.counter({
    name: 'rate_limit_requests_total',
    help: 'Total number of requests that a rate limiter decided on',
    labelNames: ['limiter', 'outcome'],
  });
  const hits = factory.counter({
    name: 'rate_limit_hits_total',
    help: 'Total number of rate limit hits',
    labelNames: ['limiter'],
  });
  const errors = factory.counter({
    name: 'rate_limit_errors_total',
    help: 'Total number of errors of a rate limiter or its store',
    labelNames: ['limiter'],
  });
  const windows = limiters.get(limiter) ?? new ClientWindows(nowMs);
  limiters.set(limiter, windows);
  windows.setLimit(checkedLimit(options.limit));
  registerGauges(registry, limiters);

  const allowed = adder(requests, [limiter, 'allowed']);
  const limited = adder(requests, [limiter, 'limited']);
  const hit = adder(hits, [limiter]);
  return {
    nowMs,
    setLimit: (limit) => windows.setLimit(limit),
    allowed,
    limited: () => {
      limited();
      hit();
    },
    failed: adder(errors, [limiter]),
    observeWindow: (window) => windows.observe(window),
  };
}

const limitersByRegistry = new WeakMap<Registry, Map<string, ClientWindows>>();

function limitersOf(registry: Registry): Map<string, ClientWindows> {
  const present = limitersByRegistry.get(registry);
  if (present !== undefined) return present;
  const limiters = new Map<string, ClientWindows>();
  limitersByRegistry.set(registry, limiters);
  return limiters;
}

function labelFor(name: string, limiters: ReadonlyMap<string, ClientWindows>, log: Log): string {
  if (limiters.has(name) || limiters.size < MAX_LIMITERS) return name;
  if (!limiters.has(OVERFLOW)) {
    log(`there are ${MAX_LIMITERS} rate limiters; further ones count as "${OVERFLOW}". First of them: ${name}`);
  }
  return OVERFLOW;
}

function registerGauges(registry: Registry, limiters: ReadonlyMap<string, ClientWindows>): void {
  registerGauge(registry, {
    name: 'rate_limit_remaining',
    help: 'Remaining requests in the current rate limit window',
    limiters,
    valueOf: (windows) => windows.remaining,
  });
  registerGauge(registry, {
    name: 'rate_limit_limit',
    help: 'Requests that a rate limit window holds',
    limiters,
    valueOf: (windows) => windows.limit,
  });
}

function registerGauge(registry: Registry, spec: LimiterGaugeSpec): void {
  const present = registry.getSingleMetric(spec.name) as unknown;
  if (present === undefined) registerMetric(registry, new LimiterGauge(spec));
  else if (!(present instanceof LimiterGauge)) {
    throw new InstrumentError('name_taken', `the registry already holds another metric named ${spec.name}`);
  }
}

/** Makes the series, as 0, and what counts in it. */
function adder(counter: ValueMetric, labels: readonly string[]): () => void {
  const series = counter.table.seriesOf(labels);
  return () => counter.add(series, 1);
}

function checkedName(name: string): string {
  if (typeof name === 'string' && name !== '' && name.length <= MAX_NAME_LENGTH) return name;
  throw new InstrumentError(
    'invalid_option',
    `a rate limiter needs a name of 1 to ${MAX_NAME_LENGTH} characters, not ${JSON.stringify(name)}`,
  );
}

function checkedLimit(limit: number | undefined): number | undefined {
  if (limit === undefined || (Number.isFinite(limit) && limit >= 0)) return limit;
  throw new InstrumentError('invalid_option', `the limit of a rate limiter must be a number from 0 on, not ${limit}`);
}
