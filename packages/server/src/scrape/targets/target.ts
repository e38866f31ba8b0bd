import { createHash } from 'node:crypto';
import { type Labels, LabelsBuilder, parseDuration } from '@hearth/model';
import type { MetricMetadata } from '../series/metadata-store.ts';
import { INTERNAL_PREFIX, SCRAPE_INTERVAL, SCRAPE_TIMEOUT } from './label-names.ts';
import { type QueryParams, targetUrl } from './target-url.ts';

export type TargetHealth = 'unknown' | 'up' | 'down';

/** A target as others see it. */
export interface ActiveTarget {
  /** The job. */
  readonly scrapePool: string;
  readonly discoveredLabels: Labels;
  /** Those that its series get. */
  readonly labels: Labels;
  readonly scrapeUrl: string;
  readonly scrapeIntervalMs: number;
  readonly scrapeTimeoutMs: number;
  readonly health: TargetHealth;
  /** `''` after a scrape that went well, and before the first one. */
  readonly lastError: string;
  /** What is odd about the target though it can be scraped, in sentences for people. */
  readonly warnings: readonly string[];
  /** Unix milliseconds; `undefined` before the first scrape. */
  readonly lastScrapeMs: number | undefined;
  readonly lastScrapeDurationMs: number;
  /** What it says about its metrics. */
  readonly metadata: MetadataView;
}

export interface MetadataView extends Iterable<MetricMetadata> {
  readonly size: number;
  /** Of types, texts and units. */
  readonly byteLength: number;
  get(metric: string): MetricMetadata | undefined;
}

/** A target that relabelling dropped. */
export interface DroppedTarget {
  readonly scrapePool: string;
  readonly discoveredLabels: Labels;
}

/** How a scrape went. */
export interface ScrapeReport {
  readonly startMs: number;
  readonly durationMs: number;
  readonly error: string;
  readonly warnings: readonly string[];
}

const NO_METADATA: MetadataView = {
  size: 0,
  byteLength: 0,
  get: () => undefined,
  [Symbol.iterator]: () => [][Symbol.iterator](),
};

export interface TargetOptions {
  readonly jobName: string;
  readonly discovered: Labels;
  /** After relabelling, internal ones included. */
  readonly labels: Labels;
  readonly params: QueryParams;
}

export class Target implements ActiveTarget {
  readonly scrapePool: string;
  readonly labels: Labels;
  readonly scrapeUrl: string;
  /**
   * Equal for what is the same target: its labels and its URL, but not how often it is scraped, so that a change of that
   * changes the pace of a target and does not make another one of it.
   */
  readonly identity: string;
  discoveredLabels: Labels;
  scrapeIntervalMs: number;
  scrapeTimeoutMs: number;
  health: TargetHealth = 'unknown';
  lastError = '';
  warnings: readonly string[] = [];
  lastScrapeMs: number | undefined;
  lastScrapeDurationMs = 0;
  metadata: MetadataView = NO_METADATA;

  constructor({ jobName, discovered, labels, params }: TargetOptions) {
    this.scrapePool = jobName;
    this.discoveredLabels = discovered;
    this.labels = publicLabels(labels);
    this.scrapeUrl = targetUrl(labels, params);
    this.scrapeIntervalMs = parseDuration(labels.get(SCRAPE_INTERVAL));
    this.scrapeTimeoutMs = parseDuration(labels.get(SCRAPE_TIMEOUT));
    const lasting = new LabelsBuilder(labels).del(SCRAPE_INTERVAL, SCRAPE_TIMEOUT).build();
    this.identity = `${lasting.key}\0\0${this.scrapeUrl}`;
  }

  /** Takes over what may be different about the same target. */
  update({ discoveredLabels, scrapeIntervalMs, scrapeTimeoutMs }: Target): void {
    this.discoveredLabels = discoveredLabels;
    this.scrapeIntervalMs = scrapeIntervalMs;
    this.scrapeTimeoutMs = scrapeTimeoutMs;
  }

  report({ startMs, durationMs, error, warnings }: ScrapeReport): void {
    this.lastScrapeMs = startMs;
    this.lastScrapeDurationMs = durationMs;
    this.lastError = error;
    this.warnings = warnings;
    this.health = error === '' ? 'up' : 'down';
  }

  /** When in the interval it is scraped: spread by what it is, and by `seed`, so that two servers come at different times. */
  offsetMs(seed: string): number {
    const hash = createHash('sha256').update(seed).update('\0').update(this.identity).digest();
    return hash.readUIntBE(0, 6) % this.scrapeIntervalMs;
  }
}

function publicLabels(labels: Labels): Labels {
  const internal = Array.from(labels, ({ name }) => name).filter((name) => name.startsWith(INTERNAL_PREFIX));
  return labels.without(new Set(internal));
}
