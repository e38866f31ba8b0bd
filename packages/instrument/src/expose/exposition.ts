import type { Registry } from 'prom-client';
import { describeThrown, type Log } from '../log.ts';
import { type LabelValues, type MetricReading, readMetric, registeredMetrics } from '../metrics/metric.ts';
import { CONTENT_TYPES, negotiateFormat } from './accept.ts';
import { metricLines } from './text-format.ts';

export interface RenderOptions {
  /** Value of the `Accept` header of whoever asks. */
  readonly accept?: string | undefined;
  /** Only metrics of these names, and of others the samples of these names. Everything when absent or empty. */
  readonly names?: readonly string[];
}

export interface Exposition {
  readonly contentType: string;
  readonly body: string;
}

/** One metric of an exposition. */
export interface ReadableMetric {
  readonly name: string;
  read(): MetricReading | Promise<MetricReading>;
}

/** Where an exposition takes its metrics from. */
export interface MetricSource {
  metrics(): readonly ReadableMetric[];
  readonly defaultLabels: LabelValues;
}

export interface ExposeContext {
  readonly log: Log;
  readonly nowMs: () => number;
  /** Lets others use the event loop. */
  readonly yieldToEventLoop: () => Promise<void>;
}

/** For how long printing may hold the event loop before it lets others in. */
const SLICE_MS = 8;
/** How many lines are printed between two looks at the clock. They are joined, since a long chain of `+=` is slow to flatten. */
const LINES_PER_PART = 256;

export function registrySource(registry: Registry): MetricSource {
  return {
    metrics: () => registeredMetrics(registry).map((metric) => ({ name: metric.name, read: () => readMetric(metric) })),
    get defaultLabels() {
      return (registry as unknown as { _defaultLabels?: LabelValues })._defaultLabels ?? {};
    },
  };
}

/**
 * Prints every metric, holding the event loop for short slices only. A metric that cannot be collected is left out with a
 * line in the log; the others are not lost for it.
 */
export async function renderExposition(
  source: MetricSource,
  options: RenderOptions,
  context: ExposeContext,
): Promise<Exposition> {
  const format = negotiateFormat(options.accept);
  const select = createSelector(options.names ?? []);
  const { defaultLabels } = source;
  const parts: string[] = [];
  let part = '';
  let lines = 0;
  let sliceStart = context.nowMs();
  for (const metric of source.metrics()) {
    if (!select.mayWant(metric.name)) continue;
    const collected = await tryCollect(metric, context.log);
    const data = collected && select.from(collected);
    if (data === undefined) continue;
    for (const line of metricLines(data, format, defaultLabels)) {
      part += line;
      if (++lines % LINES_PER_PART !== 0) continue;
      parts.push(part);
      part = '';
      if (context.nowMs() - sliceStart < SLICE_MS) continue;
      await context.yieldToEventLoop();
      sliceStart = context.nowMs();
    }
  }
  parts.push(format === 'openmetrics' ? `${part}# EOF\n` : part);
  return { contentType: CONTENT_TYPES[format], body: parts.join('') };
}

async function tryCollect(metric: ReadableMetric, log: Log): Promise<MetricReading | undefined> {
  try {
    return await metric.read();
  } catch (error) {
    log(`${metric.name} could not be collected and is missing from the metrics: ${describeThrown(error)}`);
    return undefined;
  }
}

interface Selector {
  /** False if nothing of a metric can be wanted. */
  mayWant(metricName: string): boolean;
  /** What is wanted of a metric; undefined if nothing is. */
  from(metric: MetricReading): MetricReading | undefined;
}

const SAMPLE_SUFFIXES = ['', '_total', '_bucket', '_sum', '_count'];

function createSelector(names: readonly string[]): Selector {
  if (names.length === 0) return { mayWant: () => true, from: (metric) => metric };
  const wanted = new Set(names);
  return {
    mayWant: (name) => SAMPLE_SUFFIXES.some((suffix) => wanted.has(name + suffix)),
    from: (metric) => {
      if (wanted.has(metric.name) || wanted.has(`${metric.name}_total`)) return metric;
      const values = [...metric.values].filter(({ metricName = metric.name }) => wanted.has(metricName));
      return values.length === 0 ? undefined : { ...metric, values };
    },
  };
}
