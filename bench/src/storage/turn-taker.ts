import { setImmediate as nextTurn } from 'node:timers/promises';
import { createExpositionParser, createMatcher, type Labels, LabelsBuilder } from '@hearth/model';
import { type Db, openDb, type SeriesRef } from '@hearth/tsdb';
import { logWarnings } from '../support/log-warnings.ts';
import { PAGES, Page } from './page.ts';

export interface Turns {
  readonly work: string;
  readonly seconds: number;
  readonly longestMs: number;
  readonly over20Ms: number;
  readonly over50Ms: number;
}

const INTERVAL_MS = 120_000;
const HOUR_MS = 3_600_000;
/** Nine hours and a half: of the blocks of two hours, three become one. */
const SCRAPES = (9.5 * HOUR_MS) / INTERVAL_MS;

const { directory } = JSON.parse(process.argv[2]!) as { readonly directory: string };
process.on('disconnect', () => process.exit(0));

const works: Turns[] = [];
const startMs = Math.floor(Date.now() / (24 * HOUR_MS)) * 24 * HOUR_MS;
const range = { startMs, endMs: startMs + 24 * HOUR_MS };
let db = await open();
await measure('scrapes', () => scrape(db));
await measure('selects, all of the head', () => readAll(db));
await measure('head to blocks, checkpoints, three blocks to one', () => db.compact());
await measure('selects, blocks and head', () => readAll(db));
await measure('names and values, by an expression', () => readNames(db));
await measure('deletion of four in ten series', () => {
  return db.deleteSeries([createMatcher('=~', '__name__', 'service_operations_.*')], range);
});
await measure('clean-up of what was deleted', () => db.cleanTombstones());
await measure('snapshot, with the head', () => db.snapshot({ withHead: true }));
await db.close();
await measure('replay', async () => {
  db = await open();
});
await db.close();
process.send!({ works });

function open(): Promise<Db> {
  return openDb({ directory, log: logWarnings, compactsByItself: false });
}

/** Takes the time of every turn of the event loop until the work is done. */
async function measure(work: string, run: () => Promise<unknown>): Promise<void> {
  let isDone = false;
  let longestMs = 0;
  let over20Ms = 0;
  let over50Ms = 0;
  const start = performance.now();
  const done = run().finally(() => {
    isDone = true;
  });
  let before = start;
  while (!isDone) {
    await nextTurn();
    const now = performance.now();
    longestMs = Math.max(longestMs, now - before);
    if (now - before > 20) over20Ms++;
    if (now - before > 50) over50Ms++;
    before = now;
  }
  await done;
  works.push({ work, seconds: (performance.now() - start) / 1000, longestMs, over20Ms, over50Ms });
}

async function scrape(into: Db): Promise<void> {
  const targets = Array.from({ length: PAGES }, (_, index) => {
    const page = new Page(index);
    return { page, labels: labelsOf(page, `service-${index}`), refs: [] as SeriesRef[] };
  });
  for (let count = 0; count < SCRAPES; count++) {
    for (const { page, labels, refs } of targets) {
      const appender = into.appender();
      if (refs.length === 0) for (const each of labels) refs.push(appender.seriesRef(each));
      for (let i = 0; i < refs.length; i++) appender.append(refs[i]!, startMs + count * INTERVAL_MS, page.values[i]!);
      await appender.commit();
      page.advance();
    }
  }
}

async function readAll(from: Db): Promise<void> {
  const querier = await from.querier(range);
  for await (const _ of querier.select({ ...range, matchers: [createMatcher('=~', 'instance', '.+')] }));
  await querier.close();
}

async function readNames(from: Db): Promise<void> {
  const querier = await from.querier(range);
  const matchers = [createMatcher('=~', 'route', '.*shops.*section-[0-9]*7')];
  await querier.labelNames(matchers);
  await querier.labelValues('instance', matchers);
  await querier.close();
}

function labelsOf(page: Page, instance: string): Labels[] {
  const parser = createExpositionParser(page.render(), 'prometheus-text');
  const labels: Labels[] = [];
  for (let entry = parser.next(); entry !== 'eof'; entry = parser.next()) {
    if (entry === 'series') labels.push(new LabelsBuilder(parser.labels()).set('instance', instance).build());
  }
  return labels;
}
