import { createLabels, type Labels, wordsOf } from '@hearth/model';
import type { AppendRefusal, Db, DbOptions } from '../../../packages/tsdb/src/index.ts';

/**
 * A scrape a second of simulated time, in which every sample follows from its number: so whoever reads it knows what must
 * be there, bit by bit, with nothing to remember.
 */
export const SERIES_PER_SCRAPE = 15;
export const STEP_MS = 1000;
export const BLOCK_MS = 60_000;
export const RETENTION_MS = 20 * BLOCK_MS;
/** On the border of a block. */
const START_MS = 1_700_000_040_000;
/** Every fifth series ends after so many scrapes, with a staleness marker, and another one begins. */
const LIFE = 150;
const DELETION_EVERY = 200;
const ODD_VALUES = [Number.NaN, Infinity, -Infinity, -0, 5e-324, Number.MAX_VALUE, 0.1 + 0.2];

/** The words of a float64, low one first. */
export type Words = readonly [low: number, high: number];

const labelsByLife = new Map<number, Labels>();

const scratch = new Float64Array(1);
const scratchWords = wordsOf(scratch);

const STALE: Words = [2, 0x7ff00000];
const NAN: Words = [1, 0x7ff80000];

/** Small ranges and files, so that all that a storage does happens within a second. */
export const SMALL: Pick<DbOptions, 'minBlockRangeMs' | 'maxBlockRangeMs' | 'retentionMs' | 'walSegmentBytes'> = {
  minBlockRangeMs: BLOCK_MS,
  maxBlockRangeMs: 9 * BLOCK_MS,
  retentionMs: RETENTION_MS,
  walSegmentBytes: 64 * 1024,
};

export function scrapeTime(n: number): number {
  return START_MS + n * STEP_MS;
}

/** The number of the scrape at a time, if there is one. */
export function scrapeAt(timestampMs: number): number | undefined {
  const n = (timestampMs - START_MS) / STEP_MS;
  return Number.isInteger(n) && n >= 0 ? n : undefined;
}

export function scrapedLabels(n: number, i: number): Labels {
  const life = isMortal(i) ? Math.floor(n / LIFE) : 0;
  const known = labelsByLife.get(life * SERIES_PER_SCRAPE + i);
  if (known !== undefined) return known;
  const labels = createLabels({
    __name__: `metric_${i % 3}`,
    i: String(i),
    ...(isMortal(i) && { life: String(life) }),
  });
  labelsByLife.set(life * SERIES_PER_SCRAPE + i, labels);
  return labels;
}

export function scrapedWords(n: number, i: number): Words {
  if (isLastOfLife(n, i)) return STALE;
  const value = scrapedValue(n, i);
  if (Number.isNaN(value)) return NAN;
  scratch[0] = value;
  return [scratchWords[0], scratchWords[1]];
}

/** A transaction with the n-th scrape. Resolves to why samples of it were not taken. */
export async function offerScrape(db: Db, n: number): Promise<readonly AppendRefusal[]> {
  const appender = db.appender();
  const refusals: AppendRefusal[] = [];
  for (let i = 0; i < SERIES_PER_SCRAPE; i++) {
    const ref = appender.seriesRef(scrapedLabels(n, i));
    const refusal = isLastOfLife(n, i)
      ? appender.appendStale(ref, scrapeTime(n))
      : appender.append(ref, scrapeTime(n), scrapedValue(n, i));
    if (refusal !== undefined) refusals.push(refusal);
  }
  await appender.commit();
  return refusals;
}

/** The same, where all samples must be taken. */
export async function commitScrape(db: Db, n: number): Promise<void> {
  const refusals = await offerScrape(db, n);
  if (refusals.length > 0) throw new Error(`scrape ${n}: ${refusals.join(', ')}`);
}

/** Scrapes with these numbers, both included. */
export async function commitScrapes(db: Db, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n++) await commitScrape(db, n);
}

function isMortal(i: number): boolean {
  return i % 5 === 4;
}

function isLastOfLife(n: number, i: number): boolean {
  return isMortal(i) && n % LIFE === LIFE - 1;
}

/**
 * Some samples are deleted: those of series 0 in ten scrapes of every two hundred. Which deletion that is, by the number of
 * the scrape after which it is made.
 */
export function deletionOf(n: number, i: number): number | undefined {
  const place = n % DELETION_EVERY;
  return i === 0 && place >= 100 && place < 110 ? n - place + 140 : undefined;
}

/** The first and the last scrape of which a sample is deleted after scrape `n`, if any is. */
export function deletedAfter(n: number): readonly [first: number, last: number] | undefined {
  return n % DELETION_EVERY === 140 ? [n - 40, n - 31] : undefined;
}

/** A constant, a counter, a float, an odd value. */
function scrapedValue(n: number, i: number): number {
  const values = [42, n * (i + 1), Math.sqrt(n * (i + 1)), ODD_VALUES[(n + i) % ODD_VALUES.length]];
  return values[i % 5] ?? n;
}
