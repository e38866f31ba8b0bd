import { lossOf } from '../../math/compensated-sum.ts';
import { quantile, quantileOfSorted } from '../../math/quantile.ts';
import { createFromEnds } from './counting.ts';
import type { WindowKernel } from './window-kernel.ts';

/** `stdvar_over_time` and `stddev_over_time`: Welford's method, compensated, which cannot slide without losing digits. */
export function createVariance({ takesRoot }: { readonly takesRoot: boolean }): WindowKernel {
  return createFromEnds(({ values }, first, behind) => {
    let mean = 0;
    let meanLoss = 0;
    let squares = 0;
    let squaresLoss = 0;
    for (let i = first; i < behind; i++) {
      const difference = values[i] - (mean + meanLoss);
      const share = difference / (i - first + 1);
      const nextMean = mean + share;
      meanLoss = isInfinite(nextMean) ? 0 : meanLoss + lossOf(mean, share, nextMean);
      mean = nextMean;
      const square = difference * (values[i] - (mean + meanLoss));
      const nextSquares = squares + square;
      squaresLoss = isInfinite(nextSquares) ? 0 : squaresLoss + lossOf(squares, square, nextSquares);
      squares = nextSquares;
    }
    const variance = (squares + squaresLoss) / (behind - first);
    return takesRoot ? Math.sqrt(variance) : variance;
  });
}

function isInfinite(value: number): boolean {
  return value === Infinity || value === -Infinity;
}

/** `mad_over_time`: the median of the distances from the median. */
export const medianAbsoluteDeviation: WindowKernel = createFromEnds(({ values }, first, behind) => {
  const window = values.slice(first, behind);
  if (window.some(Number.isNaN)) return Number.NaN;
  const median = quantile(0.5, window);
  for (let i = 0; i < window.length; i++) window[i] = Math.abs(window[i] - median);
  return quantile(0.5, window);
});

/** The values of a window, sorted, NaNs aside. Shared: kernels do not wait. */
let sorted = new Float64Array(512);

/** `quantile_over_time`: a sorted copy of the window, which each sample enters and leaves once. */
export const quantileOverTime: WindowKernel = ({ values, low, high, steps }, row, [quantiles]) => {
  let missing = 0;
  let length = 0;
  let [from, to] = steps > 0 ? [low[0], low[0]] : [0, 0];
  let count = 0;
  for (let step = 0; step < steps; step++) {
    const first = low[step];
    const behind = high[step];
    if (to < first) {
      // Nothing of the window before is left.
      missing = 0;
      length = 0;
      from = first;
      to = first;
    }
    for (; to < behind; to++) {
      if (Number.isNaN(values[to])) missing++;
      else insert(values[to], length++);
    }
    for (; from < first; from++) {
      if (Number.isNaN(values[from])) missing--;
      else remove(values[from], length--);
    }
    const isThere = first < behind;
    row.present[row.start + step] = isThere ? 1 : 0;
    if (!isThere) continue;
    row.values[row.start + step] = quantileOfSorted(quantiles[step], sorted, { missing, length });
    count++;
  }
  return count;
};

function insert(value: number, length: number): void {
  if (length === sorted.length) {
    const grown = new Float64Array(2 * length);
    grown.set(sorted);
    sorted = grown;
  }
  const at = placeOf(value, length);
  sorted.copyWithin(at + 1, at, length);
  sorted[at] = value;
}

function remove(value: number, length: number): void {
  const at = placeOf(value, length);
  sorted.copyWithin(at, at + 1, length);
}

/** The first of the sorted values that is not less. */
function placeOf(value: number, length: number): number {
  let from = 0;
  let to = length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle] < value) from = middle + 1;
    else to = middle;
  }
  return from;
}
