import { SCRAPES, START_MS, STEP_MS } from './period.ts';

const MISSED_SCRAPES = 2;

interface Range {
  readonly from: number;
  readonly to: number;
  readonly isInteger: boolean;
  /** How likely it is to be what it was at the last scrape. */
  readonly stays?: number;
}

/** Makes what one target tells over all scrapes. NaN stands for no sample: the scrapes that failed while it restarted. */
export interface Generators {
  /** Grows by this much between two scrapes on average, in whole numbers; not at all now and then. */
  counter(perScrape: number): Float64Array;
  /** Wanders within a range. */
  gauge(range: Range): Float64Array;
  constant(value: number): Float64Array;
  /** Counts of each bucket, cumulative, and the sum. */
  histogram(
    bounds: readonly number[],
    perScrape: number,
  ): { readonly buckets: Float64Array[]; readonly sum: Float64Array };
  /** In seconds. */
  startTime(): Float64Array;
  /** What the one who scrapes writes: there at every scrape. */
  up(): Float64Array;
}

/** For a target that starts anew at each of the scrapes `restarts`, by rising number. */
export function createGenerators(random: () => number, restarts: readonly number[]): Generators {
  const isMissed = (scrape: number) => restarts.some((at) => scrape >= at && scrape < at + MISSED_SCRAPES);
  const columnOf = (valueAt: (scrape: number) => number): Float64Array =>
    Float64Array.from({ length: SCRAPES }, (_, scrape) => (isMissed(scrape) ? Number.NaN : valueAt(scrape)));
  return {
    counter(perScrape) {
      let value = Math.floor(random() * 1000 * perScrape);
      return columnOf((scrape) => {
        if (restarts.includes(scrape - MISSED_SCRAPES)) value = 0;
        value += Math.floor(2 * perScrape * random() + random());
        return value;
      });
    },
    gauge({ from, to, isInteger, stays = 0.3 }) {
      let value = from + (to - from) * random();
      return columnOf(() => {
        if (random() >= stays) value += (to - from) * 0.05 * (random() - 0.5);
        value = Math.min(to, Math.max(from, value));
        return isInteger ? Math.round(value) : value;
      });
    },
    constant: (value) => columnOf(() => value),
    histogram(bounds, perScrape) {
      const counts = new Float64Array(bounds.length);
      const buckets = bounds.map(() => new Float64Array(SCRAPES).fill(Number.NaN));
      let seconds = 0;
      const sum = columnOf((scrape) => {
        if (restarts.includes(scrape - MISSED_SCRAPES)) {
          counts.fill(0);
          seconds = 0;
        }
        for (let n = Math.floor(2 * perScrape * random()); n > 0; n--) {
          const duration = 0.003 * 10 ** (random() ** 2 * 3.2);
          seconds += duration;
          for (let i = bounds.length - 1; i >= 0 && duration <= bounds[i]!; i--) counts[i]!++;
        }
        for (const [i, column] of buckets.entries()) column[scrape] = counts[i]!;
        return seconds;
      });
      return { buckets, sum };
    },
    startTime() {
      let seconds = START_MS / 1000 - 86_400 * random();
      return columnOf((scrape) => {
        if (restarts.includes(scrape - MISSED_SCRAPES)) seconds = (START_MS + scrape * STEP_MS) / 1000 - random() * 10;
        return seconds;
      });
    },
    up: () => Float64Array.from({ length: SCRAPES }, (_, scrape) => (isMissed(scrape) ? 0 : 1)),
  };
}
