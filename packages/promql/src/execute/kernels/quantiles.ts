import { quantile, quantileOfSorted } from '../../math/quantile.ts';
import { markPresent } from './ends.ts';
import { SortedWindow } from './sorted-window.ts';
import type { WindowKernel } from './window-kernel.ts';

/** Shared: kernels do not wait. */
const window = new SortedWindow();

export const quantileOverTime: WindowKernel = (windows, row, [quantiles]) => {
  const { values, low, high, steps } = windows;
  window.start(values, steps === 0 ? 0 : low[0]);
  for (let step = 0; step < steps; step++) {
    if (low[step] === high[step]) continue;
    window.moveTo(low[step], high[step]);
    row.values[row.start + step] = quantileOfSorted(quantiles[step], window.sorted, window);
  }
  return markPresent(windows, row);
};

/** `mad_over_time`: the median of the distances from the median. */
export const medianAbsoluteDeviation: WindowKernel = (windows, row) => {
  const { values, low, high, steps } = windows;
  window.start(values, steps === 0 ? 0 : low[0]);
  for (let step = 0; step < steps; step++) {
    if (low[step] === high[step]) continue;
    window.moveTo(low[step], high[step]);
    row.values[row.start + step] = window.missing > 0 ? Number.NaN : medianDistance(window.sorted, window.length);
  }
  return markPresent(windows, row);
};

/**
 * Of sorted values. Going away from the median to either side distances rise: the half of them that is less is so many of one
 * side, found by halving, and the rest of the other.
 */
function medianDistance(sorted: Float64Array, length: number): number {
  const median = quantileOfSorted(0.5, sorted, { missing: 0, length });
  // An infinite distance is no number where it is multiplied by a weight of 0, as every quantile does.
  if (!Number.isFinite(sorted[length - 1] - sorted[0])) {
    return quantile(
      0.5,
      sorted.slice(0, length).map((value) => Math.abs(value - median)),
    );
  }
  const half = (length - 1) >> 1;
  const below = (index: number) => (index > half ? Infinity : Math.abs(median - sorted[half - index]));
  const above = (index: number) =>
    half + 1 + index >= length ? Infinity : Math.abs(sorted[half + 1 + index] - median);
  // `half` distances are less than the one asked for.
  let from = Math.max(0, half - (length - half - 1));
  let to = half;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (below(middle) < above(half - middle - 1)) from = middle + 1;
    else to = middle;
  }
  const lower = Math.min(below(from), above(half - from));
  if (length % 2 === 1) return lower;
  const isBelow = below(from) <= above(half - from);
  const upper = isBelow ? Math.min(below(from + 1), above(half - from)) : Math.min(below(from), above(half - from + 1));
  return lower * 0.5 + upper * 0.5;
}
