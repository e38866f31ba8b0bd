import { wordsOf } from '@hearth/model';
import type { Db } from '../../../packages/tsdb/src/index.ts';
import { SERIES_PER_SCRAPE, scrapeAt, scrapedLabels, scrapedWords } from './feed.ts';

const EVERYTHING = { startMs: 0, endMs: 8e15, matchers: [] };
/** Enough to see what is wrong. */
const MAX_WRONG = 10;

/** What a storage answers, compared with the scrapes of `feed.ts`. */
export interface Inventory {
  /** Samples that were never offered, or not with these bits; times that do not rise. Must be empty. */
  readonly wrong: readonly string[];
  readonly warnings: readonly string[];
  readonly samples: number;
  has(n: number, i: number): boolean;
  /** How many samples of a scrape there are. */
  countOf(n: number): number;
  /** The scrapes between two numbers, both included, that are not there as a whole. */
  incomplete(from: number, to: number): readonly number[];
}

/** Reads all that a storage has. `offered` is the highest number of a scrape that can be in it. */
export async function takeInventory(db: Db, offered: number): Promise<Inventory> {
  const wrong: string[] = [];
  const found = new Uint8Array((offered + 1) * SERIES_PER_SCRAPE);
  let samples = 0;
  const complain = (text: string) => wrong.length < MAX_WRONG && wrong.push(text);
  const querier = await db.querier(EVERYTHING);
  try {
    for await (const { labels, offsets, timestamps, values } of querier.select(EVERYTHING)) {
      const words = wordsOf(values);
      for (const [s, each] of labels.entries()) {
        const i = Number(each.get('i'));
        for (let at = offsets[s]; at < offsets[s + 1]; at++) {
          samples++;
          const n = scrapeAt(timestamps[at]);
          const place = `${each.toString()} at ${timestamps[at]}`;
          if (n === undefined || n > offered || !(i < SERIES_PER_SCRAPE) || scrapedLabels(n, i).key !== each.key) {
            complain(`${place} was never offered`);
            continue;
          }
          const [low, high] = scrapedWords(n, i);
          if (words[2 * at] !== low || words[2 * at + 1] !== high) {
            complain(
              `${place} (scrape ${n}) is ${hex(words[2 * at + 1])} ${hex(words[2 * at])}, not ${hex(high)} ${hex(low)}`,
            );
          }
          if (at > offsets[s] && timestamps[at - 1] >= timestamps[at]) complain(`${place} comes after a later time`);
          found[n * SERIES_PER_SCRAPE + i] = 1;
        }
      }
    }
  } finally {
    await querier.close();
  }
  const countOf = (n: number) =>
    found.subarray(n * SERIES_PER_SCRAPE, (n + 1) * SERIES_PER_SCRAPE).reduce((a, b) => a + b, 0);
  return {
    wrong,
    warnings: querier.warnings,
    samples,
    has: (n, i) => found[n * SERIES_PER_SCRAPE + i] === 1,
    countOf,
    incomplete: (from, to) => numbers(from, to).filter((n) => countOf(n) !== SERIES_PER_SCRAPE),
  };
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, k) => from + k);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
