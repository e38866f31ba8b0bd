import { createLabels, type Labels } from '@hearth/model';

export const SERIES_PER_SCRAPE = 200;

const START_MS = 1_700_000_000_000;

/** The n-th scrape of the endless appender: some series come and go. */
export function scrapeTime(n: number): number {
  return START_MS + n * 15_000;
}

export function scrapedLabels(n: number, i: number): Labels {
  const life = i % 10 === 0 ? String(Math.floor(n / 50)) : 'long';
  return createLabels({ __name__: `metric_${i % 7}`, i: String(i), life });
}

export function scrapedValue(n: number, i: number): number {
  return Math.sqrt(n * (i + 1));
}
