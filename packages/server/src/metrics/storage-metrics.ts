import type { Db } from '@hearth/tsdb';
import type { Registry } from 'prom-client';
import { type Reading, registerReadings } from './reading.ts';

/** What the storage counts, under Prometheus' names. */
export function registerStorageMetrics(registry: Registry, db: Db): void {
  const head = () => db.counters().head;
  const counter = (name: string, help: string, read: Reading['read']): Reading => ({
    name: `prometheus_tsdb_${name}`,
    help,
    type: 'counter',
    read,
  });
  const gauge = (name: string, help: string, read: Reading['read']): Reading => ({
    ...counter(name, help, read),
    type: 'gauge',
  });
  registerReadings(registry, [
    counter('head_samples_appended_total', 'Total number of appended samples.', () => [
      { labels: { type: 'float' }, value: head().samplesAppended },
    ]),
    counter('exemplar_exemplars_appended_total', 'Total number of appended exemplars.', () => head().exemplarsAppended),
    gauge(
      'head_series',
      'Total number of series in the head block.',
      () => head().seriesCreated - head().seriesRemoved,
    ),
    counter('head_series_created_total', 'Total number of series created in the head.', () => head().seriesCreated),
    counter('head_series_removed_total', 'Total number of series removed in the head.', () => head().seriesRemoved),
    gauge(
      'head_chunks',
      'Total number of chunks in the head block.',
      () => head().chunksCreated - head().chunksRemoved,
    ),
    counter('head_chunks_created_total', 'Total number of chunks created in the head.', () => head().chunksCreated),
    counter('head_chunks_removed_total', 'Total number of chunks removed in the head.', () => head().chunksRemoved),
    counter('head_truncations_total', 'Total number of head truncations.', () => head().truncations),
    counter('checkpoint_creations_total', 'Total number of checkpoint creations.', () => head().checkpoints),
    counter(
      'wal_corruptions_total',
      'Total number of corruptions of the log that were repaired.',
      () => head().walRepairs,
    ),
    counter(
      'wal_writes_failed_total',
      'Total number of commits that the log could not take.',
      () => head().failedCommits,
    ),
    counter(
      'out_of_order_samples_total',
      'Total number of samples that were refused because they were too old for their series.',
      () => [{ labels: { type: 'float' }, value: head().refused.out_of_order }],
    ),
    counter('compactions_total', 'Total number of compactions.', () => db.counters().compactions),
    counter(
      'compactions_failed_total',
      'Total number of compactions that failed.',
      () => db.counters().failedCompactions,
    ),
    counter(
      'time_retentions_total',
      'Total number of blocks removed because they were beyond retention.',
      () => db.counters().blocksBeyondRetention,
    ),
    counter(
      'size_retentions_total',
      'Total number of blocks removed to make room on the disk.',
      () => db.counters().blocksForRoom,
    ),
    gauge('blocks_loaded', 'Number of currently loaded data blocks.', () => db.blocks().length),
    gauge('storage_blocks_bytes', 'The number of bytes that are used for storage by all blocks.', () =>
      db.blocks().reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    ),
  ]);
}
