import type { ScrapeConfig } from '../config/types.ts';
import type { ActiveTarget, DroppedTarget } from './targets/target.ts';

/** What is known about a job. */
export interface JobTargets {
  readonly job: string;
  readonly active: readonly ActiveTarget[];
  readonly dropped: readonly DroppedTarget[];
  /** Also those that are not kept. */
  readonly droppedCount: number;
}

/**
 * Scrapes: finds the targets of all jobs, asks them, and writes what they answer to the storage. Nothing that a target does
 * makes it fail. `createScrapeManager(options)` makes one.
 */
export interface ScrapeManager {
  /**
   * Takes a configuration in place of the one before, jobs by their names. What is the same goes on: a job that has not
   * changed keeps its targets and their times, a target that stays keeps its series. Never fails: a configuration has been checked.
   */
  apply(configs: readonly ScrapeConfig[]): void;

  /** In the order of the configuration. The targets change as they are scraped; read them and let them go. */
  jobs(): readonly JobTargets[];

  /**
   * Ends everything; then nothing more is written. With `endSeries` all series are marked as ended now, so that queries do
   * not see them go on; without it they go on if the next process scrapes them within the lookback.
   */
  stop(options: { readonly endSeries: boolean }): Promise<void>;
}
