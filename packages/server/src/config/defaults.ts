import type { RelabelRule, ScrapeLimits, ScrapeProtocol } from './types.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** What Prometheus takes where a file says nothing. */
export const DEFAULTS = {
  scrapeIntervalMs: MINUTE_MS,
  scrapeTimeoutMs: 10 * SECOND_MS,
  evaluationIntervalMs: MINUTE_MS,
  metricsPath: '/metrics',
  scheme: 'http',
  maxExemplars: 100_000,
  gogc: 75,
  fileRefreshIntervalMs: 5 * MINUTE_MS,
  dnsRefreshIntervalMs: 30 * SECOND_MS,
  httpRefreshIntervalMs: MINUTE_MS,
  dockerSwarmRefreshIntervalMs: MINUTE_MS,
  dockerSwarmPort: 80,
  alertmanagerTimeoutMs: 10 * SECOND_MS,
  remoteTimeoutMs: 30 * SECOND_MS,
} as const;

export const DEFAULT_SCRAPE_PROTOCOLS: readonly ScrapeProtocol[] = [
  'OpenMetricsText1.0.0',
  'OpenMetricsText0.0.1',
  'PrometheusText1.0.0',
  'PrometheusText0.0.4',
];

export const NO_LIMITS: ScrapeLimits = {
  bodySizeBytes: 0,
  samples: 0,
  targets: 0,
  labels: 0,
  labelNameLength: 0,
  labelValueLength: 0,
  keepDroppedTargets: 0,
};

export const DEFAULT_RELABEL_RULE = {
  action: 'replace',
  sourceLabels: [],
  separator: ';',
  regex: '(.*)',
  modulus: 0,
  targetLabel: '',
  replacement: '$1',
} as const satisfies Omit<RelabelRule, 'nameValidationScheme'>;

export const DEFAULT_REMOTE_WRITE_QUEUE = {
  capacity: 10_000,
  maxShards: 50,
  minShards: 1,
  maxSamplesPerSend: 2000,
  batchSendDeadlineMs: 5 * SECOND_MS,
  minBackoffMs: 30,
  maxBackoffMs: 5 * SECOND_MS,
  retryOnHttp429: false,
  sampleAgeLimitMs: 0,
} as const;

export const DEFAULT_REMOTE_WRITE_METADATA = {
  send: true,
  sendIntervalMs: MINUTE_MS,
  maxSamplesPerSend: 2000,
} as const;
