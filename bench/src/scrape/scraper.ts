import { monitorEventLoopDelay } from 'node:perf_hooks';
import {
  createDiscoverer,
  createHttpClient,
  createScrapeManager,
  createScrapeMetrics,
  type ScrapeConfig,
  systemClock,
} from '@hearth/server';
import { openDb } from '@hearth/tsdb';
import { Registry } from 'prom-client';
import { logWarnings } from '../support/log-warnings.ts';

export interface ScraperOptions {
  readonly directory: string;
  /** Host and port of all targets. */
  readonly address: string;
  readonly paths: readonly string[];
  readonly intervalMs: number;
}

/** What the scraper answers when it is asked for `samples`: how many it has taken since the start. */
export interface SampleCount {
  readonly samples: number;
}

/** What it answers when it is asked for `stalls`: how long it held its event loop at most while all targets were scraped twice. */
export interface Stalls {
  readonly longestMs: number;
}

/** Hearth's scraping and storage under measurement, put together as in the server. */
const { directory, address, paths, intervalMs } = JSON.parse(process.argv[2]!) as ScraperOptions;

const db = await openDb({ directory, log: logWarnings });
const clock = systemClock;
const userAgent = 'Hearth/bench';
const manager = createScrapeManager({
  storage: db,
  clock,
  now: Date.now,
  metrics: createScrapeMetrics(new Registry()),
  log: ({ level, message }) => {
    if (level !== 'debug') console.error(message);
  },
  createClient: ({ httpClient }) => createHttpClient({ config: httpClient }),
  createDiscoverer: (config, onFailure) => createDiscoverer(config, { clock, userAgent, environment: {} }, onFailure),
  userAgent,
  offsetSeed: 'bench',
});
manager.apply([job()]);

process.on('message', ({ question }: { readonly question: 'samples' | 'stalls' }) => {
  if (question === 'samples') {
    const count: SampleCount = { samples: db.counters().head.samplesAppended };
    process.send!(count);
    return;
  }
  // Watching wakes the process up so often that it is not done while CPU time is measured.
  const histogram = monitorEventLoopDelay({ resolution: 5 });
  histogram.enable();
  setTimeout(() => {
    histogram.disable();
    const stalls: Stalls = { longestMs: histogram.max / 1e6 };
    process.send!(stalls);
  }, 2 * intervalMs);
});
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
process.send!('ready');

function job(): ScrapeConfig {
  return {
    jobName: 'bench',
    file: 'bench.yml',
    honorLabels: false,
    honorTimestamps: true,
    trackTimestampsStaleness: false,
    params: {},
    scrapeIntervalMs: intervalMs,
    scrapeTimeoutMs: intervalMs,
    scrapeProtocols: ['OpenMetricsText1.0.0', 'OpenMetricsText0.0.1', 'PrometheusText1.0.0', 'PrometheusText0.0.4'],
    alwaysScrapeClassicHistograms: false,
    extraScrapeMetrics: false,
    metricsPath: '/metrics',
    scheme: 'http',
    enableCompression: true,
    limits: {
      bodySizeBytes: 0,
      samples: 0,
      targets: 0,
      labels: 0,
      labelNameLength: 0,
      labelValueLength: 0,
      keepDroppedTargets: 0,
    },
    metricNameValidationScheme: 'utf8',
    metricNameEscapingScheme: 'allow-utf-8',
    httpClient: {
      tls: { insecureSkipVerify: false },
      proxy: { fromEnvironment: false },
      followRedirects: true,
      enableHttp2: true,
      httpHeaders: {},
    },
    discovery: [
      {
        kind: 'static',
        groups: paths.map((path, i) => ({
          targets: [address],
          labels: { __metrics_path__: path, instance: `service-${i}` },
        })),
      },
    ],
    relabelRules: [],
    metricRelabelRules: [],
  };
}
