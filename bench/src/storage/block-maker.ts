import { readFile } from 'node:fs/promises';
import { createExpositionParser, createLabels } from '@hearth/model';
import { type Appender, openDb, type SeriesRef } from '@hearth/tsdb';
import { logWarnings } from '../support/log-warnings.ts';

export interface BlockMakerOptions {
  readonly directory: string;
  /** OpenMetrics with a timestamp on each line, by rising time, within one range of two hours. */
  readonly file: string;
}

const THREE_HOURS_MS = 3 * 60 * 60 * 1000;

/** Makes one block of what a file has, and says where it is. */
const { directory, file } = JSON.parse(process.argv[2]!) as BlockMakerOptions;

process.on('disconnect', () => process.exit(0));
const db = await openDb({ directory, log: logWarnings, compactsByItself: false });
const newest = await appendAll(await readFile(file));
// A head is cut when it has more than three hours: one sample of another series stands for those to come.
const later = db.appender();
later.append(later.seriesRef(createLabels([['__name__', 'later']])), newest + THREE_HOURS_MS, 0);
await later.commit();
await db.compact();
const [block] = db.blocks();
await db.close();
process.send!({ block: `${directory}/${block!.meta.ulid}` });

/** A transaction for each time. Returns the last one. */
async function appendAll(text: Uint8Array): Promise<number> {
  const refs = new Map<string, SeriesRef>();
  const parser = createExpositionParser(text, 'openmetrics');
  let appender: Appender = db.appender();
  let time = Number.NaN;
  for (let entry = parser.next(); entry !== 'eof'; entry = parser.next()) {
    if (entry !== 'series') continue;
    if (parser.timestampMs !== time) {
      await appender.commit();
      appender = db.appender();
      time = parser.timestampMs!;
    }
    const key = Buffer.from(parser.seriesBytes()).toString('latin1');
    const ref = refs.get(key) ?? appender.seriesRef(parser.labels());
    refs.set(key, ref);
    const refusal = appender.append(ref, time, parser.value);
    if (refusal !== undefined) throw new Error(`a sample was refused: ${refusal}`);
  }
  await appender.commit();
  return time;
}
