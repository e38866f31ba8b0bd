import { formatDuration } from '@hearth/model';
import { DEFAULT_RELABEL_RULE } from '../defaults.ts';
import { formatSize } from '../size.ts';
import type { DiscoveryConfig, RelabelRule, ScrapeConfig, ScrapeLimits } from '../types.ts';
import { printedHttpClient } from './http-client.ts';
import { sorted, unlessZero } from './zero.ts';

/** The fields in the order in which Prometheus prints them. */
export function printedScrapeConfig(config: ScrapeConfig): object {
  return {
    job_name: config.jobName,
    honor_labels: unlessZero(config.honorLabels),
    honor_timestamps: config.honorTimestamps,
    track_timestamps_staleness: config.trackTimestampsStaleness,
    params: unlessZero(sorted(config.params)),
    scrape_interval: formatDuration(config.scrapeIntervalMs),
    scrape_timeout: formatDuration(config.scrapeTimeoutMs),
    scrape_protocols: config.scrapeProtocols,
    fallback_scrape_protocol: config.fallbackScrapeProtocol,
    scrape_native_histograms: false,
    always_scrape_classic_histograms: config.alwaysScrapeClassicHistograms,
    convert_classic_histograms_to_nhcb: false,
    metrics_path: unlessZero(config.metricsPath),
    scheme: unlessZero(config.scheme),
    enable_compression: config.enableCompression,
    ...printedLimits(config.limits),
    metric_name_validation_scheme: config.metricNameValidationScheme,
    metric_name_escaping_scheme: config.metricNameEscapingScheme,
    extra_scrape_metrics: config.extraScrapeMetrics,
    ...printedHttpClient(config.httpClient),
    relabel_configs: printedRelabelRules(config.relabelRules),
    metric_relabel_configs: printedRelabelRules(config.metricRelabelRules),
    ...printedDiscovery(config.discovery),
  };
}

export function printedLimits(limits: ScrapeLimits): object {
  return {
    body_size_limit: limits.bodySizeBytes === 0 ? undefined : formatSize(limits.bodySizeBytes),
    sample_limit: unlessZero(limits.samples),
    target_limit: unlessZero(limits.targets),
    label_limit: unlessZero(limits.labels),
    label_name_length_limit: unlessZero(limits.labelNameLength),
    label_value_length_limit: unlessZero(limits.labelValueLength),
    keep_dropped_targets: unlessZero(limits.keepDroppedTargets),
  };
}

export function printedRelabelRules(rules: readonly RelabelRule[]): readonly object[] | undefined {
  return unlessZero(
    rules.map((rule) => ({
      source_labels: unlessZero(rule.sourceLabels),
      separator: rule.separator,
      regex: rule.regex === DEFAULT_RELABEL_RULE.regex ? undefined : rule.regex,
      modulus: unlessZero(rule.modulus),
      target_label: unlessZero(rule.targetLabel),
      replacement: rule.replacement,
      action: rule.action,
    })),
  );
}

export function printedDiscovery(configs: readonly DiscoveryConfig[]): object {
  const printed: Record<string, unknown[]> = {};
  for (const config of configs) {
    const name = config.kind === 'static' ? 'static_configs' : `${config.kind}_sd_configs`;
    printed[name] = [...(printed[name] ?? []), ...printedDiscoveryItems(config)];
  }
  return sorted(printed);
}

function printedDiscoveryItems(config: DiscoveryConfig): readonly object[] {
  if (config.kind === 'static') {
    return config.groups.map(({ targets, labels }) => ({ targets, labels: unlessZero(sorted(labels)) }));
  }
  const refresh_interval = formatDuration(config.refreshIntervalMs);
  switch (config.kind) {
    case 'file':
      return [{ files: config.files, refresh_interval }];
    case 'dns':
      return [{ names: config.names, refresh_interval, type: config.type, port: config.port }];
    case 'http':
      return [{ ...printedHttpClient(config.httpClient), refresh_interval, url: config.url.toString() }];
    case 'dockerswarm': {
      const { host, role, port, filters } = config;
      return [{ ...printedHttpClient(config.httpClient), host, role, port, filters, refresh_interval }];
    }
    default:
      config satisfies never;
      throw new Error('BUG: no such discovery');
  }
}
