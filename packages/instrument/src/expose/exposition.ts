import type { Registry } from 'prom-client';
import type { Log } from '../log.ts';
import { type LabelValues, type MetricReading, readMetric, registeredMetrics } from '../metrics/metric.ts';
import { CONTENT_TYPES, negotiateFormat } from './accept.ts';
import { metricLines } from './text-format.ts';

export interface RenderOptions {
  /** Value of the `Accept` header of whoever asks. */
  readonly accept?: string | undefined;
  /** Only metrics of these names, or of which these are samples. All of them when absent or empty. */
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
  const isWanted = createNameFilter(options.names ?? []);
  const { defaultLabels } = source;
  const parts: string[] = [];
  let part = '';
  let lines = 0;
  let sliceStart = context.nowMs();
  for (const metric of source.metrics()) {
    if (!isWanted(metric.name)) continue;
    const data = await tryCollect(metric, context.log);
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
    log(`${metric.name} could not be collected and is missing from the metrics: ${String(error)}`);
    return undefined;
  }
}

function createNameFilter(names: readonly string[]): (name: string) => boolean {
  if (names.length === 0) return () => true;
  const wanted = new Set(names);
  const suffixes = ['', '_total', '_bucket', '_sum', '_count'];
  return (name) => suffixes.some((suffix) => wanted.has(name + suffix));
}
