import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyDirectory } from '../../../packages/tsdb/src/index.ts';
import { createRandom } from '../generated-series.ts';
import { deletionOf, RETENTION_MS, SERIES_PER_SCRAPE, scrapeAt, scrapeTime } from './feed.ts';
import { type Inventory, takeInventory } from './inventory.ts';
import { openSmall } from './opened.ts';
import { prepareScrapers, type Scraper, type Scrapers } from './scraper.ts';

const SEED = Number(process.env.FAULTS_SEED ?? Date.now() % 1_000_000);
/** On a machine that is busy with other things. */
const LONGEST_MS = 300_000;
/** Longer than the program needs to replay what there is. */
const OPENING_MS = 80;
/** In which it makes several blocks. */
const RUN_MS = 200;

/** What is said after a process was killed: the log ends in a write that it did not finish. */
const USUAL_LINES = [/the last record was not written to its end/, /a record not written to its end/];

let scrapers: Scrapers;

beforeAll(async () => {
  scrapers = await prepareScrapers();
});

afterAll(() => scrapers.close());

/** What one data directory has been given so far. */
interface History {
  /** The last scrape of which it is known that it was committed. */
  committed: number;
  /** By number, whether it is known to be done. */
  readonly deletions: Map<number, boolean>;
}

interface Kill {
  /** Counted from when it begins, or from when it has opened the storage. */
  readonly fromStart: boolean;
  readonly afterMs: number;
}

async function runAndKill(scraper: Scraper, history: History, { fromStart, afterMs }: Kill): Promise<void> {
  scraper.begin(history.committed + 1);
  if (!fromStart) await scraper.untilOpened();
  const timer = setTimeout(() => scraper.kill(), afterMs);
  const { code, signal, lines, errors } = await scraper.untilEnded();
  clearTimeout(timer);
  expect({ code, signal, errors: unusual(errors) }).toEqual({ code: null, signal: 'SIGKILL', errors: [] });
  note(history, lines);
}

/** Adds what the program has printed. */
function note(history: History, lines: readonly string[]): void {
  for (const line of lines) {
    const [word, number] = line.split(' ');
    if (word === 'deletes') history.deletions.set(Number(number), false);
    else if (word === 'deleted') history.deletions.set(Number(number), true);
    else if (/^\d+$/.test(word)) history.committed = Number(word);
  }
}

function unusual(lines: readonly string[]): string[] {
  return lines.filter((line) => !USUAL_LINES.some((usual) => usual.test(line)));
}

/** Opens what is left, and compares all that is in it with what was committed. */
async function check(data: string, history: History): Promise<void> {
  const { db, complaints } = await openSmall(data);
  try {
    const newest = Math.max(-Infinity, ...db.blocks().map(({ meta }) => meta.maxTime));
    const first = Math.max(1, scrapeAt(newest - RETENTION_MS) ?? 1);
    const found = await takeInventory(db, history.committed + 1);
    expect({ wrong: found.wrong, warnings: found.warnings, complaints: unusual(complaints()) }).toEqual({
      wrong: [],
      warnings: [],
      complaints: [],
    });
    expect(lost(found, history, first)).toEqual([]);
    const underWay = found.countOf(history.committed + 1);
    expect([0, SERIES_PER_SCRAPE]).toContain(underWay);
    if (underWay > 0) history.committed++;
  } finally {
    await db.close();
  }
  expect((await readdir(data)).filter((name) => /tmp|unreadable|stale/.test(name))).toEqual([]);
}

/** Samples that are missing though they were committed, or there though they were deleted. */
function lost(found: Inventory, { committed, deletions }: History, first: number): string[] {
  const complaints: string[] = [];
  for (let n = first; n <= committed; n++) {
    for (let i = 0; i < SERIES_PER_SCRAPE; i++) {
      const deletion = deletionOf(n, i);
      const isDeleted = deletion === undefined ? undefined : deletions.get(deletion);
      if (isDeleted === undefined && !found.has(n, i)) complaints.push(`sample ${i} of scrape ${n} is missing`);
      if (isDeleted === true && found.has(n, i)) complaints.push(`sample ${i} of scrape ${n} is back`);
    }
  }
  return complaints.slice(0, 10);
}

async function findingsIn(data: string): Promise<string[]> {
  const findings: string[] = [];
  for await (const { place, problem } of verifyDirectory(data)) findings.push(`${place}: ${problem}`);
  return findings;
}

describe(`a process that is killed (seed ${SEED})`, () => {
  const random = createRandom(SEED);

  async function killAndCheck(data: string, times: number): Promise<History> {
    const history: History = { committed: 0, deletions: new Map() };
    // Loading a program takes longer than all else, so the next one does it while the directory is checked.
    let next = scrapers.start(data);
    for (let kill = 1; kill <= times; kill++) {
      const fromStart = random() < 0.25;
      await runAndKill(next, history, { fromStart, afterMs: random() * (fromStart ? OPENING_MS : RUN_MS) });
      if (kill < times) next = scrapers.start(data);
      await check(data, history);
    }
    expect(await findingsIn(data)).toEqual([]);
    return history;
  }

  test(
    '170 times over one directory leaves all that was committed, and nothing else',
    async () => {
      const history = await killAndCheck(join(scrapers.directory, 'one'), 170);
      expect(scrapeTime(history.committed) - scrapeTime(0)).toBeGreaterThan(3 * RETENTION_MS);
    },
    LONGEST_MS,
  );

  test('3 times over each of 10 new directories', async () => {
    for (let fresh = 0; fresh < 10; fresh++) await killAndCheck(join(scrapers.directory, `fresh-${fresh}`), 3);
  });
});
