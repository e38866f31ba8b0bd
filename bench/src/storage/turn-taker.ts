import { readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createExpositionParser, createMatcher, type Labels, LabelsBuilder } from '@hearth/model';
import { type Db, openDb, type SeriesRef } from '@hearth/tsdb';
import { logWarnings } from '../support/log-warnings.ts';
import { PAGES, Page } from './page.ts';

/** Wall time is what others wait; the processor's time tells what of it was this thread's, and not that of other programs. */
export interface Turns {
  readonly work: string;
  readonly seconds: number;
  readonly longestMs: number;
  readonly over50Ms: number;
  readonly longestCpuMs: number;
  readonly over50CpuMs: number;
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
const targets = Array.from({ length: PAGES }, (_, index) => {
  const page = new Page(index);
  return { page, labels: labelsOf(page, `service-${index}`), refs: [] as SeriesRef[] };
});
await measure('scrapes of 10,000 new series each', () => scrape(db, 0));
await measure('scrapes of 10,000 series each', async () => {
  for (let count = 1; count < SCRAPES; count++) await scrape(db, count);
});
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
  const turns = { longestMs: 0, over50Ms: 0, longestCpuMs: 0, over50CpuMs: 0 };
  const start = performance.now();
  let [before, cpuBefore] = [start, cpuMs()];
  const done = run().finally(() => {
    isDone = true;
  });
  while (!isDone) {
    await nextTurn();
    const [now, cpuNow] = [performance.now(), cpuMs()];
    const [wall, cpu] = [now - before, cpuNow - cpuBefore];
    turns.longestMs = Math.max(turns.longestMs, wall);
    turns.longestCpuMs = Math.max(turns.longestCpuMs, cpu);
    if (wall > 50) turns.over50Ms++;
    if (cpu > 50) turns.over50CpuMs++;
    [before, cpuBefore] = [now, cpuNow];
  }
  await done;
  works.push({ work, seconds: (performance.now() - start) / 1000, ...turns });
}

/** What this thread has had of a processor (man 5 proc: the first field, in nanoseconds). */
function cpuMs(): number {
  return Number.parseInt(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1'), 10) / 1e6;
}

/** The values that come next are computed in turns of their own. */
async function scrape(into: Db, count: number): Promise<void> {
  for (const { page, labels, refs } of targets) {
    const appender = into.appender();
    if (refs.length === 0) for (const each of labels) refs.push(appender.seriesRef(each));
    for (let i = 0; i < refs.length; i++) appender.append(refs[i]!, startMs + count * INTERVAL_MS, page.values[i]!);
    await appender.commit();
    await nextTurn();
    page.advance();
    await nextTurn();
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
