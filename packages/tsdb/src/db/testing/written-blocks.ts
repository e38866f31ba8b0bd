import { compareLabels, compareUtf8, createLabels, type Labels, type Querier, wordsOf } from '@hearth/model';
import { openBlock } from '../../block/block.ts';
import type { ChunkToWrite } from '../../block/block-writer.ts';
import type { BlockMeta } from '../../block/meta.ts';
import type { BlockSource, ChunkedSeries } from '../../block-source.ts';
import { XorAppender } from '../../chunk/xor-appender.ts';
import { PageCache } from '../../file/page-cache.ts';
import type { MemoryDisk } from '../../wal/testing/memory-disk.ts';
import { originOfHead } from '../compaction/merged-meta.ts';
import { writeBlock } from '../compaction/write-block.ts';
import { StoredBlock } from '../stored-block.ts';

export const noPace = () => undefined;

export type Sample = readonly [timestampMs: number, value: number];

export interface TestSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly Sample[];
}

/** The name of the nth block. */
export function ulidOf(number: number): string {
  return `01M80AM60DAVER0W8N2H3M${String(number).padStart(4, '0')}`;
}

/** Series in memory, in chunks of so many samples. */
export function sourceOf(series: readonly TestSeries[], samplesPerChunk = 4): BlockSource {
  const sorted = series
    .map(({ labels, samples }) => ({ labels: createLabels(labels), samples }))
    .sort((a, b) => compareLabels(a.labels, b.labels));
  const times = series.flatMap(({ samples }) => samples.map(([time]) => time));
  return {
    minTime: Math.min(...times),
    maxTime: Math.max(...times) + 1,
    symbols: async () =>
      [...new Set(sorted.flatMap(({ labels }) => [...labels].flatMap(({ name, value }) => [name, value])))].sort(
        compareUtf8,
      ),
    async *series(): AsyncGenerator<ChunkedSeries> {
      for (const { labels, samples } of sorted) yield { labels, chunks: chunksOf(samples, samplesPerChunk) };
    },
  };
}

export function chunksOf(samples: readonly Sample[], samplesPerChunk: number): ChunkToWrite[] {
  const chunks: ChunkToWrite[] = [];
  for (let i = 0; i < samples.length; i += samplesPerChunk) {
    const some = samples.slice(i, i + samplesPerChunk);
    const appender = new XorAppender();
    for (const [time, value] of some) appender.append(time, value);
    chunks.push({ encoding: 1, data: appender.copy(), minTime: some[0][0], maxTime: some[some.length - 1][0] });
  }
  return chunks;
}

export interface TestBlock {
  readonly ulid: string;
  readonly series: readonly TestSeries[];
  /** Those of the samples unless they are given. */
  readonly times?: { readonly minTime: number; readonly maxTime: number };
  readonly parents?: readonly string[];
}

export async function writeTestBlock(disk: MemoryDisk, dataDirectory: string, block: TestBlock): Promise<BlockMeta> {
  const source = sourceOf(block.series);
  const origin = originOfHead(block.ulid, block.times ?? source);
  const parents = (block.parents ?? []).map((ulid) => ({ ulid, minTime: origin.minTime, maxTime: origin.maxTime }));
  const written = await writeBlock({
    fileSystem: disk,
    dataDirectory,
    ulid: block.ulid,
    source,
    origin: { ...origin, compaction: { ...origin.compaction, parents } },
    pace: noPace,
  });
  if (written === undefined) throw new Error('the block of a test has no samples');
  return written;
}

export async function openTestBlock(disk: MemoryDisk, directory: string): Promise<StoredBlock> {
  const cache = new PageCache({ budgetBytes: 1 << 18, pageBytes: 1024 });
  return new StoredBlock(await openBlock({ fileSystem: disk, directory, cache, pace: noPace }));
}

/** Everything a select gives, a line for each series: `{a="1"} 1@10 stale@20`. */
export async function linesOf(querier: Querier, selection: Parameters<Querier['select']>[0]): Promise<string[]> {
  const lines: string[] = [];
  let last: Labels | undefined;
  for await (const { labels, offsets, timestamps, values } of querier.select(selection)) {
    for (const [i, each] of labels.entries()) {
      if (last !== undefined && compareLabels(last, each) >= 0)
        throw new Error(`${each.toString()} after ${last.toString()}`);
      last = each;
      const words = wordsOf(values);
      const samples: string[] = [];
      for (let at = offsets[i]; at < offsets[i + 1]; at++) {
        const isStale = words[2 * at] === 2 && words[2 * at + 1] === 0x7ff00000;
        samples.push(`${isStale ? 'stale' : values[at]}@${timestamps[at]}`);
      }
      lines.push(`${each.toString()} ${samples.join(' ')}`);
    }
  }
  return lines;
}
