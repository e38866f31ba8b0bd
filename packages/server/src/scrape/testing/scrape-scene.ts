import { onTestFinished } from 'vitest';
import type { ScrapeConfig } from '../../config/types.ts';
import { createStaticDiscoverer } from '../../discovery/static-discoverer.ts';
import { createHttpClient } from '../../http-client/create-http-client.ts';
import { eventually } from '../../testing/eventually.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createScrapeManager } from '../create-scrape-manager.ts';
import type { ScrapeEvent } from '../metrics.ts';
import type { ScrapeLogLine } from '../scrape-log.ts';
import type { ScrapeManager } from '../scrape-manager.ts';
import type { ActiveTarget } from '../targets/target.ts';
import { createRecordingStorage, type RecordingStorage } from './recording-storage.ts';

/** Unix time at which the clock of a scene starts: a multiple of all intervals. */
export const START_MS = 1_700_000_000_000 - (1_700_000_000_000 % 60_000);

export interface ScrapeScene {
  readonly manager: ScrapeManager;
  readonly storage: RecordingStorage;
  readonly log: readonly ScrapeLogLine[];
  readonly counts: ReadonlyMap<ScrapeEvent, number>;
  /** The targets of all jobs that are scraped. */
  targets(): readonly ActiveTarget[];
  /** Lets time go on. */
  advance(ms: number): void;
  /** Lets an interval of 10 s go by, and waits until each target was scraped once more. */
  round(): Promise<void>;
  /** The delays of the timers that wait. */
  waiting(): readonly number[];
}

/** A manager over real HTTP and a clock that stands still, which goes when the test ends. */
export async function setUpScrapes(...configs: readonly ScrapeConfig[]): Promise<ScrapeScene> {
  const clock = createFakeClock();
  const now = () => START_MS + clock.nowMs();
  const storage = createRecordingStorage();
  const log: ScrapeLogLine[] = [];
  const counts = new Map<ScrapeEvent, number>();
  const manager = createScrapeManager({
    storage,
    clock,
    now,
    metrics: {
      count: (event, by = 1) => void counts.set(event, (counts.get(event) ?? 0) + by),
      observeInterval() {},
      observeSync() {},
      observeReload() {},
      setTargetLimit() {},
      removeJob() {},
    },
    log: (line) => void log.push(line),
    createClient: ({ httpClient }) => createHttpClient({ config: httpClient }),
    createDiscoverer: (config) => {
      if (config.kind !== 'static') throw new Error(`BUG: ${config.kind} is not part of this scene`);
      return createStaticDiscoverer(config);
    },
    userAgent: 'Hearth/test',
    offsetSeed: 'test',
  });
  onTestFinished(() => manager.stop({ endSeries: false }));
  const targets = () => manager.jobs().flatMap(({ active }) => active);
  const scene: ScrapeScene = {
    manager,
    storage,
    log,
    counts,
    targets,
    advance: (ms) => clock.advance(ms),
    async round() {
      const before = clock.nowMs();
      clock.advance(10_000);
      await eventually(() => targets().every(({ lastScrapeMs = 0 }) => lastScrapeMs > START_MS + before)).toBe(true);
    },
    waiting: () => clock.waiting(),
  };
  manager.apply(configs);
  // Discovery takes a microtask and a timer.
  await Promise.resolve();
  clock.advance(0);
  return scene;
}
