import { createMatcher } from '@hearth/model';
import { describe, expect, test } from 'vitest';
import {
  linesOf,
  noPace,
  openTestBlock,
  type Sample,
  type TestSeries,
  ulidOf,
  writeTestBlock,
} from '../db/testing/written-blocks.ts';
import { MemoryDisk } from '../wal/testing/memory-disk.ts';

const ALL = { startMs: 0, endMs: 1e6, matchers: [] };
const BLOCK = `/data/${ulidOf(1)}`;

function seriesOf(count: number): TestSeries[] {
  return Array.from({ length: count }, (_, i) => ({
    labels: { __name__: 'm', i: String(i).padStart(4, '0'), even: i % 2 === 0 ? 'yes' : '' },
    samples: Array.from({ length: 10 }, (__, at): Sample => [100 + 10 * at, i + at]),
  }));
}

async function open(series: readonly TestSeries[], damage?: (disk: MemoryDisk) => void) {
  const disk = new MemoryDisk();
  disk.put('/data/x', new Uint8Array());
  await writeTestBlock(disk, '/data', { ulid: ulidOf(1), series });
  damage?.(disk);
  return { disk, block: await openTestBlock(disk, BLOCK) };
}

describe('a block that is queried', () => {
  test('gives the series that match, with the samples in the range', async () => {
    const { block } = await open(seriesOf(3));
    const querier = block.querier(noPace);
    const selection = { startMs: 110, endMs: 130, matchers: [createMatcher('=', 'even', 'yes')] };
    expect(await linesOf(querier, selection)).toEqual([
      '{__name__="m", even="yes", i="0000"} 1@110 2@120 3@130',
      '{__name__="m", even="yes", i="0002"} 3@110 4@120 5@130',
    ]);
    expect(await linesOf(querier, { ...selection, startMs: 111, endMs: 119 })).toEqual([]);
    expect(querier.warnings).toEqual([]);
    await querier.close();
  });

  test('gives names and values of labels', async () => {
    const { block } = await open(seriesOf(3));
    const querier = block.querier(noPace);
    const odd = [createMatcher('=', 'even', '')];
    expect(await querier.labelNames([])).toEqual(['__name__', 'even', 'i']);
    expect(await querier.labelNames(odd)).toEqual(['__name__', 'i']);
    expect(await querier.labelValues('i', [])).toEqual(['0000', '0001', '0002']);
    expect(await querier.labelValues('i', odd)).toEqual(['0001']);
  });

  test('leaves out what is deleted', async () => {
    const { disk, block } = await open(seriesOf(3));
    const refs = await block.view.index.allPostings();
    const before = block.querier(noPace);
    await block.setTombstones(
      disk,
      new Map([
        [
          refs[0],
          [
            { minTime: 0, maxTime: 145 },
            { minTime: 160, maxTime: 1000 },
          ],
        ],
        [refs[1], [{ minTime: 0, maxTime: 1000 }]],
      ]),
    );
    const lines = await linesOf(block.querier(noPace), { ...ALL, endMs: 165 });
    expect(lines.map((line) => line.slice(line.indexOf('i=')))).toEqual([
      'i="0000"} 5@150',
      'i="0001"} 1@100 2@110 3@120 4@130 5@140 6@150 7@160',
    ]);
    expect(block.meta.stats.numTombstones).toBe(3);
    expect(await linesOf(before, ALL)).toHaveLength(3);
  });

  test('comes in batches: a select has one of them in memory', async () => {
    const { block } = await open(seriesOf(2500));
    const sizes: number[] = [];
    for await (const { labels } of block.querier(noPace).select(ALL)) sizes.push(labels.length);
    expect(sizes).toEqual([1024, 1024, 452]);
  });

  test('stops when it is told to', async () => {
    const { block } = await open(seriesOf(2500));
    const controller = new AbortController();
    const batches = block.querier(noPace).select(ALL, controller.signal)[Symbol.asyncIterator]();
    await batches.next();
    controller.abort(new Error('enough'));
    await expect(batches.next()).rejects.toThrow('enough');
  });

  test('is closed when it is retired and the last querier has gone', async () => {
    const { block } = await open(seriesOf(1));
    const querier = block.querier(noPace);
    let isClosed = false;
    const retired = block.retire().then(() => {
      isClosed = true;
    });
    expect(await linesOf(querier, ALL)).toHaveLength(1);
    expect(isClosed).toBe(false);
    await querier.close();
    await retired;
    await expect(linesOf(querier, ALL)).rejects.toThrow('closed');
  });
});

describe('what is corrupt', () => {
  test('in a chunk is a warning, and the rest is there', async () => {
    const { block } = await open(seriesOf(2), (disk) => {
      disk.content(`${BLOCK}/chunks/000001`)[20] ^= 1;
    });
    const querier = block.querier(noPace);
    const lines = await linesOf(querier, ALL);
    expect(lines.map((line) => line.split('@').length - 1)).toEqual([6, 10]);
    expect(querier.warnings).toEqual([
      expect.stringMatching(
        /000001: corruption .*; samples of m\{.*\} from 1970-01-01T00:00:00.100Z to .* are missing/,
      ),
    ]);
  });

  test('anywhere in the files: what is there is right, and what is not is a warning', async () => {
    const series = seriesOf(6);
    const { disk: sound, block } = await open(series);
    const right = new Map(
      (await linesOf(block.querier(noPace), ALL)).map((line) => [line.split('} ')[0], line.split('} ')[1]]),
    );
    for (const file of ['index', 'chunks/000001']) {
      const { length } = sound.content(`${BLOCK}/${file}`);
      for (let at = 0; at < length; at++) {
        const disk = sound.clone();
        disk.content(`${BLOCK}/${file}`)[at] ^= 1 << (at % 8);
        let damaged: Awaited<ReturnType<typeof openTestBlock>>;
        try {
          damaged = await openTestBlock(disk, BLOCK);
        } catch {
          continue;
        }
        const querier = damaged.querier(noPace);
        const lines = await linesOf(querier, { ...ALL, matchers: [createMatcher('=~', 'i', '.+')] });
        let isComplete = lines.length === right.size;
        for (const line of lines) {
          const [labels, samples] = line.split('} ');
          const expected = new Set(right.get(labels)?.split(' '));
          for (const sample of samples.split(' ')) expect(expected.has(sample), `${file} ${at}: ${line}`).toBe(true);
          if (samples !== right.get(labels)) isComplete = false;
        }
        if (!isComplete) expect(querier.warnings.length, `${file} ${at}`).toBeGreaterThan(0);
      }
    }
  });
});
