import type { ScrapeConfig } from '../../config/types.ts';
import type { TargetGroup } from '../../discovery/target-group.ts';
import type { Relabeler } from '../../relabel/relabeler.ts';
import { discoveredLabels, populateLabels } from '../targets/populate-labels.ts';
import { type DroppedTarget, Target } from '../targets/target.ts';

export interface TargetsOfGroups {
  /** By identity: what is found twice is one target. */
  readonly targets: ReadonlyMap<string, Target>;
  /** As many as are kept. */
  readonly dropped: readonly DroppedTarget[];
  readonly droppedCount: number;
  /** Why there are no targets where there should be some, in sentences for people. */
  readonly failures: readonly string[];
}

/** Turns what was found into targets. */
export function targetsOfGroups(
  groups: readonly TargetGroup[],
  config: ScrapeConfig,
  relabeler: Relabeler,
): TargetsOfGroups {
  const { jobName, params, limits } = config;
  const keptDropped = limits.keepDroppedTargets === 0 ? Infinity : limits.keepDroppedTargets;
  const targets = new Map<string, Target>();
  const dropped: DroppedTarget[] = [];
  const failures: string[] = [];
  let droppedCount = 0;
  for (const { source, targets: found, labels: groupLabels } of groups) {
    for (const [index, own] of found.entries()) {
      const discovered = discoveredLabels(own, groupLabels, config);
      try {
        const labels = populateLabels(discovered, relabeler);
        if (labels !== undefined) {
          const target = new Target({ jobName, discovered, labels, params });
          if (!targets.has(target.identity)) targets.set(target.identity, target);
          continue;
        }
        droppedCount++;
        if (dropped.length < keptDropped) dropped.push({ scrapePool: jobName, discoveredLabels: discovered });
      } catch (error) {
        failures.push(`target ${index} of ${source}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
  return { targets, dropped, droppedCount, failures };
}
