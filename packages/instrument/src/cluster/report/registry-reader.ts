import type { Registry } from 'prom-client';
import { registrySource } from '../../expose/exposition.ts';
import type { Log } from '../../log.ts';
import {
  type Aggregator,
  type LabelValues,
  type RegistryMetric,
  readMetric,
  registeredMetrics,
} from '../../metrics/metric.ts';
import { isAccumulated } from '../accumulated.ts';
import { goRound, type Scheduler } from '../scheduler.ts';
import { MetricDiff } from './metric-diff.ts';
import { tryReadNow } from './read-now.ts';
import type { ReportWriter } from './report-writer.ts';

export interface RegistryReaderOptions {
  /** May grow while they are read. */
  readonly registries: ReadonlySet<Registry>;
  /** Whether metrics that cannot be merged are of interest to whoever gets the reports. */
  readonly includesOmitted: boolean;
  readonly scheduler: Scheduler;
  readonly log: Log;
}

interface Entry {
  readonly metric: RegistryMetric;
  readonly defaultLabels: LabelValues;
}

/** For how long reading may hold the event loop before it lets others in. */
const SLICE_MS = 10;

/**
 * Reads the metrics of a process and writes what has changed since it last did so. Each metric is read and compared in one
 * go, so all ways to read may be used while another is under way.
 */
export class RegistryReader {
  readonly #options: RegistryReaderOptions;
  readonly #diffs = new Map<RegistryMetric, MetricDiff>();
  #nextId = 0;

  constructor(options: RegistryReaderOptions) {
    this.#options = options;
  }

  /**
   * Only what would be lost with the process: what it has counted. Metrics that collect their values when they are read are
   * left alone, since that may take long or must be waited for.
   */
  async writeCounts(writer: ReportWriter): Promise<void> {
    const rest = this.#startSlice();
    for (const entry of this.#metrics()) {
      this.#writeCount(entry, writer);
      await rest();
    }
  }

  /** The same without pauses, for a process that is about to end. */
  writeCountsNow(writer: ReportWriter): void {
    for (const entry of this.#metrics()) this.#writeCount(entry, writer);
  }

  /** Everything, and what is no longer there. A metric that cannot be collected keeps its last values. */
  async writeAll(writer: ReportWriter): Promise<void> {
    const rest = this.#startSlice();
    for (const { metric, defaultLabels } of this.#metrics()) {
      try {
        const reading = await readMetric(metric);
        this.#diffOf(metric).write(reading, defaultLabels, writer);
      } catch (error) {
        this.#complain(metric, error);
      }
      await rest();
    }
    this.#writeGone(writer);
  }

  #writeCount({ metric, defaultLabels }: Entry, writer: ReportWriter): void {
    if (!isAccumulated(metric) || isCollecting(metric)) return;
    try {
      const reading = tryReadNow(metric);
      if (reading !== undefined) this.#diffOf(metric).write(reading, defaultLabels, writer);
    } catch (error) {
      this.#complain(metric, error);
    }
  }

  /** Returns what to wait for between two metrics. */
  #startSlice(): () => Promise<void> | undefined {
    const { scheduler } = this.#options;
    let startMs = scheduler.nowMs();
    return () => {
      if (scheduler.nowMs() - startMs < SLICE_MS) return undefined;
      return goRound(scheduler).then(() => {
        startMs = scheduler.nowMs();
      });
    };
  }

  #writeGone(writer: ReportWriter): void {
    const present = new Set(this.#metrics().map(({ metric }) => metric));
    for (const [metric, diff] of this.#diffs) {
      if (present.has(metric)) continue;
      diff.writeGone(writer);
      this.#diffs.delete(metric);
    }
  }

  #metrics(): Entry[] {
    const { registries, includesOmitted } = this.#options;
    return [...registries].flatMap((registry) => {
      const { defaultLabels } = registrySource(registry);
      return registeredMetrics(registry)
        .filter((metric) => includesOmitted || metric.aggregator !== 'omit')
        .map((metric) => ({ metric, defaultLabels }));
    });
  }

  #diffOf(metric: RegistryMetric): MetricDiff {
    let diff = this.#diffs.get(metric);
    if (diff === undefined) {
      const { name, help, type } = metric;
      // Metrics of the application's own make need not have one.
      const aggregator = (metric.aggregator as Aggregator | undefined) ?? 'sum';
      diff = new MetricDiff(this.#nextId++, { name, help, type, aggregator });
      this.#diffs.set(metric, diff);
    }
    return diff;
  }

  #complain({ name }: RegistryMetric, error: unknown): void {
    this.#options.log(`${name} could not be collected and keeps its last values: ${String(error)}`);
  }
}

function isCollecting(metric: RegistryMetric): boolean {
  return 'collect' in metric && typeof metric.collect === 'function';
}
