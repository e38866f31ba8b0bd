import { PromqlError } from '../../errors.ts';
import { lossOf } from '../../math/compensated-sum.ts';
import type { WindowKernel, Windows } from './window-kernel.ts';

/** The line that fits a window's samples best. Shared: kernels do not wait. */
const line = { slope: 0, intercept: 0 };

/** `deriv`: the slope, per second. */
export const derivative: WindowKernel = (windows, row) =>
  fit(windows, row, { originOf: (first) => windows.timestamps[first], valueAt: () => line.slope });

/** `predict_linear`: where the line will be so many seconds after the evaluation. */
export const predictLinear: WindowKernel = (windows, row, [seconds]) =>
  fit(windows, row, {
    originOf: (_, step) => windows.evaluationMs + step * windows.stepMs,
    valueAt: (step) => line.slope * seconds[step] + line.intercept,
  });

function fit(
  windows: Windows,
  row: Parameters<WindowKernel>[1],
  {
    originOf,
    valueAt,
  }: { readonly originOf: (first: number, step: number) => number; readonly valueAt: (step: number) => number },
): number {
  const { low, high, steps } = windows;
  let count = 0;
  for (let step = 0; step < steps; step++) {
    const isThere = high[step] - low[step] >= 2;
    row.present[row.start + step] = isThere ? 1 : 0;
    if (!isThere) continue;
    fitLine(windows, { first: low[step], behind: high[step], originMs: originOf(low[step], step) });
    row.values[row.start + step] = valueAt(step);
    count++;
  }
  return count;
}

/** Least squares with compensated sums; times are taken from an origin near to them, so that digits are not lost. */
function fitLine(
  { timestamps, values }: Windows,
  { first, behind, originMs }: { readonly first: number; readonly behind: number; readonly originMs: number },
): void {
  let [x, y, xy, xx] = [0, 0, 0, 0];
  let [xLoss, yLoss, xyLoss, xxLoss] = [0, 0, 0, 0];
  let isConstant = true;
  for (let i = first; i < behind; i++) {
    const value = values[i];
    if (value !== values[first]) isConstant = false;
    const time = (timestamps[i] - originMs) / 1000;
    let next = x + time;
    xLoss += lossOf(x, time, next);
    x = next;
    next = y + value;
    yLoss = Math.abs(next) === Infinity ? 0 : yLoss + lossOf(y, value, next);
    y = next;
    next = xy + time * value;
    xyLoss = Math.abs(next) === Infinity ? 0 : xyLoss + lossOf(xy, time * value, next);
    xy = next;
    next = xx + time * time;
    xxLoss += lossOf(xx, time * time, next);
    xx = next;
  }
  if (isConstant) {
    const hasValue = Number.isFinite(values[first]);
    line.slope = hasValue ? 0 : Number.NaN;
    line.intercept = hasValue ? values[first] : Number.NaN;
    return;
  }
  const count = behind - first;
  const [sumX, sumY] = [x + xLoss, y + yLoss];
  const covariance = xy + xyLoss - (sumX * sumY) / count;
  const variance = xx + xxLoss - (sumX * sumX) / count;
  line.slope = covariance / variance;
  line.intercept = sumY / count - (line.slope * sumX) / count;
}

/** `double_exponential_smoothing`, with the factors of the level and of the trend. */
export const doubleExponentialSmoothing: WindowKernel = (
  { values, low, high, steps },
  row,
  [levelFactors, trendFactors],
) => {
  let count = 0;
  for (let step = 0; step < steps; step++) {
    const [first, behind] = [low[step], high[step]];
    row.present[row.start + step] = 0;
    if (first === behind) continue;
    const levelFactor = assertFactor('smoothing', 'sf', levelFactors[step]);
    const trendFactor = assertFactor('trend', 'tf', trendFactors[step]);
    if (behind - first < 2) continue;
    let before = 0;
    let level = values[first];
    let trend = values[first + 1] - values[first];
    for (let i = first + 1; i < behind; i++) {
      if (i > first + 1) trend = trendFactor * (level - before) + (1 - trendFactor) * trend;
      const next = levelFactor * values[i] + (1 - levelFactor) * (level + trend);
      before = level;
      level = next;
    }
    row.values[row.start + step] = level;
    row.present[row.start + step] = 1;
    count++;
  }
  return count;
};

function assertFactor(name: string, symbol: string, factor: number): number {
  if (factor <= 0 || factor >= 1) {
    const message = `invalid ${name} factor. Expected: 0 < ${symbol} < 1, got: ${factor.toFixed(6)}`;
    throw new PromqlError('execution', message);
  }
  return factor;
}
