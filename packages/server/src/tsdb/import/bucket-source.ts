import { compareLabels, compareUtf8, labelsFromPairs } from '@hearth/model';
import type { BlockSource, ChunkedSeries, FileSystem } from '@hearth/tsdb';
import { inputError } from './input-error.ts';
import { SeriesChunks } from './series-chunks.ts';
import { readBucket, type SpilledBucket } from './spill.ts';

export interface BucketSourceOptions {
  readonly fileSystem: FileSystem;
  readonly bucket: SpilledBucket;
  /** How long a chunk may reach: twice the length of a block. */
  readonly chunkRangeMs: number;
  /** Of the input, for messages. */
  readonly name: string;
  readonly afterPiece: (bytes: number) => Promise<void>;
}

/**
 * What a block is made of, from the samples of one bucket. In memory: its series, with their samples compressed. Rejects
 * with a `HearthError` for a sample that is older than the one before of its series.
 */
export async function createBucketSource(options: BucketSourceOptions): Promise<BlockSource> {
  const { fileSystem, bucket, chunkRangeMs, name, afterPiece } = options;
  const byKey = new Map<string, SeriesChunks>();
  const byId: SeriesChunks[] = [];
  let minTime = Infinity;
  let maxTime = -Infinity;
  await readBucket(fileSystem, bucket, {
    series(key) {
      let series = byKey.get(key);
      if (series === undefined) {
        series = new SeriesChunks(labelsFromPairs(JSON.parse(key) as string[]), chunkRangeMs);
        byKey.set(key, series);
      }
      byId.push(series);
    },
    sample(id, timestampMs, value, line) {
      const series = byId[id];
      const refusal = series.append(timestampMs, value);
      if (refusal !== undefined) {
        throw inputError({ name, line, column: 1 }, `${refusal}, of ${series.labels.toMetricString()}`);
      }
      if (timestampMs < minTime) minTime = timestampMs;
      if (timestampMs > maxTime) maxTime = timestampMs;
    },
    afterPiece,
  });
  return sourceOf([...byKey.values()], { minTime, maxTime: maxTime + 1 });
}

function sourceOf(
  series: readonly SeriesChunks[],
  times: { readonly minTime: number; readonly maxTime: number },
): BlockSource {
  return {
    ...times,
    async symbols() {
      // Prometheus has the empty text among them: the name and value of the list of all series.
      const symbols = new Set(['']);
      for (const { labels } of series) {
        for (const { name, value } of labels) symbols.add(name).add(value);
      }
      return [...symbols].sort(compareUtf8);
    },
    async *series(): AsyncGenerator<ChunkedSeries> {
      const sorted = series.toSorted((a, b) => compareLabels(a.labels, b.labels));
      for (const each of sorted) yield { labels: each.labels, chunks: each.end() };
    },
  };
}
