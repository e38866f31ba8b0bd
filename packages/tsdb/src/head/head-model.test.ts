import { createMatcher, type Labels, type Querier } from '@hearth/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MemoryDisk } from '../wal/testing/memory-disk.ts';
import type { Head } from './head.ts';
import { HeadModel, readAll } from './testing/head-model.ts';
import { ALL, named, openSmallHead } from './testing/small-head.ts';

const RANGE = 10_000;
const SERIES = ['a', 'b', 'c', 'd', 'e'].flatMap((name) => ['', '1', '2'].map((x) => named(name, { x, y: name + x })));
const MATCHERS = [
  ALL,
  [createMatcher('=', '__name__', 'b')],
  [createMatcher('!=', 'x', '1')],
  [createMatcher('=~', 'y', 'a.|b'), createMatcher('!~', 'x', '2|')],
  [createMatcher('=', 'x', '')],
];

type Step =
  | {
      readonly kind: 'commit' | 'rollback';
      readonly series: readonly number[];
      readonly step: number;
      readonly count: number;
    }
  | { readonly kind: 'read' | 'delete'; readonly matchers: number; readonly from: number; readonly length: number }
  | { readonly kind: 'truncate'; readonly back: number }
  | { readonly kind: 'view' | 'reopen' };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('commit' as const, 'commit' as const, 'rollback' as const),
      series: fc.uniqueArray(fc.nat(SERIES.length - 1), { minLength: 1, maxLength: 6 }),
      step: fc.integer({ min: -20, max: 400 }),
      count: fc.integer({ min: 1, max: 40 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('read' as const, 'read' as const, 'delete' as const),
      matchers: fc.nat(MATCHERS.length - 1),
      from: fc.nat(20_000),
      length: fc.nat(20_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('truncate' as const), back: fc.nat(15_000) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('view' as const, 'reopen' as const) }) },
);

/** The head under test beside the model, with the time of the newest sample. */
class Pair {
  readonly disk = new MemoryDisk();
  readonly model = new HeadModel();
  readonly refs = new Map<string, number>();
  head!: Head;
  now = 100_000;
  floor = -Infinity;
  warnings: string[] = [];
  /** A querier that stays open over other steps, and what it has to hold. */
  view: { readonly querier: Querier; readonly held: Record<string, string[]> } | undefined;

  async #openView(): Promise<void> {
    await this.closeView();
    this.view = { querier: this.head.querier({ startMs: 0, endMs: 1e9 }), held: this.model.read(ALL, 0, 1e9) };
  }

  /** Whatever came later: what was there is there. */
  async closeView(): Promise<void> {
    if (this.view === undefined) return;
    const { querier, held } = this.view;
    this.view = undefined;
    const found = await readAll(querier, ALL, 0, 1e9);
    await querier.close();
    for (const [series, samples] of Object.entries(held))
      expect(found[series]).toEqual(expect.arrayContaining(samples));
  }

  async reopen(): Promise<void> {
    await this.closeView();
    if (this.head !== undefined) await this.head.close();
    this.refs.clear();
    this.head = await openSmallHead(this.disk, {
      chunkRangeMs: RANGE,
      minValidTimeMs: this.floor,
      warn: (message) => this.warnings.push(message),
    });
  }

  async run(step: Step): Promise<void> {
    switch (step.kind) {
      case 'commit':
      case 'rollback':
        return this.#append(step);
      case 'read':
        return this.#read(step);
      case 'delete':
        return this.#delete(step);
      case 'truncate':
        return this.#truncate(step);
      case 'view':
        return this.#openView();
      case 'reopen':
        return this.reopen();
    }
  }

  async #delete({ matchers, from, length }: Extract<Step, { from: number }>): Promise<void> {
    await this.closeView();
    const range = { startMs: 90_000 + from, endMs: 90_000 + from + length };
    await this.head.deleteSeries(MATCHERS[matchers], range);
    this.model.delete(MATCHERS[matchers], range.startMs, range.endMs);
  }

  async #truncate({ back }: Extract<Step, { back: number }>): Promise<void> {
    this.floor = Math.max(this.floor, this.now - back);
    const truncated = this.head.truncate(this.floor);
    this.model.delete([], -Infinity, this.floor - 1);
    await this.check(0, 0, 1e9);
    await this.closeView();
    await truncated;
  }

  async #append({ kind, series, step, count }: Extract<Step, { step: number }>): Promise<void> {
    const appender = this.head.appender();
    const taken: { labels: Labels; time: number; value: number }[] = [];
    let time = this.now;
    for (let i = 0; i < count; i++) {
      time += step;
      for (const each of series) {
        const labels = SERIES[each];
        const value = (i * each) % 7;
        const refusal = this.#appendOne(appender, labels, { time, value });
        if (refusal === undefined) taken.push({ labels, time, value });
        else expect(['out_of_order', 'out_of_bounds', 'duplicate_timestamp']).toContain(refusal);
      }
    }
    if (kind === 'rollback') return appender.rollback();
    await appender.commit();
    const before = this.model;
    for (const { labels, time: at, value } of taken)
      before.add(labels, { time: at, value: value === 6 ? 'stale' : String(value) });
    this.now = Math.max(this.now, ...taken.map((each) => each.time));
  }

  #appendOne(appender: ReturnType<Head['appender']>, labels: Labels, { time, value }: { time: number; value: number }) {
    const ref = this.refs.get(labels.key) ?? appender.seriesRef(labels);
    this.refs.set(labels.key, ref);
    const append = (to: number) => (value === 6 ? appender.appendStale(to, time) : appender.append(to, time, value));
    const refusal = append(ref);
    if (refusal !== 'unknown_series') return refusal;
    const again = appender.seriesRef(labels);
    this.refs.set(labels.key, again);
    return append(again);
  }

  async #read({ matchers, from, length }: Extract<Step, { from: number }>): Promise<void> {
    const [startMs, endMs] = [90_000 + from, 90_000 + from + length];
    await this.check(matchers, startMs, endMs);
  }

  async check(matchers: number, startMs: number, endMs: number): Promise<void> {
    const querier = this.head.querier({ startMs, endMs });
    const found = await readAll(querier, MATCHERS[matchers], startMs, endMs);
    await querier.close();
    expect(querier.warnings).toEqual([]);
    expect(found).toEqual(this.model.read(MATCHERS[matchers], startMs, endMs));
  }
}

test('a head does what a Map of arrays would, over any sequence of steps', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 40, size: 'max' }), async (steps) => {
      const pair = new Pair();
      await pair.reopen();
      for (const step of steps) await pair.run(step);
      for (const matchers of MATCHERS.keys()) await pair.check(matchers, 0, 1e9);
      await pair.reopen();
      for (const matchers of MATCHERS.keys()) await pair.check(matchers, 0, 1e9);
      await pair.head.close();
      expect(pair.warnings).toEqual([]);
    }),
    { numRuns: 150 },
  );
}, 60_000);
