import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareLabels, compareUtf8, createLabels } from '@hearth/model';
import {
  type BlockMeta,
  type BlockSource,
  CHUNK_ENCODING_XOR,
  type ChunkedSeries,
  nodeHost,
  openDb,
  originOfHead,
  writeBlock,
  XorAppender,
} from '@hearth/tsdb';
import { onTestFinished } from 'vitest';

export interface TestSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [timestampMs: number, value: number])[];
}

/** An empty directory that goes when the test ends. */
export async function createDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-tsdb-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** The name of the nth block. */
export function ulidOf(number: number): string {
  return `01M80AM60DAVER0W8N2H3M${String(number).padStart(4, '0')}`;
}

/** Writes a block of series, each with one chunk. */
export async function writeTestBlock(
  directory: string,
  ulid: string,
  series: readonly TestSeries[],
): Promise<BlockMeta> {
  const source = sourceOf(series);
  const origin = originOfHead(ulid, source);
  const { fileSystem } = nodeHost;
  const pace = () => undefined;
  const meta = await writeBlock({ fileSystem, dataDirectory: directory, ulid, source, origin, pace });
  if (meta === undefined) throw new Error('the block of a test has no samples');
  return meta;
}

/** Puts samples into the log of a directory. */
export async function logSamples(directory: string, series: readonly TestSeries[]): Promise<void> {
  const db = await openDb({ directory, log: () => {}, compactsByItself: false });
  const appender = db.appender();
  for (const { labels, samples } of series) {
    const ref = appender.seriesRef(createLabels(labels));
    for (const [time, value] of samples) {
      const refusal = appender.append(ref, time, value);
      if (refusal !== undefined) throw new Error(`a sample of a test is refused: ${refusal}`);
    }
  }
  await appender.commit();
  await db.close();
}

function sourceOf(series: readonly TestSeries[]): BlockSource {
  const times = series.flatMap(({ samples }) => samples.map(([time]) => time));
  const sorted = series
    .map(({ labels, samples }) => ({ labels: createLabels(labels), samples }))
    .sort((a, b) => compareLabels(a.labels, b.labels));
  const texts = sorted.flatMap(({ labels }) => [...labels].flatMap(({ name, value }) => [name, value]));
  return {
    minTime: Math.min(...times),
    maxTime: Math.max(...times) + 1,
    symbols: async () => [...new Set(texts)].sort(compareUtf8),
    async *series(): AsyncGenerator<ChunkedSeries> {
      for (const { labels, samples } of sorted) {
        const appender = new XorAppender();
        for (const [time, value] of samples) appender.append(time, value);
        const times = { minTime: samples[0][0], maxTime: samples[samples.length - 1][0] };
        yield { labels, chunks: [{ encoding: CHUNK_ENCODING_XOR, data: appender.copy(), ...times }] };
      }
    },
  };
}
