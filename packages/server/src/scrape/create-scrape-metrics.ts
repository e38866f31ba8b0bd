import { Counter, Gauge, Histogram, type Registry, Summary } from 'prom-client';
import { formatGoDuration } from './format-go-duration.ts';
import type { ScrapeEvent, ScrapeMetrics } from './metrics.ts';
import type { ScrapeManager } from './scrape-manager.ts';
import type { MetadataView } from './targets/target.ts';

/** Prometheus' names and words for what means the same here. */
const EVENTS: Readonly<Record<ScrapeEvent, readonly [name: string, help: string]>> = {
  sample_limit_exceeded: [
    'scrapes_exceeded_sample_limit_total',
    'Scrapes that were refused for having too many samples.',
  ],
  body_size_limit_exceeded: ['scrapes_exceeded_body_size_limit_total', 'Scrapes whose body was too large.'],
  label_limits_exceeded: [
    'scrape_pool_exceeded_label_limits_total',
    'Scrapes that were refused for labels beyond the limits.',
  ],
  target_limit_exceeded: [
    'scrape_pool_exceeded_target_limit_total',
    'Times that a job was found to have too many targets.',
  ],
  duplicate_timestamp: [
    'scrapes_sample_duplicate_timestamp_total',
    'Samples left out because their series has another value at the same time.',
  ],
  out_of_order: ['scrapes_sample_out_of_order_total', 'Samples left out because their series has newer ones.'],
  out_of_bounds: ['scrapes_sample_out_of_bounds_total', 'Samples left out because they are too old or too far ahead.'],
  exemplar_out_of_order: [
    'scrapes_exemplar_out_of_order_total',
    'Exemplars left out because their series has newer ones.',
  ],
  pool_created: ['scrape_pools_total', 'Scrape pools that were created.'],
  pool_reloaded: ['scrape_pool_reloads_total', 'Scrape pools that took another configuration.'],
};

const PERCENTILES = [0.01, 0.05, 0.5, 0.9, 0.99];
/** Over which the quantiles are taken. */
const WINDOW_SECONDS = 600;
const BUCKETS = [0.01, 0.1, 1, 10];

/** Metrics of scraping in a registry of its user's. */
export function createScrapeMetrics(registry: Registry): ScrapeMetrics {
  const registers = [registry];
  const counters = new Map<ScrapeEvent, Counter>();
  for (const [event, [name, help]] of Object.entries(EVENTS)) {
    counters.set(event as ScrapeEvent, new Counter({ name: `prometheus_target_${name}`, help, registers }));
  }
  const summary = (name: string, help: string, label: string) =>
    new Summary({
      name: `prometheus_target_${name}`,
      help,
      labelNames: [label],
      percentiles: PERCENTILES,
      maxAgeSeconds: WINDOW_SECONDS,
      ageBuckets: 5,
      pruneAgedBuckets: true,
      registers,
    });
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `prometheus_target_${name}`, help, labelNames: ['scrape_job'], registers });
  const interval = summary('interval_length_seconds', 'Actual time between two scrapes of a target.', 'interval');
  const intervals = new Histogram({
    name: 'prometheus_target_interval_length_histogram_seconds',
    help: 'Actual time between two scrapes of a target.',
    labelNames: ['interval'],
    buckets: BUCKETS,
    registers,
  });
  const reload = summary(
    'reload_length_seconds',
    'Time taken to give a scrape pool another configuration.',
    'interval',
  );
  const sync = summary('sync_length_seconds', 'Time taken to turn what was found into targets.', 'scrape_job');
  const syncs = counterOfJobs('scrape_pool_sync_total', 'Times that what was found was turned into targets.', registry);
  const failures = counterOfJobs('sync_failed_total', 'Targets that could not be made of what was found.', registry);
  const targets = gauge('scrape_pool_targets', 'Targets of the scrape pool.');
  const limit = gauge('scrape_pool_target_limit', 'How many targets the scrape pool may have; 0 is no limit.');
  const perJob = [sync, syncs, failures, targets, limit];
  return {
    count: (event, by) => counters.get(event)?.inc(by),
    observeInterval(intervalMs, actualMs) {
      const labels = { interval: formatGoDuration(intervalMs) };
      interval.observe(labels, actualMs / 1000);
      intervals.observe(labels, actualMs / 1000);
    },
    observeSync(job, { durationMs, targets: count, failures: failed }) {
      const labels = { scrape_job: job };
      sync.observe(labels, durationMs / 1000);
      syncs.inc(labels);
      failures.inc(labels, failed);
      targets.set(labels, count);
    },
    observeReload: (intervalMs, durationMs) =>
      reload.observe({ interval: formatGoDuration(intervalMs) }, durationMs / 1000),
    setTargetLimit: (job, most) => limit.set({ scrape_job: job }, most),
    removeJob(job) {
      for (const metric of perJob) metric.remove({ scrape_job: job });
    },
  };
}

/** Metrics about what targets say of their metrics, read when they are asked for. */
export function registerMetadataMetrics(registry: Registry, manager: Pick<ScrapeManager, 'jobs'>): void {
  const register = (name: string, help: string, read: (metadata: MetadataView) => number) => {
    new Gauge({
      name: `prometheus_target_metadata_cache_${name}`,
      help,
      labelNames: ['scrape_job'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { job, active } of manager.jobs()) {
          const sum = active.reduce((total, { metadata }) => total + read(metadata), 0);
          this.set({ scrape_job: job }, sum);
        }
      },
    });
  };
  register('entries', 'Metric families whose metadata is kept.', ({ size }) => size);
  register('bytes', 'Memory that the metadata of metric families takes.', ({ byteLength }) => byteLength);
}

function counterOfJobs(name: string, help: string, registry: Registry): Counter {
  return new Counter({ name: `prometheus_target_${name}`, help, labelNames: ['scrape_job'], registers: [registry] });
}
