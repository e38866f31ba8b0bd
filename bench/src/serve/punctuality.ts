import type { Arrivals } from './target-server.ts';

export interface Punctuality {
  readonly scrapes: number;
  /** Scrapes that should have been and were not. */
  readonly missing: number;
  /** Of all scrapes, by how many milliseconds at most: the median, 99 of 100, all. */
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly longestMs: number;
}

/** How late scrapes are. A target's time within the interval is that of its earliest scrape. */
export function punctualityOf(arrivals: Arrivals, intervalMs: number): Punctuality {
  const delays: number[] = [];
  let missing = 0;
  for (const times of Object.values(arrivals)) {
    const first = times[0]!;
    const late = times.map((time) => {
      const distance = (time - first) / intervalMs;
      return (distance - Math.round(distance)) * intervalMs;
    });
    const earliest = Math.min(...late);
    delays.push(...late.map((ms) => ms - earliest));
    missing += Math.round((times.at(-1)! - first) / intervalMs) + 1 - times.length;
  }
  delays.sort((a, b) => a - b);
  const quantile = (q: number) => delays[Math.min(delays.length - 1, Math.floor(q * delays.length))]!;
  return { scrapes: delays.length, missing, medianMs: quantile(0.5), p99Ms: quantile(0.99), longestMs: delays.at(-1)! };
}
