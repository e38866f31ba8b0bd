import { type Db, type DbLogLine, type DbOptions, openDb, systemClock } from '../../../packages/tsdb/src/index.ts';
import { SMALL, scrapeTime } from './feed.ts';

export interface Opened {
  readonly db: Db;
  readonly lines: readonly DbLogLine[];
  /** What it said about losses and failures. */
  complaints(): readonly string[];
}

/** A storage with the small ranges of `feed.ts`, which compacts when it is told to. */
export async function openSmall(directory: string, options: Partial<DbOptions> = {}): Promise<Opened> {
  const lines: DbLogLine[] = [];
  let ticks = 0;
  const db = await openDb({
    directory,
    ...SMALL,
    reserveBytes: 0,
    compactsByItself: false,
    // Blocks that are made later have later names.
    clock: { now: () => scrapeTime(0) + ticks++, after: systemClock.after },
    log: (line) => lines.push(line),
    ...options,
  });
  return {
    db,
    lines,
    complaints: () => lines.filter(({ level }) => level !== 'info').map(({ message }) => message),
  };
}
