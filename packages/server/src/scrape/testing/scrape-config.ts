import type { HttpClientConfig, ScrapeConfig, ScrapeLimits } from '../../config/types.ts';

export const NO_LIMITS: ScrapeLimits = {
  bodySizeBytes: 0,
  samples: 0,
  targets: 0,
  labels: 0,
  labelNameLength: 0,
  labelValueLength: 0,
  keepDroppedTargets: 0,
};

export const PLAIN_HTTP: HttpClientConfig = {
  tls: { insecureSkipVerify: false },
  proxy: { fromEnvironment: false },
  followRedirects: true,
  enableHttp2: true,
  httpHeaders: {},
};

/** A job as the configuration has it by default, scraped every 10 s. */
export function scrapeConfig(changes: Partial<ScrapeConfig> = {}): ScrapeConfig {
  return {
    jobName: 'test',
    file: 'prometheus.yml',
    honorLabels: false,
    honorTimestamps: true,
    trackTimestampsStaleness: false,
    params: {},
    scrapeIntervalMs: 10_000,
    scrapeTimeoutMs: 10_000,
    scrapeProtocols: ['OpenMetricsText1.0.0', 'OpenMetricsText0.0.1', 'PrometheusText1.0.0', 'PrometheusText0.0.4'],
    alwaysScrapeClassicHistograms: false,
    extraScrapeMetrics: false,
    metricsPath: '/metrics',
    scheme: 'http',
    enableCompression: true,
    limits: NO_LIMITS,
    metricNameValidationScheme: 'utf8',
    metricNameEscapingScheme: 'allow-utf-8',
    httpClient: PLAIN_HTTP,
    discovery: [],
    relabelRules: [],
    metricRelabelRules: [],
    ...changes,
  };
}

export function staticTargets(addresses: readonly string[], labels: Readonly<Record<string, string>> = {}) {
  return [{ kind: 'static', groups: [{ targets: addresses, labels }] }] as const;
}
