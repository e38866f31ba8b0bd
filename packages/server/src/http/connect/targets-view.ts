import { formatDuration } from '@hearth/model';
import type { ScrapeManager } from '../../scrape/scrape-manager.ts';
import type { ActiveTarget as ScrapedTarget } from '../../scrape/targets/target.ts';
import type { ActiveTarget, TargetsView } from '../views/targets-view.ts';

/** The targets that a scrape manager has. */
export function createTargetsView(scraping: Pick<ScrapeManager, 'jobs'>): TargetsView {
  return {
    pools: () => scraping.jobs().map(({ job }) => job),
    active: () => scraping.jobs().flatMap(({ active }) => active.map(viewOf)),
    dropped: () =>
      scraping
        .jobs()
        .flatMap(({ dropped }) =>
          dropped.map(({ scrapePool: pool, discoveredLabels }) => ({ pool, discoveredLabels })),
        ),
    droppedCounts: () => new Map(scraping.jobs().map(({ job, droppedCount }) => [job, droppedCount])),
  };
}

function viewOf(target: ScrapedTarget): ActiveTarget {
  const { discoveredLabels, labels, scrapeUrl, lastError, lastScrapeMs, lastScrapeDurationMs, health, metadata } =
    target;
  return {
    pool: target.scrapePool,
    discoveredLabels,
    labels,
    scrapeUrl,
    lastError,
    lastScrapeMs,
    lastScrapeDurationMs,
    health,
    scrapeInterval: formatDuration(target.scrapeIntervalMs),
    scrapeTimeout: formatDuration(target.scrapeTimeoutMs),
    notice: target.warnings.length === 0 ? undefined : target.warnings.join('; '),
    metadata: () => metadata,
  };
}
