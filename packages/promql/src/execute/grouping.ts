import { Labels, METRIC_NAME } from '@hearth/model';
import type { Grouping } from '../plan/plan.ts';

/** The labels that a group of an aggregation has: those named by `by`, or all but those named by `without` and the metric's name. */
export function createGroupLabels({ without, labels }: Grouping): (series: Labels) => Labels {
  if (without) {
    const dropped = new Set([...labels, METRIC_NAME]);
    return (series) => series.without(dropped);
  }
  if (labels.length === 0) return () => Labels.empty;
  const kept = new Set(labels);
  return (series) => series.keep(kept);
}
