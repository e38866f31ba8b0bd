import { formatDuration } from '@hearth/model';
import type { ActiveTarget, TargetsView } from '../http/views/targets-view.ts';
import type { ScrapeManager } from '../scrape/scrape-manager.ts';
import type { ActiveTarget as ScrapedTarget } from '../scrape/targets/target.ts';

/** What the API tells of scraping, once there is any. */
export function createTargetsView(manager: () => ScrapeManager | undefined): TargetsView {
  const jobs = () => manager()?.jobs() ?? [];
  return {
    pools: () => jobs().map(({ job }) => job),
    active: () => jobs().flatMap(({ active }) => active.map(viewOf)),
    dropped: () =>
      jobs().flatMap(({ job, dropped }) => dropped.map(({ discoveredLabels }) => ({ pool: job, discoveredLabels }))),
    droppedCounts: () => new Map(jobs().map(({ job, droppedCount }) => [job, droppedCount])),
  };
}

function viewOf(target: ScrapedTarget): ActiveTarget {
  const { scrapePool, scrapeIntervalMs, scrapeTimeoutMs, warnings, metadata } = target;
  const { discoveredLabels, labels, scrapeUrl, health, lastError, lastScrapeMs, lastScrapeDurationMs } = target;
  return {
    pool: scrapePool,
    discoveredLabels,
    labels,
    scrapeUrl,
    health,
    lastError,
    lastScrapeMs,
    lastScrapeDurationMs,
    scrapeInterval: formatDuration(scrapeIntervalMs),
    scrapeTimeout: formatDuration(scrapeTimeoutMs),
    notice: warnings.length === 0 ? undefined : warnings.join('; '),
    metadata: () => metadata,
  };
}
