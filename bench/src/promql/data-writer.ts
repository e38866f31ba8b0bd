import { openDb, type SeriesRef } from '@hearth/tsdb';
import { logWarnings } from '../support/log-warnings.ts';
import { recordFleet } from './fleet.ts';
import { SCRAPES, START_MS, STEP_MS } from './period.ts';

export interface DataWriterOptions {
  readonly directory: string;
}

const SCRAPES_PER_HOUR = 240;

/** Writes the fleet into a data directory, compacted hour by hour as a running server does, and says how many samples it has. */
const { directory } = JSON.parse(process.argv[2]!) as DataWriterOptions;

process.on('disconnect', () => process.exit(0));
const db = await openDb({ directory, log: logWarnings, compactsByItself: false, retentionMs: 0 });
const fleet = recordFleet();
let refs: readonly SeriesRef[] = [];
for (let scrape = 0; scrape < SCRAPES; scrape++) {
  const appender = db.appender();
  if (scrape === 0) refs = fleet.map(({ labels }) => appender.seriesRef(labels));
  for (const [i, { phaseMs, values }] of fleet.entries()) {
    if (Number.isNaN(values[scrape])) continue;
    const refusal = appender.append(refs[i]!, START_MS + scrape * STEP_MS + phaseMs, values[scrape]!);
    if (refusal !== undefined) throw new Error(`a sample was refused: ${refusal}`);
  }
  await appender.commit();
  if (scrape % SCRAPES_PER_HOUR === SCRAPES_PER_HOUR - 1) await db.compact();
}
const samples = db.counters().head.samplesAppended;
await db.close();
process.send!({ samples });
