import { createLabels, createMatcher } from '@hearth/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BlockSource } from '../../block-source.ts';
import { MemoryDisk } from '../../wal/testing/memory-disk.ts';
import { deleteFromBlock } from '../deletion.ts';
import { chunksOf, linesOf, noPace, openTestBlock, type Sample, sourceOf, ulidOf } from '../testing/written-blocks.ts';
import { joinChunks } from './join-chunks.ts';
import { originOfHead, originOfMerged } from './merged-meta.ts';
import { MergedSource } from './merged-source.ts';
import { StoredSource } from './stored-source.ts';
import { writeBlock } from './write-block.ts';

const ALL = { startMs: -1e6, endMs: 1e6, matchers: [] };

function writing(disk: MemoryDisk, ulid: string, source: BlockSource) {
  const origin = originOfHead(ulid, source);
  return { fileSystem: disk, dataDirectory: '/data', ulid, source, origin, pace: noPace };
}

const anySeries = fc
  .record({ a: fc.constantFrom('1', '2', '3'), times: fc.uniqueArray(fc.nat(60), { minLength: 1, maxLength: 30 }) })
  .map(({ a, times }) => ({ a, times: times.sort((x, y) => x - y) }));
const anyBlock = fc.uniqueArray(anySeries, { minLength: 1, maxLength: 3, selector: ({ a }) => a });
const anyDeletion = fc.record({
  block: fc.nat(3),
  a: fc.constantFrom('1', '2', '.+'),
  from: fc.nat(60),
  length: fc.nat(30),
});

describe('one block made of several', () => {
  test('has every sample of them once, but for those that were deleted', async () => {
    const property = fc.asyncProperty(
      fc.array(anyBlock, { minLength: 1, maxLength: 4 }),
      fc.array(anyDeletion, { maxLength: 3 }),
      async (given, deletions) => {
        const disk = new MemoryDisk();
        const blocks = [];
        for (const [i, series] of given.entries()) {
          const filled = series.map(({ a, times }) => ({
            labels: { a },
            samples: times.map((t): Sample => [t, t * 7]),
          }));
          await writeBlock(writing(disk, ulidOf(i), sourceOf(filled)));
          blocks.push(await openTestBlock(disk, `/data/${ulidOf(i)}`));
        }
        const expected = new Map<string, Set<number>>();
        for (const [i, series] of given.entries()) {
          const own = deletions.filter(({ block }) => block === i);
          for (const { a, from, length } of own) {
            const range = { startMs: from, endMs: from + length };
            await deleteFromBlock(
              blocks[i],
              { matchers: [createMatcher('=~', 'a', a)], range },
              { fileSystem: disk, pace: noPace },
            );
          }
          for (const { a, times } of series) {
            const isDeleted = (t: number) =>
              own.some((d) => new RegExp(`^${d.a}$`).test(a) && t >= d.from && t <= d.from + d.length);
            const kept = times.filter((t) => !isDeleted(t));
            if (kept.length > 0) expected.set(a, new Set([...(expected.get(a) ?? []), ...kept]));
          }
        }
        const source = new MergedSource(
          blocks.map((block) => new StoredSource(block.view, block.meta, noPace)),
          noPace,
        );
        const origin = originOfMerged(blocks.map(({ meta }) => meta));
        const meta = await writeBlock({ ...writing(disk, ulidOf(99), source), origin });
        if (meta === undefined) {
          expect(expected.size).toBe(0);
          expect(disk.directories.has(`/data/${ulidOf(99)}`)).toBe(false);
          return;
        }
        const lines = [...expected]
          .sort(([x], [y]) => (x < y ? -1 : 1))
          .map(([a, times]) => {
            const samples = [...times].sort((x, y) => x - y).map((t) => `${t * 7}@${t}`);
            return `${createLabels({ a }).toString()} ${samples.join(' ')}`;
          });
        const merged = await openTestBlock(disk, `/data/${ulidOf(99)}`);
        expect(await linesOf(merged.querier(noPace), ALL)).toEqual(lines);
        expect(meta.stats.numSamples).toBe([...expected.values()].reduce((sum, { size }) => sum + size, 0));
        expect(meta.compaction).toMatchObject({ level: 2, sources: blocks.map(({ ulid }) => ulid) });
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });

  test('leaves nothing behind when it is stopped, and says why', async () => {
    const disk = new MemoryDisk();
    disk.put('/data/x', new Uint8Array());
    const controller = new AbortController();
    const source = sourceOf([{ labels: { a: '1' }, samples: [[1, 1]] }]);
    controller.abort(new Error('closing'));
    await expect(writeBlock({ ...writing(disk, ulidOf(1), source), signal: controller.signal })).rejects.toThrow(
      'closing',
    );
    expect(await disk.list('/data')).toEqual(['x']);
  });
});

describe('chunks of one series', () => {
  const [first, second] = chunksOf(
    [
      [1, 1],
      [2, 2],
      [5, 5],
      [9, 9],
    ],
    2,
  );

  test('that are apart stay as they are, in the order of time', async () => {
    expect(await joinChunks([second, first], noPace)).toEqual([first, second]);
  });

  test('that are equal are one', async () => {
    expect(await joinChunks([first, second, first, second], noPace)).toEqual([first, second]);
  });

  test('that overlap are encoded anew; of one time the sample of the first stays', async () => {
    const [other] = chunksOf(
      [
        [2, 20],
        [3, 30],
      ],
      2,
    );
    expect(await joinChunks([first, other, second], noPace)).toEqual([
      ...chunksOf(
        [
          [1, 1],
          [2, 2],
          [3, 30],
        ],
        9,
      ),
      second,
    ]);
  });

  test('that cannot be decoded can be copied, but not merged', async () => {
    const histogram = { ...first, encoding: 2 };
    expect(await joinChunks([histogram, second], noPace)).toEqual([histogram, second]);
    await expect(joinChunks([histogram, first], noPace)).rejects.toMatchObject({
      code: 'unsupported_chunk_encoding',
      message: 'chunks of encoding 2 (native histogram) cannot be merged',
    });
  });

  test('are cut at 120 samples', async () => {
    const samples = Array.from({ length: 300 }, (_, i): Sample => [i, i]);
    const odd = samples.filter(([t]) => t % 2 === 1);
    const joined = await joinChunks([...chunksOf(samples, 1000), ...chunksOf(odd, 1000)], noPace);
    expect(joined.map(({ minTime, maxTime }) => [minTime, maxTime])).toEqual([
      [0, 119],
      [120, 239],
      [240, 299],
    ]);
  });
});
