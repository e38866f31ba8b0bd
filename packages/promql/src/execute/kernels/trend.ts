import { PromqlError } from '../../errors.ts';
import { markPresent } from './ends.ts';
import { LineFitter } from './line.ts';
import type { WindowKernel } from './window-kernel.ts';

/** Where less than this is left of the way from the mean, rounding shows, and lines are fitted as Prometheus does. */
const MIN_LEFT = 0.25;

/** Shared: kernels do not wait. */
const line = new LineFitter();

/** `deriv`: the slope, per second. */
export const derivative: WindowKernel = (windows, row) => {
  const { timestamps, low, high, steps } = windows;
  line.start(windows);
  for (let step = 0; step < steps; step++) {
    const first = low[step];
    if (high[step] - first < 2) continue;
    line.fit(windows, { first, behind: high[step], originMs: timestamps[first] });
    row.values[row.start + step] = line.slope;
  }
  return markPresent(windows, row, 2);
};

/** `predict_linear`: where the line will be so many seconds after the evaluation. */
export const predictLinear: WindowKernel = (windows, row, [seconds]) => {
  const { low, high, steps, evaluationMs, stepMs } = windows;
  line.start(windows);
  for (let step = 0; step < steps; step++) {
    if (high[step] - low[step] < 2) continue;
    const extent = { first: low[step], behind: high[step], originMs: evaluationMs + step * stepMs };
    line.fit(windows, extent);
    const rise = line.slope * seconds[step];
    const way = Math.abs(rise) + Math.abs(line.intercept - line.mean);
    if (Math.abs(rise + line.intercept) < MIN_LEFT * way) line.fitDirectly(windows, extent);
    row.values[row.start + step] = line.slope * seconds[step] + line.intercept;
  }
  return markPresent(windows, row, 2);
};

/** `double_exponential_smoothing`, with the factors of the level and of the trend. */
export const doubleExponentialSmoothing: WindowKernel = (windows, row, [levelFactors, trendFactors]) => {
  const { values, low, high, steps } = windows;
  for (let step = 0; step < steps; step++) {
    const first = low[step];
    const behind = high[step];
    if (first === behind) continue;
    const levelFactor = assertFactor('smoothing', 'sf', levelFactors[step]);
    const trendFactor = assertFactor('trend', 'tf', trendFactors[step]);
    if (behind - first < 2) continue;
    let before = values[first];
    let trend = values[first + 1] - before;
    let level = levelFactor * values[first + 1] + (1 - levelFactor) * (before + trend);
    for (let i = first + 2; i < behind; i++) {
      trend = trendFactor * (level - before) + (1 - trendFactor) * trend;
      before = level;
      level = levelFactor * values[i] + (1 - levelFactor) * (before + trend);
    }
    row.values[row.start + step] = level;
  }
  return markPresent(windows, row, 2);
};

function assertFactor(name: string, symbol: string, factor: number): number {
  if (factor <= 0 || factor >= 1) {
    const given = Number.isFinite(factor) ? factor.toFixed(6) : factor > 0 ? '+Inf' : '-Inf';
    const message = `invalid ${name} factor. Expected: 0 < ${symbol} < 1, got: ${given}`;
    throw new PromqlError('execution', message);
  }
  return factor;
}
