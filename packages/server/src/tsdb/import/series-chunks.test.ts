import { createLabels } from '@hearth/model';
import { sampleCountOf } from '@hearth/tsdb';
import { expect, test } from 'vitest';
import { SeriesChunks } from './series-chunks.ts';

const HOUR = 3_600_000;

function countsOf(times: readonly number[], rangeMs = 4 * HOUR): number[] {
  const series = new SeriesChunks(createLabels({ a: 'b' }), rangeMs);
  for (const time of times) expect(series.append(time, 1)).toBe(undefined);
  return series.end().map(({ data }) => sampleCountOf(data));
}

const every = (stepMs: number, count: number) => Array.from({ length: count }, (_, i) => i * stepMs);

test.each<[string, readonly number[], readonly number[]]>([
  ['nothing', [], []],
  ['few samples are one chunk', every(15_000, 100), [100]],
  [
    'chunks share a range evenly: 4 hours of 15 s are 8 chunks',
    every(15_000, 960),
    [120, 120, 120, 120, 120, 120, 120, 120],
  ],
  [
    'samples that come faster than foretold end the chunk at 240',
    [...every(15_000, 31), ...every(1, 500).map((i) => 450_001 + i)],
    [240, 120, 120, 51],
  ],
  ['a chunk ends with its range', [4 * HOUR - 2, 4 * HOUR - 1, 4 * HOUR], [2, 1]],
  ['so does one before 1970', [-2, -1, 0], [2, 1]],
])('%s', (_, times, counts) => {
  expect(countsOf(times)).toEqual(counts);
});

test('refuses what does not come by rising time', () => {
  const series = new SeriesChunks(createLabels({ a: 'b' }), HOUR);
  expect(series.append(10, 1)).toBe(undefined);
  expect(series.append(10, 1)).toBe(undefined);
  expect(series.append(10, 2)).toBe('a second value for the same series and time');
  expect(series.append(7, 1)).toBe('sample out of order: the one before is 3 ms later');
  expect(series.append(11, Number.NaN)).toBe(undefined);
  expect(series.append(11, Number.NaN)).toBe(undefined);
  expect(series.append(12, 0)).toBe(undefined);
  expect(series.append(12, -0)).toBe('a second value for the same series and time');
  expect(series.end().map(({ data, minTime, maxTime }) => [sampleCountOf(data), minTime, maxTime])).toEqual([
    [3, 10, 12],
  ]);
});
