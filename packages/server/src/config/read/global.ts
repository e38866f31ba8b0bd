import { createLabels, isValidLabelName, isValidLabelValue, Labels, type ValidationScheme } from '@hearth/model';
import { DEFAULTS, NO_LIMITS } from '../defaults.ts';
import { expandEnvironment } from '../expand-environment.ts';
import type { GlobalConfig } from '../types.ts';
import { NOT_SUPPORTED_VALUES } from '../unsupported.ts';
import { readRecord } from '../yaml/collections.ts';
import { type Fields, readFields } from '../yaml/fields.ts';
import type { Place } from '../yaml/place.ts';
import { readBoolean, readDuration, readPath, readText } from '../yaml/scalars.ts';
import { readLimits } from './limits.ts';
import { readEscapingScheme, readValidationScheme } from './names.ts';
import { warnOfNativeHistograms } from './native-histograms.ts';
import { readScrapeProtocols } from './protocols.ts';

export const DEFAULT_GLOBAL: GlobalConfig = {
  scrapeIntervalMs: DEFAULTS.scrapeIntervalMs,
  scrapeTimeoutMs: DEFAULTS.scrapeTimeoutMs,
  evaluationIntervalMs: DEFAULTS.evaluationIntervalMs,
  ruleQueryOffsetMs: 0,
  externalLabels: Labels.empty,
  limits: NO_LIMITS,
  alwaysScrapeClassicHistograms: false,
  extraScrapeMetrics: false,
  metricNameValidationScheme: 'utf8',
};

export function readGlobal(place: Place, env: NodeJS.ProcessEnv): GlobalConfig | undefined {
  return readFields(place, (fields) => {
    const scrapeIntervalMs = fields.read('scrape_interval', readDuration) || DEFAULTS.scrapeIntervalMs;
    const givenTimeoutMs = fields.read('scrape_timeout', readDuration) || 0;
    if (givenTimeoutMs > scrapeIntervalMs) {
      const reason = 'the global scrape_timeout is greater than the scrape_interval';
      fields.placeOf('scrape_timeout').report(reason, { code: 'conflict' });
    }
    const metricNameValidationScheme = fields.read('metric_name_validation_scheme', readValidationScheme) ?? 'utf8';
    const metricNameEscapingScheme = fields.read('metric_name_escaping_scheme', readEscapingScheme);
    const scrapeProtocols = readScrapeProtocols(fields);
    refuseFiles(fields);
    warnOfNativeHistograms(fields);
    return {
      scrapeIntervalMs,
      scrapeTimeoutMs: givenTimeoutMs || Math.min(DEFAULTS.scrapeTimeoutMs, scrapeIntervalMs),
      evaluationIntervalMs: fields.read('evaluation_interval', readDuration) || DEFAULTS.evaluationIntervalMs,
      ruleQueryOffsetMs: fields.read('rule_query_offset', readDuration) ?? 0,
      externalLabels: readExternalLabels(fields, metricNameValidationScheme, env),
      ...(scrapeProtocols && { scrapeProtocols }),
      limits: readLimits(fields),
      alwaysScrapeClassicHistograms: fields.read('always_scrape_classic_histograms', readBoolean) ?? false,
      extraScrapeMetrics: fields.read('extra_scrape_metrics', readBoolean) ?? false,
      metricNameValidationScheme,
      ...(metricNameEscapingScheme && { metricNameEscapingScheme }),
    };
  });
}

function refuseFiles(fields: Fields): void {
  for (const name of ['query_log_file', 'scrape_failure_log_file'] as const) {
    if (fields.read(name, readPath) !== undefined) fields.reportRefusal(name, NOT_SUPPORTED_VALUES[name]);
  }
}

function readExternalLabels(fields: Fields, scheme: ValidationScheme, env: NodeJS.ProcessEnv): Labels {
  const place = fields.find('external_labels');
  if (!place) return Labels.empty;
  const checkName = (name: string, key: Place) => {
    if (!isValidLabelName(name, scheme)) key.report(`"${name}" is not a valid label name`);
  };
  const readValue = (value: Place) => {
    const text = readText(value);
    if (text !== undefined && !isValidLabelValue(text)) value.report('not a valid label value');
    return (
      text &&
      expandEnvironment(text, env, (name) => {
        value.warn(`the environment variable "${name}" is empty or not set`, { code: 'missing' });
      })
    );
  };
  const labels = readRecord(readValue, checkName)(place) ?? {};
  return createLabels(Object.entries(labels).filter(([name]) => name !== ''));
}
