import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createMatcher } from '@hearth/model';
import { openDb, systemClock } from '../../../packages/tsdb/src/index.ts';
import { BLOCK_MS, commitScrape, deletedAfter, SMALL, scrapeTime } from './feed.ts';

/**
 * A program that scrapes until it is killed, and compacts all the while: it opens the storage in the directory that is its
 * argument, goes on with the scrape that the first line of its input numbers, and prints each number once its commit was
 * accepted. Now and then it deletes samples, and prints `deletes n` before and `deleted n` after.
 */
const [directory] = process.argv.slice(2);
const [firstLine] = await once(createInterface({ input: process.stdin }), 'line');
const first = Number(firstLine);
/** By how much scrapes may be ahead of the blocks: a slow disk makes them wait. */
const MAX_AHEAD_MS = 3 * BLOCK_MS;

let now = scrapeTime(first);
const db = await openDb({
  directory,
  ...SMALL,
  reserveBytes: 0,
  compactsByItself: false,
  clock: { now: () => now, after: systemClock.after },
  log: ({ level, message }) => {
    if (level !== 'info') process.stderr.write(`${level}: ${message}\n`);
  },
});
writeSync(1, 'open\n');

let compacting: Promise<void> | undefined;
for (let n = first; ; n++) {
  now = scrapeTime(n);
  await commitScrape(db, n);
  writeSync(1, `${n}\n`);
  const deleted = deletedAfter(n);
  if (deleted !== undefined) {
    const [from, to] = deleted;
    writeSync(1, `deletes ${n}\n`);
    await db.deleteSeries([createMatcher('=', 'i', '0')], { startMs: scrapeTime(from), endMs: scrapeTime(to) });
    writeSync(1, `deleted ${n}\n`);
  }
  compacting ??= db.compact().finally(() => {
    compacting = undefined;
  });
  const newest = Math.max(scrapeTime(0), ...db.blocks().map(({ meta }) => meta.maxTime));
  if (now - newest > MAX_AHEAD_MS) await compacting;
}
