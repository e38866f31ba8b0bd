import { formatDuration } from '@hearth/model';
import { Document, isSeq, visit } from 'yaml';
import { DEFAULTS } from '../defaults.ts';
import { formatSize } from '../size.ts';
import type { AlertingConfig, Config, GlobalConfig, RemoteWriteConfig, ScrapeConfig, StorageConfig } from '../types.ts';
import { printedHttpClient } from './http-client.ts';
import { printedDiscovery, printedLimits, printedRelabelRules, printedScrapeConfig } from './scrape-config.ts';
import { sorted, unlessZero } from './zero.ts';

/**
 * The configuration as YAML in Prometheus' order and layout: with its defaults, secrets as `<secret>`. The scrape
 * configurations are those of the file itself; what other files hold is not printed, only where they are.
 */
export function printConfig(config: Config, file: string): string {
  return toYaml({
    global: printedGlobal(config.global),
    runtime: { gogc: config.runtime.gogc },
    alerting: printedAlerting(config.alerting),
    rule_files: unlessZero(config.ruleFiles),
    scrape_config_files: unlessZero(config.scrapeConfigFiles),
    scrape_configs: unlessZero(config.scrapeConfigs.filter((each) => each.file === file).map(printedScrapeConfig)),
    storage: printedStorage(config.storage),
    remote_write: unlessZero(config.remoteWrite.map(printedRemoteWrite)),
  });
}

export function printScrapeConfig(config: ScrapeConfig): string {
  return toYaml(printedScrapeConfig(config));
}

function toYaml(value: object): string {
  const document = new Document(value, { version: '1.1' });
  visit(document, {
    Pair(_, { key, value: list }) {
      if (isSeq(list) && String(key) === 'source_labels') list.flow = true;
    },
  });
  return document.toString({ indentSeq: false, lineWidth: 0, flowCollectionPadding: false });
}

function printedGlobal(global: GlobalConfig): object {
  return {
    scrape_interval: formatDuration(global.scrapeIntervalMs),
    scrape_timeout: formatDuration(global.scrapeTimeoutMs),
    scrape_protocols: global.scrapeProtocols,
    evaluation_interval: formatDuration(global.evaluationIntervalMs),
    rule_query_offset: global.ruleQueryOffsetMs === 0 ? undefined : formatDuration(global.ruleQueryOffsetMs),
    external_labels: unlessZero(sorted(global.externalLabels.toJSON())),
    ...printedLimits(global.limits),
    metric_name_validation_scheme: global.metricNameValidationScheme,
    metric_name_escaping_scheme: global.metricNameEscapingScheme,
    scrape_native_histograms: false,
    always_scrape_classic_histograms: unlessZero(global.alwaysScrapeClassicHistograms),
    extra_scrape_metrics: global.extraScrapeMetrics,
  };
}

function printedStorage({ retention, maxExemplars }: StorageConfig): object | undefined {
  const limits = unlessZero({
    time: retention.timeMs === 0 ? undefined : formatDuration(retention.timeMs),
    size: retention.sizeBytes === 0 ? undefined : formatSize(retention.sizeBytes),
  });
  return unlessZero({
    tsdb: limits && { retention: limits },
    exemplars: maxExemplars === DEFAULTS.maxExemplars ? undefined : { max_exemplars: unlessZero(maxExemplars) },
  });
}

function printedAlerting({ alertRelabelRules, alertmanagers }: AlertingConfig): object | undefined {
  return unlessZero({
    alert_relabel_configs: printedRelabelRules(alertRelabelRules),
    alertmanagers: unlessZero(
      alertmanagers.map((each) => ({
        ...printedHttpClient(each.httpClient),
        scheme: unlessZero(each.scheme),
        path_prefix: unlessZero(each.pathPrefix),
        timeout: formatDuration(each.timeoutMs),
        api_version: each.apiVersion,
        relabel_configs: printedRelabelRules(each.relabelRules),
        alert_relabel_configs: printedRelabelRules(each.alertRelabelRules),
        ...printedDiscovery(each.discovery),
      })),
    ),
  });
}

function printedRemoteWrite(config: RemoteWriteConfig): object {
  const { queue, metadata } = config;
  return {
    url: config.url.toString(),
    remote_timeout: formatDuration(config.remoteTimeoutMs),
    headers: unlessZero(sorted(config.headers)),
    write_relabel_configs: printedRelabelRules(config.writeRelabelRules),
    name: unlessZero(config.name),
    send_exemplars: unlessZero(config.sendExemplars),
    protobuf_message: 'prometheus.WriteRequest',
    ...printedHttpClient(config.httpClient),
    queue_config: {
      capacity: queue.capacity,
      max_shards: queue.maxShards,
      min_shards: queue.minShards,
      max_samples_per_send: queue.maxSamplesPerSend,
      batch_send_deadline: formatDuration(queue.batchSendDeadlineMs),
      min_backoff: formatDuration(queue.minBackoffMs),
      max_backoff: formatDuration(queue.maxBackoffMs),
      retry_on_http_429: unlessZero(queue.retryOnHttp429),
      sample_age_limit: queue.sampleAgeLimitMs === 0 ? undefined : formatDuration(queue.sampleAgeLimitMs),
    },
    metadata_config: {
      send: metadata.send,
      send_interval: formatDuration(metadata.sendIntervalMs),
      max_samples_per_send: unlessZero(metadata.maxSamplesPerSend),
    },
  };
}
