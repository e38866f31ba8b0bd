import { isStaleAt, type SeriesBatch, wordsOf } from '@hearth/model';
import { shiftedGrid } from '../plan/grid.ts';
import type { InstantSelectionPlan } from '../plan/plan.ts';
import type { Row } from './kernels/window-kernel.ts';

/** The samples of a batch from the storage, and what is known of them. */
export interface StoredSamples {
  readonly batch: SeriesBatch;
  /** Where no value is a NaN, none is a staleness marker. */
  readonly hasNaN: boolean;
}

/**
 * Writes for every step the last sample at or before it that is younger than the lookback, unless that one is a staleness
 * marker. Returns how many cells are present.
 */
export function selectInstant(
  plan: InstantSelectionPlan,
  { batch, hasNaN }: StoredSamples,
  series: number,
  row: Row,
): number {
  const { timestamps, values, offsets } = batch;
  const { grid, lookbackMs, takesTimestamp } = plan;
  const { firstMs, strideMs } = shiftedGrid(grid, plan.shift);
  const words = hasNaN ? wordsOf(values) : undefined;
  const end = offsets[series + 1];
  let next = offsets[series];
  const first = next;
  let count = 0;
  let time = firstMs;
  for (let step = 0; step < grid.steps; step++) {
    while (next < end && timestamps[next] <= time) next++;
    const last = next - 1;
    const isThere =
      last >= first && timestamps[last] > time - lookbackMs && !(words !== undefined && isStaleAt(words, last));
    const cell = row.start + step;
    if (isThere) {
      row.values[cell] = takesTimestamp ? timestamps[last] / 1000 : values[last];
      row.present[cell] = 1;
      count++;
    } else {
      row.present[cell] = 0;
    }
    time += strideMs;
  }
  return count;
}
