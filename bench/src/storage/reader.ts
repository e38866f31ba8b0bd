import { createLabels, createMatcher, type Queryable } from '@hearth/model';
import { type Db, openDb, type SeriesRef } from '@hearth/tsdb';
import { logWarnings } from '../support/log-warnings.ts';
import { createRandom } from '../support/random.ts';

export interface ReaderOptions {
  readonly directory: string;
  /** How long the blocks are that the samples go into. */
  readonly blockRangeMs: number;
  /** Where the six hours begin, after a multiple of a day. */
  readonly offsetMs: number;
  /** Whether a sample of much later turns them into blocks before anything is read. */
  readonly hasLater: boolean;
  /** Whether blocks are made before anything is read. */
  readonly compacts: boolean;
  readonly rounds: number;
}

/** Nanoseconds of each round: per sample of all six hours, and per series of which the last five minutes are read. */
export type ReadTimes = Readonly<Record<Kind | 'all' | 'recent', readonly number[]>>;

export type Kind = 'constant' | 'counter' | 'gauge';

const KINDS: readonly Kind[] = ['constant', 'counter', 'gauge'];
const SERIES = 1000;
const SAMPLES = 1440;
/** Rounds that do not count, for the compiler. */
const WARM_UP_ROUNDS = 4;
const RECENT_SAMPLES = 20;
const INTERVAL_MS = 15_000;
const HOUR_MS = 3_600_000;

/** Writes six hours of a thousand series, reads them again and again, and says how long that takes. */
const { directory, blockRangeMs, offsetMs, hasLater, compacts, rounds } = JSON.parse(process.argv[2]!) as ReaderOptions;

process.on('disconnect', () => process.exit(0));
const db = await openDb({ directory, log: logWarnings, compactsByItself: false, minBlockRangeMs: blockRangeMs });
const startMs = Math.floor(Date.now() / (24 * HOUR_MS)) * 24 * HOUR_MS + offsetMs;
await write(db);
if (compacts) await db.compact();
const times: Record<keyof ReadTimes, number[]> = { constant: [], counter: [], gauge: [], all: [], recent: [] };
for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
  for (const kind of [...KINDS, 'all'] as const) {
    const time = await read(db, kind);
    if (round >= 0) times[kind].push(time);
  }
  const time = await read(db, 'recent');
  if (round >= 0) times.recent.push(time);
}
const blocks = db.blocks().length;
await db.close();
process.send!({ times, blocks });

async function write(into: Db): Promise<void> {
  const random = createRandom(1);
  const refs: SeriesRef[] = [];
  const values = new Float64Array(SERIES);
  for (let scrape = 0; scrape < SAMPLES; scrape++) {
    const appender = into.appender();
    for (let i = 0; i < SERIES; i++) {
      const kind = KINDS[i % KINDS.length];
      if (scrape === 0) {
        refs.push(
          appender.seriesRef(
            createLabels({ __name__: `read_${kind}`, instance: `10.0.0.${i}:9100`, job: 'read', kind }),
          ),
        );
      }
      if (kind === 'counter') values[i] += Math.floor(random() * 20);
      if (kind === 'gauge') values[i] = Math.abs(values[i] + random() - 0.45);
      appender.append(refs[i]!, startMs + scrape * INTERVAL_MS, values[i]!);
    }
    await appender.commit();
  }
  if (!hasLater) return;
  const appender = into.appender();
  appender.append(appender.seriesRef(createLabels({ __name__: 'later' })), startMs + 2 * SAMPLES * INTERVAL_MS, 0);
  await appender.commit();
}

async function read(from: Queryable, what: keyof ReadTimes): Promise<number> {
  const isRecent = what === 'recent';
  const perSeries = isRecent ? RECENT_SAMPLES : SAMPLES;
  const range = { startMs: startMs + (SAMPLES - perSeries) * INTERVAL_MS, endMs: startMs + SAMPLES * INTERVAL_MS };
  const matcher = isRecent || what === 'all' ? createMatcher('=', 'job', 'read') : createMatcher('=', 'kind', what);
  const start = performance.now();
  const querier = await from.querier(range);
  let samples = 0;
  for await (const { offsets, labels } of querier.select({ ...range, matchers: [matcher] })) {
    samples += offsets[labels.length]!;
  }
  await querier.close();
  const elapsedNs = (performance.now() - start) * 1e6;
  const kinds = KINDS.filter((_, i) => matcher.name === 'job' || KINDS[i] === what);
  const series = kinds.reduce((sum, kind) => sum + Math.ceil((SERIES - KINDS.indexOf(kind)) / KINDS.length), 0);
  if (samples !== series * perSeries) throw new Error(`BUG: ${samples} samples were read of ${series * perSeries}`);
  return elapsedNs / (isRecent ? series : samples);
}
