import type { ValidationScheme } from '@hearth/model';
import { DEFAULT_REMOTE_WRITE_METADATA, DEFAULT_REMOTE_WRITE_QUEUE, DEFAULTS } from '../defaults.ts';
import type { RemoteWriteConfig, RemoteWriteMetadataConfig, RemoteWriteQueueConfig } from '../types.ts';
import { NOT_SUPPORTED_VALUES, type Refusal } from '../unsupported.ts';
import { type Fields, readFields } from '../yaml/fields.ts';
import type { Place } from '../yaml/place.ts';
import { readBoolean, readDuration, readInteger, readText, readUrl } from '../yaml/scalars.ts';
import { readHttpClient } from './http-client.ts';
import { readPlainHeaders } from './http-headers.ts';
import { readRelabelRules } from './relabel-rules.ts';

const NO_CLOUD: Refusal = { reason: 'requests are not signed for clouds', instead: 'use basic_auth or authorization' };

const REFUSED = { sigv4: NO_CLOUD, azuread: NO_CLOUD, google_iam: NO_CLOUD };

export function readRemoteWrite(place: Place, scheme: ValidationScheme): RemoteWriteConfig | undefined {
  return readFields(place, (fields) => {
    fields.refuse(REFUSED);
    const url = fields.read('url', readUrl);
    if (!fields.has('url')) place.report('remote_write needs a url', { code: 'missing' });
    warnOfNoEffect(fields);
    const message = fields.read('protobuf_message', readText) || 'prometheus.WriteRequest';
    if (message === 'io.prometheus.write.v2.Request') {
      fields.reportRefusal('protobuf_message', NOT_SUPPORTED_VALUES.protobuf_message);
    } else if (message !== 'prometheus.WriteRequest') {
      fields.placeOf('protobuf_message').report(`unknown message "${message}"`);
    }
    const rest = {
      name: fields.read('name', readText) ?? '',
      remoteTimeoutMs: fields.read('remote_timeout', readDuration) ?? DEFAULTS.remoteTimeoutMs,
      headers: fields.read('headers', readPlainHeaders) ?? {},
      sendExemplars: fields.read('send_exemplars', readBoolean) ?? false,
      httpClient: readHttpClient(fields, { http2: false }),
      writeRelabelRules: fields.read('write_relabel_configs', readRelabelRules('write_relabel_configs', scheme)) ?? [],
      queue: fields.read('queue_config', readQueue) ?? DEFAULT_REMOTE_WRITE_QUEUE,
      metadata: fields.read('metadata_config', readMetadata) ?? DEFAULT_REMOTE_WRITE_METADATA,
    };
    return url && { url, ...rest };
  });
}

function warnOfNoEffect(fields: Fields): void {
  for (const name of ['send_native_histograms', 'round_robin_dns', 'failed_request_logging']) {
    if (fields.read(name, readBoolean)) fields.placeOf(name).warn(`${name} is not supported and has no effect`);
  }
}

function readQueue(place: Place): RemoteWriteQueueConfig | undefined {
  return readFields(place, (fields) => {
    const base = DEFAULT_REMOTE_WRITE_QUEUE;
    const positive = (name: string, fallback: number) => {
      const value = fields.read(name, readInteger) ?? fallback;
      if (value <= 0) fields.placeOf(name).report(`${name} must be above 0`);
      return value;
    };
    const queue: RemoteWriteQueueConfig = {
      capacity: positive('capacity', base.capacity),
      maxShards: positive('max_shards', base.maxShards),
      minShards: positive('min_shards', base.minShards),
      maxSamplesPerSend: positive('max_samples_per_send', base.maxSamplesPerSend),
      batchSendDeadlineMs: fields.read('batch_send_deadline', readDuration) ?? base.batchSendDeadlineMs,
      minBackoffMs: fields.read('min_backoff', readDuration) ?? base.minBackoffMs,
      maxBackoffMs: fields.read('max_backoff', readDuration) ?? base.maxBackoffMs,
      retryOnHttp429: fields.read('retry_on_http_429', readBoolean) ?? base.retryOnHttp429,
      sampleAgeLimitMs: fields.read('sample_age_limit', readDuration) ?? base.sampleAgeLimitMs,
    };
    const conflict = (name: string, other: string) =>
      fields.placeOf(name).report(`${name} must not be greater than ${other}`, { code: 'conflict' });
    if (queue.minShards > queue.maxShards) conflict('min_shards', 'max_shards');
    if (queue.minBackoffMs > queue.maxBackoffMs) conflict('min_backoff', 'max_backoff');
    return queue;
  });
}

function readMetadata(place: Place): RemoteWriteMetadataConfig | undefined {
  return readFields(place, (fields) => ({
    send: fields.read('send', readBoolean) ?? DEFAULT_REMOTE_WRITE_METADATA.send,
    sendIntervalMs: fields.read('send_interval', readDuration) ?? DEFAULT_REMOTE_WRITE_METADATA.sendIntervalMs,
    maxSamplesPerSend:
      fields.read('max_samples_per_send', readInteger) ?? DEFAULT_REMOTE_WRITE_METADATA.maxSamplesPerSend,
  }));
}
