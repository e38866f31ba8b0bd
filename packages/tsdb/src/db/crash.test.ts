import { createLabels, createMatcher } from '@hearth/model';
import { ulid } from 'ulid';
import { describe, expect, test } from 'vitest';
import { MemoryDisk } from '../wal/testing/memory-disk.ts';
import type { Db } from './db.ts';
import { openDb } from './open-db.ts';
import { createManualClock, createMemoryHost } from './testing/memory-host.ts';
import { linesOf, noPace } from './testing/written-blocks.ts';

const ALL = { startMs: 0, endMs: 1e9, matchers: [] };

let count = 0;

async function open(disk: MemoryDisk, run: number): Promise<Db> {
  const host = createMemoryHost(disk);
  host.processes.set(100, `run ${run}`);
  return openDb({
    directory: '/data',
    log: () => {},
    host,
    clock: createManualClock(0),
    pace: noPace,
    createUlid: () => ulid(1_700_000_000_000 + count++),
    minBlockRangeMs: 1000,
    maxBlockRangeMs: 9000,
    retentionMs: 0,
    compactsByItself: false,
  });
}

async function append(db: Db, from: number, to: number): Promise<void> {
  for (let time = from; time < to; time += 250) {
    const appender = db.appender();
    for (const s of ['a', 'b']) appender.append(appender.seriesRef(createLabels({ s })), time, time);
    await appender.commit();
  }
}

/** Every line, and that no sample is in it twice. */
async function query(db: Db): Promise<string[]> {
  const querier = await db.querier(ALL);
  const lines = await linesOf(querier, ALL);
  expect(querier.warnings).toEqual([]);
  await querier.close();
  return lines;
}

async function withoutCare(work: () => Promise<unknown>): Promise<boolean> {
  const [result] = await Promise.allSettled([work()]);
  return result.status === 'fulfilled';
}

/**
 * Does the work again and again on copies of a disk that stops at its first, second, third, … change, and opens what is
 * left. Returns at how many it was stopped.
 */
async function stopAtEach(
  disk: MemoryDisk,
  work: (db: Db) => Promise<void>,
  check: (db: Db, lines: string[]) => void,
): Promise<number> {
  for (let stopAt = 1; ; stopAt++) {
    const copy = disk.clone();
    const db = await open(copy, 1);
    let changes = 0;
    copy.faults.failing = (operation) => {
      const isChange = ['rename', 'remove', 'write', 'truncate', 'makeDirectory', 'syncDirectory'].includes(operation);
      if (isChange) changes++;
      return changes >= stopAt ? 'EIO' : undefined;
    };
    const isDone = await withoutCare(() => work(db));
    const left = copy.clone();
    await withoutCare(() => db.close());
    if (isDone) return stopAt - 1;
    const again = await open(left, 2);
    check(again, await query(again));
    await again.compact();
    check(again, await query(again));
    await again.close();
    const names = await left.list('/data');
    expect(names.filter((name) => name.includes('tmp'))).toEqual([]);
  }
}

describe('a process that ends at any moment', () => {
  test('of a compaction loses nothing and leaves nothing twice', async () => {
    const disk = new MemoryDisk();
    const db = await open(disk, 0);
    await append(db, 0, 3500);
    await db.compact();
    await append(db, 3500, 6000);
    const expected = await query(db);
    await db.close();
    const stops = await stopAtEach(
      disk,
      (each) => each.compact(),
      (_, lines) => expect(lines).toEqual(expected),
    );
    expect(stops).toBeGreaterThan(60);
  });

  test('of a deletion has deleted all, part or nothing, and nothing else', async () => {
    const disk = new MemoryDisk();
    const db = await open(disk, 0);
    await append(db, 0, 3500);
    await db.compact();
    const before = new Set((await query(db)).flatMap((line) => line.split(' ')));
    await db.close();
    const stops = await stopAtEach(
      disk,
      async (each) => {
        await each.deleteSeries([createMatcher('=', 's', 'a')], { startMs: 0, endMs: 5000 });
        await each.cleanTombstones();
      },
      (_, lines) => {
        const b = lines.find((line) => line.includes('"b"'));
        expect(b?.split(' ')).toHaveLength(15);
        for (const part of lines.flatMap((line) => line.split(' '))) expect(before.has(part)).toBe(true);
      },
    );
    expect(stops).toBeGreaterThan(20);
  });
});
