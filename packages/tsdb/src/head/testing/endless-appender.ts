import { writeSync } from 'node:fs';
import { nodeFileSystem } from '../../file/node-file-system.ts';
import { PageCache } from '../../file/page-cache.ts';
import { createPace } from '../../wal/node-pace.ts';
import { openHead } from '../open-head.ts';
import { SERIES_PER_SCRAPE, scrapedLabels, scrapedValue, scrapeTime } from './endless-scrapes.ts';

/**
 * A program that commits scrapes until it is killed: it opens the head in the directory that is its first argument, goes on
 * with the scrape that the second one numbers, and prints each number once its commit was accepted. Now and then it truncates
 * what is more than the scrapes of the third argument old.
 */
const [directory, first, kept] = process.argv.slice(2);
const head = await openHead({
  directory,
  fileSystem: nodeFileSystem,
  cache: new PageCache({ budgetBytes: 1024 * 1024 }),
  pace: createPace(),
  walSegmentBytes: 256 * 1024,
  warn: (message) => process.stderr.write(`${message}\n`),
});

for (let n = Number(first); ; n++) {
  const appender = head.appender();
  for (let i = 0; i < SERIES_PER_SCRAPE; i++) {
    appender.append(appender.seriesRef(scrapedLabels(n, i)), scrapeTime(n), scrapedValue(n, i));
  }
  await appender.commit();
  writeSync(1, `${n}\n`);
  if (n % 100 === 0) await head.truncate(scrapeTime(n - Number(kept)));
}
