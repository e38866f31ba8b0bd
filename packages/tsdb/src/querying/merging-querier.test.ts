import {
  compareLabels,
  compareUtf8,
  createLabels,
  createMatcher,
  type Labels,
  type Querier,
  type SeriesBatch,
} from '@hearth/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linesOf, type TestSeries } from '../db/testing/written-blocks.ts';
import { MergingQuerier } from './merging-querier.ts';

const ALL = { startMs: 0, endMs: 1000, matchers: [createMatcher('=~', 'a', '.*')] };
const pace = () => undefined;

/** A querier over samples in memory, with so many series in a batch, whose arrays are used again as they may be. */
function querierOf(series: readonly TestSeries[], perBatch: number): Querier & { isClosed: boolean } {
  const sorted = series
    .map(({ labels, samples }) => ({ labels: createLabels(labels), samples }))
    .sort((x, y) => compareLabels(x.labels, y.labels));
  const values = (pick: (labels: Labels) => string[]) =>
    [...new Set(sorted.flatMap(({ labels }) => pick(labels)))].sort(compareUtf8);
  return {
    warnings: ['w'],
    isClosed: false,
    async *select() {
      let before: SeriesBatch | undefined;
      for (let i = 0; i < sorted.length; i += perBatch) {
        before?.timestamps.fill(-1);
        const some = sorted.slice(i, i + perBatch);
        const samples = some.flatMap((each) => each.samples);
        let end = 0;
        before = {
          labels: some.map(({ labels }) => labels),
          offsets: Uint32Array.from([0, ...some.map((each) => (end += each.samples.length))]),
          timestamps: Float64Array.from(samples, ([time]) => time),
          values: Float64Array.from(samples, ([, value]) => value),
        };
        yield before;
      }
    },
    async *series() {
      for (let i = 0; i < sorted.length; i += perBatch) yield sorted.slice(i, i + perBatch).map(({ labels }) => labels);
    },
    labelNames: async () => values((labels) => [...labels].map(({ name }) => name)),
    labelValues: async (name) => values((labels) => (labels.has(name) ? [labels.get(name)] : [])),
    async close() {
      this.isClosed = true;
    },
  };
}

const anySeries = fc
  .tuple(fc.constantFrom('1', '2', '3', '4'), fc.constantFrom('', 'x'), fc.uniqueArray(fc.nat(40), { minLength: 1 }))
  .map(([a, b, times]) => ({ labels: { a, b }, times: times.sort((x, y) => x - y) }));
const anySource = fc.uniqueArray(anySeries, { maxLength: 6, selector: ({ labels }) => JSON.stringify(labels) });

describe('several queriers as one', () => {
  test('give each series once, and of each time the sample of the first that has one', async () => {
    const property = fc.asyncProperty(
      fc.array(anySource, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 3 }),
      async (sources, perBatch) => {
        const expected = new Map<string, { labels: Labels; samples: Map<number, number> }>();
        const queriers = sources.map((source, number) => {
          for (const { labels, times } of source) {
            const all = createLabels(labels);
            const { samples } = expected.get(all.key) ?? { samples: new Map<number, number>() };
            expected.set(all.key, { labels: all, samples });
            for (const time of times) if (!samples.has(time)) samples.set(time, number);
          }
          const series = source.map(({ labels, times }) => ({
            labels,
            samples: times.map((t) => [t, number] as const),
          }));
          return querierOf(series, perBatch);
        });
        const lines = [...expected.values()]
          .sort((x, y) => compareLabels(x.labels, y.labels))
          .map(({ labels, samples }) => {
            const sorted = [...samples].sort(([x], [y]) => x - y);
            return `${labels.toString()} ${sorted.map(([time, value]) => `${value}@${time}`).join(' ')}`;
          });
        const merged = new MergingQuerier(queriers, { pace });
        expect(await linesOf(merged, ALL)).toEqual(lines);
        const found: string[] = [];
        for await (const batch of merged.series(ALL)) found.push(...batch.map(String));
        expect(found).toEqual(lines.map((line) => line.slice(0, line.indexOf('}') + 1)));
        expect(await merged.labelValues('a', [])).toEqual(
          [...new Set(sources.flat().map(({ labels }) => labels.a))].sort(compareUtf8),
        );
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });

  test('keep the bits of staleness markers', async () => {
    const stale = Float64Array.of(0);
    new Uint32Array(stale.buffer).set([2, 0x7ff00000]);
    const labels = [createLabels({ a: '1' })];
    const batch = { labels, offsets: Uint32Array.of(0, 1), timestamps: Float64Array.of(7), values: stale };
    const marked: Querier = {
      ...querierOf([], 1),
      async *select() {
        yield batch;
      },
    };
    const other = querierOf(
      [
        {
          labels: { a: '1' },
          samples: [
            [3, 1],
            [9, 2],
          ],
        },
      ],
      1,
    );
    const merged = new MergingQuerier([marked, other], { pace });
    expect(await linesOf(merged, ALL)).toEqual(['{a="1"} 1@3 stale@7 2@9']);
  });

  test('close all, also when one of them cannot be closed', async () => {
    const good = querierOf([], 1);
    const bad: Querier = { ...querierOf([], 1), close: () => Promise.reject(new Error('stuck')) };
    const merged = new MergingQuerier([bad, good], { pace });
    await expect(merged.close()).rejects.toThrow('stuck');
    expect(good.isClosed).toBe(true);
    expect(merged.warnings).toEqual(['w', 'w']);
  });
});
