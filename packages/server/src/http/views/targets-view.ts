import type { Labels } from '@hearth/model';

/** What the API tells of scraping. Every call gives what holds at that moment; what it gives is not changed later. */
export interface TargetsView {
  /** Names of all scrape pools, those without targets as well, in any order. */
  pools(): readonly string[];
  active(): readonly ActiveTarget[];
  dropped(): readonly DroppedTarget[];
  /** By scrape pool: more may have been dropped than are kept to be shown. */
  droppedCounts(): ReadonlyMap<string, number>;
}

export interface ActiveTarget {
  readonly pool: string;
  /** Before relabeling, `__address__` and all. */
  readonly discoveredLabels: Labels;
  /** Those of its series. */
  readonly labels: Labels;
  /** Secrets in it are masked. */
  readonly scrapeUrl: string;
  /** `''` where the last scrape worked. */
  readonly lastError: string;
  /** Unix milliseconds; `undefined` before the first scrape. */
  readonly lastScrapeMs: number | undefined;
  readonly lastScrapeDurationMs: number;
  readonly health: 'up' | 'down' | 'unknown';
  /** As a duration: `15s`. */
  readonly scrapeInterval: string;
  readonly scrapeTimeout: string;
  /** What its owner should know beside an error: for instance that several processes answer behind its address. */
  readonly notice?: string | undefined;
  /** What the last scrapes told of its metric families. */
  metadata(): Iterable<MetricMetadata>;
}

export interface MetricMetadata {
  /** The metric family. */
  readonly metric: string;
  /** `counter`, `gauge`, `histogram`, `summary`, `unknown` and so on. */
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

export interface DroppedTarget {
  readonly pool: string;
  readonly discoveredLabels: Labels;
}
