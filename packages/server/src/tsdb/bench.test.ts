import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type BenchResult, renderBench, runBench } from './bench.ts';
import { createDirectory } from './testing/data-directory.ts';
import { hearthTsdb } from './testing/hearth-tsdb.ts';

const RESULT: BenchResult = {
  seriesCount: 10_000,
  scrapeCount: 100,
  appendMs: 500,
  appendCpuMs: 450,
  compactMs: 1234,
  logBytes: 3_500_000,
  replayMs: 210,
  blockBytes: 1_250_000,
  peakMemoryBytes: 123_456_789,
};

test('prints a measure a line', () => {
  expect(renderBench(RESULT)).toEqual([
    '10,000 series, 100 scrapes: 1,000,000 samples',
    'append    2,000,000 samples/s, 450 ns of CPU per sample',
    'compact   1.23 s',
    'log       3.50 bytes per sample',
    'blocks    1.25 bytes per sample',
    'replay    0.21 s',
    'memory    123.5 MB at most, the program included',
  ]);
});

test('writes every sample it says it writes, and makes blocks of what is old enough', async () => {
  const directory = await createDirectory();
  let nowMs = 0;
  const seen: number[] = [];
  const result = await runBench({
    directory,
    seriesCount: 25,
    scrapeCount: 730,
    meter: { nowMs: () => nowMs++, cpuMs: () => nowMs * 2, memoryBytes: () => 1000 - nowMs },
    signal: new AbortController().signal,
    progress: (scrapes) => seen.push(scrapes),
  });
  expect(result).toMatchObject({ seriesCount: 25, scrapeCount: 730, peakMemoryBytes: expect.any(Number) });
  expect(result.appendCpuMs).toBe(2 * result.appendMs);
  expect(result.logBytes).toBeGreaterThan(25 * 730);
  expect(result.blockBytes).toBeGreaterThan(1000);
  expect(seen).toEqual(Array.from({ length: 730 }, (_, i) => i + 1));
  const { out } = await hearthTsdb(['dump', directory]);
  expect(out).toHaveLength(25 * 730);
  expect((await hearthTsdb(['list', directory])).out.length).toBe(2);
});

test('leaves nothing behind, and says how it went', async () => {
  const parent = await createDirectory();
  const { code, out, err } = await hearthTsdb(['bench', '--series', '20', '--scrapes', '5', '--directory', parent]);
  expect({ code, err }).toEqual({ code: 0, err: [] });
  expect(out[0]).toBe('20 series, 5 scrapes: 100 samples');
  expect(await readdir(parent)).toEqual([]);
});

test('Ctrl-C leaves nothing behind either', async () => {
  const parent = await createDirectory();
  const stop = AbortSignal.abort();
  const outcome = await hearthTsdb(['bench', '--series', '20', '--scrapes', '5', '--directory', parent], { stop });
  expect(outcome).toMatchObject({ code: 1, err: ['error[HEARTH_STOPPED]: stopped before it was done'] });
});

test.each([[['--series', '0']], [['--scrapes', 'many']]])('%j is bad usage', async (flags) => {
  expect((await hearthTsdb(['bench', ...flags])).code).toBe(2);
});
