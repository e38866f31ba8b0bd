import { compareLabels, createLabels, type Labels } from '@hearth/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openBlock } from '../block/block.ts';
import { StoredBlock } from '../db/stored-block.ts';
import { linesOf, noPace, type TestSeries, ulidOf, writeTestBlock } from '../db/testing/written-blocks.ts';
import type { Pace } from '../file/pace.ts';
import { PageCache } from '../file/page-cache.ts';
import { MemoryDisk } from '../wal/testing/memory-disk.ts';
import { MergingQuerier } from './merging-querier.ts';

const alwaysRests: Pace = () => Promise.resolve();

const anySeries = fc
  .tuple(fc.constantFrom('1', '2', '3', '4', '5'), fc.uniqueArray(fc.nat(60), { minLength: 1, maxLength: 30 }))
  .map(([a, times]) => ({ a, times: times.sort((x, y) => x - y) }));
const anyBlock = fc.uniqueArray(anySeries, { minLength: 1, maxLength: 5, selector: ({ a }) => a });

describe('blocks that are read as one', () => {
  test.each([
    ['with all of them in memory', 1 << 20, noPace],
    ['with a page or two in memory, and rests wherever there can be one', 100, alwaysRests],
  ])('give what they hold, %s', async (_name, budgetBytes, pace) => {
    const property = fc.asyncProperty(
      fc.array(anyBlock, { minLength: 1, maxLength: 4 }),
      fc.nat(60),
      fc.nat(60),
      async (blocks, from, length) => {
        const range = { startMs: from, endMs: from + length };
        const { querier, close } = await open(blocks.map(seriesOf), { budgetBytes, pace });
        const all = { ...range, matchers: [] };
        const expected = expectedLines(blocks.map(seriesOf), range);
        expect(await linesOf(querier, all)).toEqual(expected);
        expect(await linesOf(querier, all)).toEqual(expected);
        expect(querier.warnings).toEqual([]);
        await close();
      },
    );
    await fc.assert(property, { numRuns: 100 });
  });

  test('are left alone from where the reader stops', async () => {
    const { querier, close } = await open([[{ labels: { a: '1' }, samples: [[1, 1]] }]], {
      budgetBytes: 100,
      pace: noPace,
    });
    for await (const { labels } of querier.select({ startMs: 0, endMs: 9, matchers: [] })) {
      expect(labels).toHaveLength(1);
      break;
    }
    await close();
  });
});

function seriesOf(block: readonly { readonly a: string; readonly times: readonly number[] }[], number: number) {
  return block.map(
    ({ a, times }): TestSeries => ({ labels: { a }, samples: times.map((time) => [time, 100 * number + time]) }),
  );
}

async function open(
  blocks: readonly (readonly TestSeries[])[],
  { budgetBytes, pace }: { readonly budgetBytes: number; readonly pace: Pace },
) {
  const disk = new MemoryDisk();
  disk.put('/data/x', new Uint8Array());
  const cache = new PageCache({ budgetBytes, pageBytes: 64 });
  const opened: StoredBlock[] = [];
  for (const [i, series] of blocks.entries()) {
    await writeTestBlock(disk, '/data', { ulid: ulidOf(i), series });
    const directory = `/data/${ulidOf(i)}`;
    opened.push(new StoredBlock(await openBlock({ fileSystem: disk, directory, cache, pace: noPace })));
  }
  const querier = new MergingQuerier(
    opened.map((block) => block.querier(pace)),
    { pace },
  );
  const close = async () => {
    await querier.close();
    for (const block of opened) await block.retire();
  };
  return { querier, close };
}

/** Of each time the sample of the first block that has one. */
function expectedLines(
  blocks: readonly (readonly TestSeries[])[],
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): string[] {
  const found = new Map<string, { readonly labels: Labels; readonly samples: Map<number, number> }>();
  for (const series of blocks.flat()) {
    const labels = createLabels(series.labels);
    const { samples } = found.get(labels.key) ?? { samples: new Map<number, number>() };
    for (const [time, value] of series.samples) {
      if (time >= startMs && time <= endMs && !samples.has(time)) samples.set(time, value);
    }
    found.set(labels.key, { labels, samples });
  }
  return [...found.values()]
    .filter(({ samples }) => samples.size > 0)
    .sort((x, y) => compareLabels(x.labels, y.labels))
    .map(({ labels, samples }) => {
      const sorted = [...samples].sort(([x], [y]) => x - y);
      return `${labels.toString()} ${sorted.map(([time, value]) => `${value}@${time}`).join(' ')}`;
    });
}
