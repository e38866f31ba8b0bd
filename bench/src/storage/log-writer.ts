import { createExpositionParser, type Labels, LabelsBuilder } from '@hearth/model';
import { openDb, type SeriesRef } from '@hearth/tsdb';
import { logWarnings } from '../support/log-warnings.ts';
import { PAGES, Page } from './page.ts';

export interface LogWriterOptions {
  readonly directory: string;
  readonly startMs: number;
  readonly scrapes: number;
  readonly intervalMs: number;
}

/** Writes a log of scrapes of all pages, and says how many samples it has. */
const { directory, startMs, scrapes, intervalMs } = JSON.parse(process.argv[2]!) as LogWriterOptions;

process.on('disconnect', () => process.exit(0));
const db = await openDb({ directory, log: logWarnings, compactsByItself: false });
const targets = Array.from({ length: PAGES }, (_, index) => {
  const page = new Page(index);
  return { page, labels: labelsOf(page, `service-${index}`), refs: [] as SeriesRef[] };
});
for (let scrape = 0; scrape < scrapes; scrape++) {
  const timestampMs = startMs + scrape * intervalMs;
  for (const target of targets) {
    const { page, labels, refs } = target;
    const appender = db.appender();
    if (refs.length === 0) for (const each of labels) refs.push(appender.seriesRef(each));
    for (let i = 0; i < refs.length; i++) appender.append(refs[i], timestampMs, page.values[i]);
    await appender.commit();
    page.advance();
  }
}
const samples = db.counters().head.samplesAppended;
await db.close();
process.send!({ samples });

function labelsOf(page: Page, instance: string): Labels[] {
  const parser = createExpositionParser(page.render(), 'prometheus-text');
  const labels: Labels[] = [];
  for (let entry = parser.next(); entry !== 'eof'; entry = parser.next()) {
    if (entry === 'series') labels.push(new LabelsBuilder(parser.labels()).set('instance', instance).build());
  }
  return labels;
}
