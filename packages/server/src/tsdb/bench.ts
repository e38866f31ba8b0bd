import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createLabels, type Labels } from '@hearth/model';
import { type Db, openDb, type SeriesRef } from '@hearth/tsdb';
import { formatBytes } from './progress.ts';

/** A multiple of two hours. */
const START_MS = 1_700_006_400_000;
const SCRAPE_INTERVAL_MS = 15_000;
/** As many series come in one commit, as from one target. */
const SERIES_PER_TARGET = 1000;
/** Half an hour. */
const SCRAPES_BETWEEN_COMPACTIONS = 120;

/** What is measured with. Times are in milliseconds that never go back. */
export interface Meter {
  nowMs(): number;
  /** That this process has used. */
  cpuMs(): number;
  /** That this process has now. */
  memoryBytes(): number;
}

export interface BenchOptions {
  /** An empty directory. */
  readonly directory: string;
  readonly seriesCount: number;
  readonly scrapeCount: number;
  readonly meter: Meter;
  readonly signal: AbortSignal;
  readonly progress: (scrapes: number) => void;
}

export interface BenchResult {
  readonly seriesCount: number;
  readonly scrapeCount: number;
  readonly appendMs: number;
  readonly appendCpuMs: number;
  readonly compactMs: number;
  readonly logBytes: number;
  readonly replayMs: number;
  readonly blockBytes: number;
  readonly peakMemoryBytes: number;
}

/** Writes generated series as scrapes would, opens the storage again, and makes blocks of everything. */
export async function runBench(options: BenchOptions): Promise<BenchResult> {
  const { directory, seriesCount, scrapeCount, meter, signal } = options;
  const db = await open(directory);
  let writing: Awaited<ReturnType<typeof writeScrapes>>;
  try {
    writing = await writeScrapes(db, options);
  } finally {
    await db.close();
  }
  signal.throwIfAborted();
  const reopenedMs = meter.nowMs();
  const again = await open(directory);
  try {
    const replayMs = meter.nowMs() - reopenedMs;
    signal.throwIfAborted();
    const name = await again.snapshot({ withHead: true });
    const blockBytes = await bytesBelow(join(directory, 'snapshots', name));
    const peakMemoryBytes = Math.max(writing.peakMemoryBytes, meter.memoryBytes());
    return { seriesCount, scrapeCount, ...writing, replayMs, blockBytes, peakMemoryBytes };
  } finally {
    await again.close();
  }
}

/** Draws the result: a measure a line. */
export function renderBench(result: BenchResult): readonly string[] {
  const { seriesCount, scrapeCount, appendMs, appendCpuMs, compactMs, logBytes, replayMs, blockBytes } = result;
  const samples = seriesCount * scrapeCount;
  const perSecond = Math.round((samples / Math.max(appendMs, 1)) * 1000);
  const cpuNs = Math.round((appendCpuMs * 1e6) / samples);
  return [
    `${count(seriesCount)} series, ${count(scrapeCount)} scrapes: ${count(samples)} samples`,
    `append    ${count(perSecond)} samples/s, ${count(cpuNs)} ns of CPU per sample`,
    `compact   ${seconds(compactMs)}`,
    `log       ${(logBytes / samples).toFixed(2)} bytes per sample`,
    `blocks    ${(blockBytes / samples).toFixed(2)} bytes per sample`,
    `replay    ${seconds(replayMs)}`,
    `memory    ${formatBytes(result.peakMemoryBytes)} at most, the program included`,
  ];
}

function open(directory: string): Promise<Db> {
  return openDb({ directory, compactsByItself: false, retentionMs: 0, log: () => {} });
}

type Writing = Pick<BenchResult, 'appendMs' | 'appendCpuMs' | 'compactMs' | 'logBytes' | 'peakMemoryBytes'>;

async function writeScrapes(db: Db, options: BenchOptions): Promise<Writing> {
  const { directory, seriesCount, scrapeCount, meter, signal, progress } = options;
  const series = Array.from({ length: seriesCount }, (_, i) => createSeries(i));
  const wal = join(directory, 'wal');
  const sums = { appendMs: 0, appendCpuMs: 0, compactMs: 0, logBytes: 0, peakMemoryBytes: 0 };
  let walBytes = await bytesBelow(wal);
  for (let scrape = 0; scrape < scrapeCount; scrape++) {
    const [startMs, startCpuMs] = [meter.nowMs(), meter.cpuMs()];
    for (let from = 0; from < seriesCount; from += SERIES_PER_TARGET) {
      await appendTarget(db, series.slice(from, from + SERIES_PER_TARGET), scrape);
      signal.throwIfAborted();
    }
    sums.appendMs += meter.nowMs() - startMs;
    sums.appendCpuMs += meter.cpuMs() - startCpuMs;
    sums.peakMemoryBytes = Math.max(sums.peakMemoryBytes, meter.memoryBytes());
    progress(scrape + 1);
    const isLast = scrape + 1 === scrapeCount;
    if (!isLast && (scrape + 1) % SCRAPES_BETWEEN_COMPACTIONS !== 0) continue;
    sums.logBytes += (await bytesBelow(wal)) - walBytes;
    const compactStartMs = meter.nowMs();
    await db.compact();
    sums.compactMs += meter.nowMs() - compactStartMs;
    walBytes = await bytesBelow(wal);
  }
  return sums;
}

interface GeneratedSeries {
  readonly labels: Labels;
  readonly kind: number;
  ref: SeriesRef;
  value: number;
}

async function appendTarget(db: Db, series: readonly GeneratedSeries[], scrape: number): Promise<void> {
  const appender = db.appender();
  const timestampMs = START_MS + scrape * SCRAPE_INTERVAL_MS;
  for (const each of series) {
    if (scrape === 0) each.ref = appender.seriesRef(each.labels);
    each.value = nextValue(each, scrape);
    const refusal = appender.append(each.ref, timestampMs, each.value);
    if (refusal !== undefined) throw new Error(`BUG: a generated sample is refused: ${refusal}`);
  }
  await appender.commit();
}

/** A fifth each: constants, counters of whole numbers (two), counters of fractions, gauges that are never the same. */
function createSeries(number: number): GeneratedSeries {
  const labels = createLabels({
    __name__: `bench_metric_${number % 100}`,
    instance: `10.0.${(number >> 14) & 255}.${(number >> 6) & 255}:9100`,
    job: `job-${number % 7}`,
    path: `/api/v1/things/${number}`,
  });
  return { labels, kind: number % 5, ref: 0, value: number };
}

function nextValue({ kind, value }: GeneratedSeries, scrape: number): number {
  switch (kind) {
    case 0:
      return value;
    case 1:
    case 2:
      return value + ((scrape * 7 + kind) % 13);
    case 3:
      return value + (scrape % 10) / 8;
    default:
      return Math.sin(scrape + value);
  }
}

async function bytesBelow(directory: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
