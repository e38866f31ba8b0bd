import { type Labels, METRIC_NAME } from '@hearth/model';
import type { VectorMatching } from '../syntax/tree.ts';

/** What two series have to have in common to find each other. */
export function createSignature({ on, labels }: Pick<VectorMatching, 'on' | 'labels'>): (series: Labels) => Labels {
  if (on) {
    const kept = new Set(labels);
    return (series) => series.keep(kept);
  }
  const dropped = new Set([...labels, METRIC_NAME]);
  return (series) => series.without(dropped);
}
