import type { ValidationScheme } from '@hearth/model';
import { DEFAULT_SCRAPE_PROTOCOLS, DEFAULTS } from '../defaults.ts';
import type { EscapingScheme, GlobalConfig, ScrapeConfig } from '../types.ts';
import { NOT_SUPPORTED_VALUES } from '../unsupported.ts';
import { readRecord, readTexts } from '../yaml/collections.ts';
import { type Fields, readFields } from '../yaml/fields.ts';
import type { Place } from '../yaml/place.ts';
import { readBoolean, readCount, readDuration, readNumber, readPath, readText } from '../yaml/scalars.ts';
import { readDiscovery } from './discovery.ts';
import { readHttpClient } from './http-client.ts';
import { readLimits } from './limits.ts';
import { readEscapingScheme, readValidationScheme } from './names.ts';
import { warnOfNativeHistograms } from './native-histograms.ts';
import { readFallbackProtocol, readScrapeProtocols } from './protocols.ts';
import { readRelabelRules } from './relabel-rules.ts';

/** The names of jobs so far, with what to call the place of each. */
export type JobNames = Map<string, string>;

export function readScrapeConfig(place: Place, global: GlobalConfig, jobNames: JobNames): ScrapeConfig | undefined {
  return readFields(place, (fields) => {
    const jobName = readJobName(fields, jobNames);
    const givenScheme = fields.read('metric_name_validation_scheme', readValidationScheme);
    const scheme = givenScheme ?? global.metricNameValidationScheme;
    const fallbackScrapeProtocol = fields.read('fallback_scrape_protocol', readFallbackProtocol);
    refuseUnusable(fields);
    const relabelRules = fields.read('relabel_configs', readRelabelRules('relabel_configs', scheme)) ?? [];
    return {
      jobName,
      file: place.file,
      honorLabels: fields.read('honor_labels', readBoolean) ?? false,
      honorTimestamps: fields.read('honor_timestamps', readBoolean) ?? true,
      trackTimestampsStaleness: fields.read('track_timestamps_staleness', readBoolean) ?? false,
      params: fields.read('params', readRecord(readTexts)) ?? {},
      ...readTimes(fields, global, jobName),
      scrapeProtocols: readScrapeProtocols(fields) ?? global.scrapeProtocols ?? DEFAULT_SCRAPE_PROTOCOLS,
      ...(fallbackScrapeProtocol && { fallbackScrapeProtocol }),
      alwaysScrapeClassicHistograms:
        fields.read('always_scrape_classic_histograms', readBoolean) ?? global.alwaysScrapeClassicHistograms,
      extraScrapeMetrics: fields.read('extra_scrape_metrics', readBoolean) ?? global.extraScrapeMetrics,
      metricsPath: fields.read('metrics_path', readText) ?? DEFAULTS.metricsPath,
      scheme: fields.read('scheme', readText) ?? DEFAULTS.scheme,
      enableCompression: fields.read('enable_compression', readBoolean) ?? true,
      limits: readLimits(fields, global.limits),
      metricNameValidationScheme: scheme,
      metricNameEscapingScheme: readEscaping(fields, givenScheme, global),
      httpClient: readHttpClient(fields),
      discovery: readDiscovery(fields, { checksAddresses: relabelRules.length === 0 }),
      relabelRules,
      metricRelabelRules:
        fields.read('metric_relabel_configs', readRelabelRules('metric_relabel_configs', scheme)) ?? [],
    };
  });
}

function readJobName(fields: Fields, jobNames: JobNames): string {
  const jobName = fields.read('job_name', readText) ?? '';
  const place = fields.placeOf('job_name');
  if (jobName === '') {
    if (place.text !== undefined || !fields.has('job_name'))
      place.report('job_name is missing or empty', { code: 'missing' });
    return jobName;
  }
  const first = jobNames.get(jobName);
  if (first !== undefined) place.report(`job_name "${jobName}" is used twice: first at ${first}`, { code: 'conflict' });
  else jobNames.set(jobName, place.describe());
  return jobName;
}

function readTimes(
  fields: Fields,
  global: GlobalConfig,
  jobName: string,
): Pick<ScrapeConfig, 'scrapeIntervalMs' | 'scrapeTimeoutMs'> {
  const scrapeIntervalMs = fields.read('scrape_interval', readDuration) || global.scrapeIntervalMs;
  const givenTimeoutMs = fields.read('scrape_timeout', readDuration) || 0;
  if (givenTimeoutMs > scrapeIntervalMs) {
    const reason = `the scrape_timeout of job "${jobName}" is greater than its scrape_interval`;
    fields.placeOf('scrape_timeout').report(reason, { code: 'conflict' });
  }
  return { scrapeIntervalMs, scrapeTimeoutMs: givenTimeoutMs || Math.min(global.scrapeTimeoutMs, scrapeIntervalMs) };
}

/** Where the job sets its own scheme for names but no escaping, the escaping follows that and not the global one. */
function readEscaping(fields: Fields, givenScheme: ValidationScheme | undefined, global: GlobalConfig): EscapingScheme {
  const given = fields.read('metric_name_escaping_scheme', readEscapingScheme);
  const scheme = givenScheme ?? global.metricNameValidationScheme;
  const inherited = givenScheme === undefined ? global.metricNameEscapingScheme : undefined;
  const escaping = given ?? inherited ?? (scheme === 'legacy' ? 'underscores' : 'allow-utf-8');
  if (escaping === 'allow-utf-8' && scheme === 'legacy') {
    const suggestion = 'use underscores, dots or values, or set metric_name_validation_scheme to utf8';
    const reason = 'metric_name_escaping_scheme allow-utf-8 does not go with legacy names';
    fields.placeOf('metric_name_escaping_scheme').report(reason, { code: 'conflict', suggestion });
  }
  return escaping;
}

function refuseUnusable(fields: Fields): void {
  warnOfNativeHistograms(fields);
  for (const [name, reader] of [
    ['native_histogram_bucket_limit', readCount],
    ['native_histogram_min_bucket_factor', readNumber],
  ] as const) {
    if (fields.read(name, reader)) fields.placeOf(name).warn(`${name} has no effect: native histograms are not stored`);
  }
  if (fields.read('scrape_failure_log_file', readPath) !== undefined) {
    fields.reportRefusal('scrape_failure_log_file', NOT_SUPPORTED_VALUES.scrape_failure_log_file);
  }
}
