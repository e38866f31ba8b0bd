import { setImmediate } from 'node:timers/promises';
import { createLabels, createMatcher } from '@hearth/model';
import fc from 'fast-check';
import { ulid } from 'ulid';
import { describe, expect, test } from 'vitest';
import type { Db, DbOptions } from './db.ts';
import type { DbLogLine } from './db-log.ts';
import { openDb } from './open-db.ts';
import { createManualClock, createMemoryHost, type MemoryHost } from './testing/memory-host.ts';
import { linesOf, noPace, ulidOf, writeTestBlock } from './testing/written-blocks.ts';

const ALL = { startMs: 0, endMs: 1e9, matchers: [] };
const RANGE = 1000;

interface Opened {
  readonly db: Db;
  readonly log: DbLogLine[];
  readonly clock: ReturnType<typeof createManualClock>;
}

/** A storage whose blocks are a second long, then three, nine and 27. */
async function open(host: MemoryHost, options: Partial<DbOptions> = {}): Promise<Opened> {
  const log: DbLogLine[] = [];
  const clock = createManualClock(1_700_000_000_000);
  let count = 0;
  const db = await openDb({
    directory: '/data',
    log: (line) => log.push(line),
    host,
    clock,
    pace: noPace,
    createUlid: () => ulid(1_700_000_000_000 + host.fileSystem.operations.length * 1000 + count++),
    minBlockRangeMs: RANGE,
    maxBlockRangeMs: 27 * RANGE,
    retentionMs: 0,
    walSegmentBytes: 128 * 1024,
    compactsByItself: false,
    ...options,
  });
  return { db, log, clock };
}

type Sample = readonly [series: string, timestampMs: number, value: number];

/** Those that were taken. */
async function append(db: Db, samples: readonly Sample[]): Promise<Sample[]> {
  const appender = db.appender();
  const taken = samples.filter(
    ([series, time, value]) =>
      appender.append(appender.seriesRef(createLabels({ s: series })), time, value) === undefined,
  );
  await appender.commit();
  return taken;
}

async function query(db: Db, selection: Parameters<typeof linesOf>[1] = ALL): Promise<string[]> {
  const querier = await db.querier(selection);
  try {
    const lines = await linesOf(querier, selection);
    expect(querier.warnings).toEqual([]);
    return lines;
  } finally {
    await querier.close();
  }
}

/** What was appended and not deleted. */
class NaiveDb {
  readonly series = new Map<string, Map<number, number>>();

  add(samples: readonly Sample[]): void {
    for (const [series, time, value] of samples) {
      const own = this.series.get(series) ?? new Map<number, number>();
      this.series.set(series, own.set(time, value));
    }
  }

  delete(pattern: RegExp, from: number, to: number): void {
    for (const [series, own] of this.series) {
      if (!pattern.test(series)) continue;
      for (const time of own.keys()) if (time >= from && time <= to) own.delete(time);
    }
  }

  lines(from = -Infinity, to = Infinity): string[] {
    return [...this.series]
      .map(([series, own]) => ({ series, samples: [...own].filter(([time]) => time >= from && time <= to) }))
      .filter(({ samples }) => samples.length > 0)
      .sort((a, b) => (a.series < b.series ? -1 : 1))
      .map(({ series, samples }) => {
        const sorted = samples.sort(([a], [b]) => a - b).map(([time, value]) => `${value}@${time}`);
        return `{s="${series}"} ${sorted.join(' ')}`;
      });
  }
}

const anyStep = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      by: fc.nat(900),
      series: fc.subarray(['a', 'b', 'c', 'd'], { minLength: 1 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('delete' as const),
      from: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.nat(3000),
      pattern: fc.constantFrom('a', 'a|b', '.+'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('compact' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clean' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('query' as const),
      from: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.nat(5000),
    }),
  },
);

describe('the storage', () => {
  test('gives what was appended and not deleted, whatever is done to it', async () => {
    let mostBlocks = 0;
    const property = fc.asyncProperty(
      fc.array(anyStep, { minLength: 10, maxLength: 120, size: 'max' }),
      async (steps) => {
        let host = createMemoryHost();
        let { db } = await open(host);
        const naive = new NaiveDb();
        let now = 1000;
        for (const [i, step] of steps.entries()) {
          switch (step.kind) {
            case 'append':
              now += step.by;
              naive.add(
                await append(
                  db,
                  step.series.map((series) => [series, now, i] as const),
                ),
              );
              break;
            case 'delete': {
              const from = Math.floor(step.from * now);
              const matchers = [createMatcher('=~', 's', step.pattern)];
              await db.deleteSeries(matchers, { startMs: from, endMs: from + step.length });
              naive.delete(new RegExp(`^(${step.pattern})$`), from, from + step.length);
              break;
            }
            case 'compact':
              await db.compact();
              break;
            case 'clean':
              await db.cleanTombstones();
              // All but the newest, if nothing would be left of that.
              expect(
                db
                  .blocks()
                  .slice(0, -1)
                  .every(({ meta }) => meta.stats.numTombstones === 0),
              ).toBe(true);
              break;
            case 'reopen':
              await db.close();
              ({ db } = await open(host));
              break;
            case 'kill':
              host = createMemoryHost(host.fileSystem.clone());
              host.processes.set(100, `boot ${i + 2}`);
              await db.close();
              ({ db } = await open(host));
              break;
            case 'query': {
              const from = Math.floor(step.from * now);
              const range = { startMs: from, endMs: from + step.length, matchers: [] };
              expect(await query(db, range)).toEqual(naive.lines(from, from + step.length));
              break;
            }
          }
          mostBlocks = Math.max(mostBlocks, db.blocks().length);
        }
        expect(await query(db)).toEqual(naive.lines());
        await db.close();
      },
    );
    await fc.assert(property, { numRuns: 25 });
    expect(mostBlocks).toBeGreaterThan(3);
  }, 60_000);

  test('does not find again in the log what was deleted with a whole block', async () => {
    const host = createMemoryHost();
    const first = await open(host);
    await append(first.db, [['a', 1000, 1]]);
    await append(first.db, [['b', 2600, 2]]);
    await first.db.compact();
    await first.db.deleteSeries([createMatcher('=', 's', 'a')], { startMs: 0, endMs: 2000 });
    await first.db.cleanTombstones();
    await first.db.close();
    const { db } = await open(host);
    expect(await query(db)).toEqual(['{s="b"} 2@2600']);
    await db.close();
  });

  test('does not find again in the log what was deleted before it came into a block', async () => {
    const host = createMemoryHost();
    const first = await open(host);
    await append(first.db, [['a', 1000, 1]]);
    await first.db.deleteSeries([createMatcher('=', 's', 'a')], { startMs: 0, endMs: 2000 });
    await append(first.db, [['b', 2600, 2]]);
    await first.db.compact();
    expect(first.db.blocks()).toEqual([]);
    await append(first.db, [['a', 3600, 3]]);
    await append(first.db, [['a', 4600, 4]]);
    await first.db.compact();
    expect(first.db.blocks().map(({ meta }) => [meta.minTime, meta.maxTime])).toEqual([[2000, 3000]]);
    await first.db.close();
    const { db } = await open(host);
    expect(await query(db)).toEqual(['{s="a"} 3@3600 4@4600', '{s="b"} 2@2600']);
    await db.close();
  });

  test('makes larger blocks of blocks, and drops the smaller ones', async () => {
    const host = createMemoryHost();
    const { db } = await open(host);
    const naive = new NaiveDb();
    for (let time = 0; time < 40_000; time += 100) {
      naive.add(
        await append(db, [
          ['a', time, time],
          ['b', time, -time],
        ]),
      );
      if (time % 1000 === 0) await db.compact();
    }
    const blocks = db.blocks().map(({ meta }) => `${meta.compaction.level}: ${meta.minTime}-${meta.maxTime}`);
    expect(blocks).toEqual(['4: 0-27000', '3: 27000-36000', '1: 36000-37000', '1: 37000-38000']);
    expect(await query(db)).toEqual(naive.lines());
    expect((await host.fileSystem.list('/data')).length).toBe(4 + 3);
    await db.close();
  });

  test('compacts by itself, every minute', async () => {
    const { db, clock } = await open(createMemoryHost(), { compactsByItself: true });
    for (let time = 0; time < 3000; time += 100) await append(db, [['a', time, 1]]);
    expect(db.blocks()).toHaveLength(0);
    clock.advance(59_999);
    clock.advance(1);
    // Waits for its turn behind the compaction that has begun.
    await db.cleanTombstones();
    expect(db.blocks()).toHaveLength(2);
    await db.close();
  });

  test('removes what is beyond retention, and does not find it again', async () => {
    const host = createMemoryHost();
    const options = { retentionMs: 5000, maxBlockRangeMs: RANGE };
    let { db } = await open(host, options);
    for (let time = 0; time < 20_000; time += 100) {
      await append(db, [['a', time, time]]);
      if (time % 1000 === 0) await db.compact();
    }
    expect(db.blocks().map(({ meta }) => meta.minTime)).toEqual([13_000, 14_000, 15_000, 16_000, 17_000]);
    expect(db.counters().blocksBeyondRetention).toBe(13);
    await db.close();
    ({ db } = await open(host, options));
    const [line] = await query(db);
    expect(line).toMatch(/^\{s="a"\} 13000@13000 /);
    await db.close();
  });

  test('keeps what a querier sees while blocks are compacted and removed', async () => {
    const { db } = await open(createMemoryHost());
    for (let time = 0; time < 3000; time += 100) await append(db, [['a', time, time]]);
    await db.compact();
    const querier = await db.querier({ startMs: 0, endMs: 1500 });
    const before = await linesOf(querier, { ...ALL, endMs: 1500 });
    for (let time = 3000; time < 8000; time += 100) await append(db, [['a', time, time]]);
    await db.deleteSeries([createMatcher('=', 's', 'a')], { startMs: 0, endMs: 800 });
    await db.compact();
    expect(await linesOf(querier, { ...ALL, endMs: 1500 })).toEqual(before);
    expect(await query(db, { ...ALL, endMs: 1000 })).toEqual(['{s="a"} 900@900 1000@1000']);
    await querier.close();
    await db.close();
  });

  test('closes queriers that are open, which then say so', async () => {
    const { db } = await open(createMemoryHost());
    const series = Array.from({ length: 3000 }, (_, i): Sample => [`a${i}`, 1, 1]);
    await append(db, series);
    const querier = await db.querier(ALL);
    const batches = querier.select(ALL)[Symbol.asyncIterator]();
    await batches.next();
    await db.close();
    await db.close();
    await expect(batches.next()).rejects.toMatchObject({ code: 'closed' });
    expect(() => db.appender()).toThrow('the storage was closed');
    await expect(db.querier(ALL)).rejects.toMatchObject({ code: 'closed' });
    await expect(db.compact()).rejects.toMatchObject({ code: 'closed' });
  });

  test('ends a compaction when it is closed, also one that waits for a querier', async () => {
    const host = createMemoryHost();
    const { db } = await open(host);
    for (let time = 0; time < 3000; time += 100) await append(db, [['a', time, time]]);
    const all = await query(db);
    await db.querier(ALL);
    const compacting = db.compact();
    const waiting = db.cleanTombstones();
    while (db.blocks().length === 0) await setImmediate();
    await Promise.all([db.close(), compacting, expect(waiting).rejects.toMatchObject({ code: 'closed' })]);
    expect((await host.fileSystem.list('/data')).filter((name) => name.includes('tmp') || name === 'lock')).toEqual([]);
    const again = await open(host);
    expect(await query(again.db)).toEqual(all);
    await again.db.close();
  });

  test('rests while it compacts: at least once for every few series', async () => {
    const host = createMemoryHost();
    let rests = 0;
    const { db } = await open(host, { pace: () => void rests++ });
    const series = Array.from({ length: 500 }, (_, i) => `s${i}`);
    for (const time of [0, 900, 1900, 2900])
      await append(
        db,
        series.map((each): Sample => [each, time, 1]),
      );
    rests = 0;
    await db.compact();
    expect(db.blocks()).toHaveLength(1);
    expect(rests).toBeGreaterThan(500);
    await db.close();
  });

  test('refuses a range that ends before it begins', async () => {
    const { db } = await open(createMemoryHost());
    await expect(db.querier({ startMs: 2, endMs: 1 })).rejects.toMatchObject({ code: 'bad_range' });
    await expect(db.deleteSeries([], { startMs: 0, endMs: Number.NaN })).rejects.toMatchObject({ code: 'bad_range' });
    await db.close();
  });

  test('refuses a directory that another process has', async () => {
    const host = createMemoryHost();
    const { db } = await open(host);
    await expect(open(host)).rejects.toMatchObject({ code: 'locked' });
    await db.close();
    await (await open(host)).db.close();
  });

  test('makes a snapshot that is a data directory itself', async () => {
    const host = createMemoryHost();
    const { db } = await open(host);
    for (let time = 0; time < 5000; time += 100) await append(db, [['a', time, time]]);
    await db.compact();
    const name = await db.snapshot({ withHead: true });
    expect(name).toMatch(/^20231114T221320Z-[0-9a-f]{16}$/);
    const all = await query(db);
    await append(db, [['a', 5000, 5000]]);
    const { db: copy } = await open(host, { directory: `/data/snapshots/${name}` });
    expect(await query(copy)).toEqual(all);
    await copy.close();
    const withoutHead = await db.snapshot({ withHead: false });
    expect(await host.fileSystem.list(`/data/snapshots/${withoutHead}`)).toHaveLength(db.blocks().length);
    await db.close();
  });

  test('joins blocks that overlap before all else', async () => {
    const host = createMemoryHost();
    const { db } = await open(host);
    for (let i = 0; i < 3; i++) {
      const samples = [100, 200 + i].map((time) => [time, i] as const);
      const times = { minTime: 0, maxTime: 1000 };
      await writeTestBlock(host.fileSystem, '/data', {
        ulid: ulidOf(i),
        series: [{ labels: { s: 'a' }, samples }],
        times,
      });
    }
    await db.compact();
    expect(db.blocks().map(({ meta }) => meta.compaction.parents.length)).toEqual([3]);
    expect(await query(db)).toEqual(['{s="a"} 0@100 0@200 1@201 2@202']);
    await db.close();
  });

  test('marks blocks that cannot be compacted, goes on with others, and still gives what can be read', async () => {
    const host = createMemoryHost();
    for (let i = 0; i < 2; i++) {
      const series = [
        {
          labels: { s: 'a' },
          samples: [
            [100 + i, 1],
            [200, 2],
          ] as const,
        },
      ];
      await writeTestBlock(host.fileSystem, '/data', { ulid: ulidOf(i), series });
    }
    host.fileSystem.content(`/data/${ulidOf(1)}/chunks/000001`)[14] ^= 1;
    const { db } = await open(host);
    await expect(db.compact()).rejects.toThrow('corruption');
    expect(db.blocks().map(({ meta }) => meta.compaction.failed)).toEqual([true, true]);
    await db.compact();
    expect(db.counters().failedCompactions).toBe(1);
    const querier = await db.querier(ALL);
    expect(await linesOf(querier, ALL)).toEqual(['{s="a"} 1@100 2@200']);
    expect(querier.warnings).toHaveLength(1);
    await db.close();
  });

  test.each(['EROFS', 'ENOSPC'])(
    'opens a directory that cannot be written (%s) for queries, and leaves it as it is',
    async (code) => {
      const host = createMemoryHost();
      const writer = await open(host);
      for (let time = 0; time < 5000; time += 100) await append(writer.db, [['a', time, time]]);
      await writer.db.compact();
      const all = await query(writer.db);
      await writer.db.close();
      const changing = ['makeDirectory', 'rename', 'copy', 'remove', 'write', 'truncate', 'sync', 'syncDirectory'];
      const before = new Map([...host.fileSystem.files].map(([path, { content }]) => [path, content.toString('hex')]));
      host.fileSystem.faults.failing = (operation, path) =>
        changing.includes(operation) && path !== '/data' ? code : undefined;
      const readOnly = createMemoryHost(host.fileSystem, {
        createExclusively: () => Promise.reject(Object.assign(new Error('no lock'), { code })),
      });
      const { db, log } = await open(readOnly);
      expect(db.isReadOnly).toBe(true);
      expect(log[0]).toEqual({
        level: 'warn',
        message: '/data cannot be written and is opened for queries only: no lock',
      });
      expect(await query(db)).toEqual(all);
      expect(() => db.appender()).toThrow('opened for queries only');
      await expect(db.compact()).rejects.toMatchObject({ code: 'read_only' });
      await db.close();
      const after = new Map([...host.fileSystem.files].map(([path, { content }]) => [path, content.toString('hex')]));
      expect(after).toEqual(before);
    },
  );

  test('goes on with queries when the disk is full, and takes samples again when it is not', async () => {
    const host = createMemoryHost();
    const { db } = await open(host);
    await append(db, [['a', 1, 1]]);
    host.fileSystem.faults.freeBytes = 0;
    await expect(append(db, [['a', 2, 2]])).rejects.toMatchObject({ code: 'disk_full' });
    expect(await query(db)).toEqual(['{s="a"} 1@1']);
    delete host.fileSystem.faults.freeBytes;
    await append(db, [['a', 3, 3]]);
    expect(await query(db)).toEqual(['{s="a"} 1@1 3@3']);
    await db.close();
  });

  test('hides and removes nothing when a digit of a meta.json flips', async () => {
    const host = createMemoryHost();
    const writer = await open(host);
    for (let time = 0; time < 5000; time += 100) await append(writer.db, [['a', time, time]]);
    await writer.db.compact();
    const all = await query(writer.db);
    const newest = writer.db.blocks().at(-1)!.meta;
    await writer.db.close();
    const path = `/data/${newest.ulid}/meta.json`;
    const text = host.fileSystem.content(path).toString();
    for (const time of [newest.minTime, newest.maxTime]) {
      for (const changed of [9_000_000 + time, time + 500, time + 1, time - 1, time - 400]) {
        const other = createMemoryHost(host.fileSystem.clone());
        other.fileSystem.put(path, Buffer.from(text.replace(`Time": ${time},`, `Time": ${changed},`)));
        const { db, log } = await open(other, { retentionMs: 100_000 });
        expect(await query(db)).toEqual(all);
        await db.compact();
        expect(await query(db)).toEqual(all);
        expect(other.fileSystem.content(`${path}.corrupt`).toString()).toContain(`Time": ${changed},`);
        expect(log.map(({ message }) => message)).toEqual([
          expect.stringMatching(
            `^${path} is not as it was written; what the block holds is taken from its index: samples .* as ${path}.corrupt$`,
          ),
        ]);
        await db.close();
        const again = await open(other, { retentionMs: 100_000 });
        expect([await query(again.db), again.log]).toEqual([all, []]);
        await again.db.close();
      }
    }
  });
});
