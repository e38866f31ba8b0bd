import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createManualClock } from '../../../packages/tsdb/src/db/testing/memory-host.ts';
import type { AppendRefusal, Db } from '../../../packages/tsdb/src/index.ts';
import { BLOCK_MS, offerScrape, SERIES_PER_SCRAPE, STEP_MS, scrapeAt, scrapeTime } from './feed.ts';
import { takeInventory } from './inventory.ts';
import { type Opened, openSmall } from './opened.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hearth-faults-clock-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

type Clock = ReturnType<typeof createManualClock>;

/** Keeps blocks for a week, and names them by the clock. */
function open(clock: Clock): Promise<Opened> {
  return openSmall(directory, { clock, retentionMs: 7 * DAY_MS });
}

/** Scrapes every second by the clock, and compacts every minute. */
async function scrapeFor(
  db: Db,
  clock: Clock,
  scrapes: number,
  taken: Set<number>,
): Promise<ReadonlySet<AppendRefusal>> {
  const refusals = new Set<AppendRefusal>();
  for (let k = 0; k < scrapes; k++) {
    clock.advance(STEP_MS);
    const n = scrapeAt(clock.now())!;
    const refused = await offerScrape(db, n);
    if (refused.length === 0) taken.add(n);
    for (const refusal of refused) refusals.add(refusal);
    if (n % (BLOCK_MS / STEP_MS) === 0) await db.compact();
  }
  return refusals;
}

/** There is what was taken, as it was, and nothing else. */
async function expectTaken(db: Db, taken: ReadonlySet<number>): Promise<void> {
  const last = Math.max(...taken);
  const found = await takeInventory(db, last);
  expect(found.wrong).toEqual([]);
  expect(found.warnings).toEqual([]);
  expect([...taken].filter((n) => found.countOf(n) !== SERIES_PER_SCRAPE)).toEqual([]);
  expect(found.samples).toBe(taken.size * SERIES_PER_SCRAPE);
}

async function expectTakenAfterRestart({ db, complaints }: Opened, clock: Clock, taken: ReadonlySet<number>) {
  expect(complaints()).toEqual([]);
  await db.close();
  const again = await open(clock);
  await expectTaken(again.db, taken);
  expect(again.complaints()).toEqual([]);
  return again;
}

describe('a clock that jumps', () => {
  test('back by an hour: what comes too early is refused until the time is made up, and nothing else is lost', async () => {
    const clock = createManualClock(scrapeTime(4 * 3600));
    const taken = new Set<number>();
    const opened = await open(clock);
    await scrapeFor(opened.db, clock, 400, taken);
    clock.advance(-HOUR_MS);
    const refusals = await scrapeFor(opened.db, clock, 200, taken);
    expect(refusals).toEqual(new Set(['out_of_bounds']));
    expect(taken.size).toBe(400);
    await expectTaken(opened.db, taken);

    const again = await expectTakenAfterRestart(opened, clock, taken);
    expect(await scrapeFor(again.db, clock, 10, taken)).toEqual(new Set(['out_of_bounds']));
    clock.advance(HOUR_MS - 210 * STEP_MS);
    expect(await scrapeFor(again.db, clock, 400, taken)).toEqual(new Set());
    expect(taken.size).toBe(800);
    await expectTaken(again.db, taken);
    await (await expectTakenAfterRestart(again, clock, taken)).db.close();
  });

  test('forward by a day, and back again: all of it stays, and it goes on when that day has passed', async () => {
    const clock = createManualClock(scrapeTime(0));
    const taken = new Set<number>();
    const opened = await open(clock);
    await scrapeFor(opened.db, clock, 400, taken);
    clock.advance(DAY_MS);
    expect(await scrapeFor(opened.db, clock, 200, taken)).toEqual(new Set());
    clock.advance(-DAY_MS);
    expect(await scrapeFor(opened.db, clock, 100, taken)).toEqual(new Set(['out_of_bounds']));
    expect(taken.size).toBe(600);
    await expectTaken(opened.db, taken);

    const again = await expectTakenAfterRestart(opened, clock, taken);
    clock.advance(DAY_MS);
    expect(await scrapeFor(again.db, clock, 400, taken)).toEqual(new Set());
    await expectTaken(again.db, taken);
    await (await expectTakenAfterRestart(again, clock, taken)).db.close();
  });
});
