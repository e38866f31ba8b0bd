import { PromqlError } from '../../errors.ts';
import { tryBlocks } from './blocks.ts';
import { fitDirectly, fitFromBlocks, type Line, sumLineBlocks } from './line.ts';
import type { Row, WindowKernel, Windows } from './window-kernel.ts';

/** Products of larger values with times could overflow on the way. */
const MAX_VALUE = 1e250;

/** `deriv`: the slope, per second. */
export const derivative: WindowKernel = (windows, row) =>
  fitWindows(windows, row, {
    originOf: (step) => windows.timestamps[windows.low[step]],
    resultOf: ({ slope }) => slope,
  });

/** `predict_linear`: where the line will be so many seconds after the evaluation. */
export const predictLinear: WindowKernel = (windows, row, [seconds]) =>
  fitWindows(windows, row, {
    originOf: (step) => windows.evaluationMs + step * windows.stepMs,
    resultOf: ({ slope, intercept }, step) => slope * seconds[step] + intercept,
  });

interface Fit {
  /** The time at which the intercept is asked for. */
  originOf(step: number): number;
  resultOf(line: Line, step: number): number;
}

function fitWindows(windows: Windows, row: Row, { originOf, resultOf }: Fit): number {
  const { low, high, steps } = windows;
  const blocks = tryBlocks(windows, { maxValue: MAX_VALUE });
  if (blocks !== undefined) sumLineBlocks(windows, blocks);
  const line: Line = { slope: 0, intercept: 0 };
  let count = 0;
  for (let step = 0; step < steps; step++) {
    const isThere = high[step] - low[step] >= 2;
    row.present[row.start + step] = isThere ? 1 : 0;
    if (!isThere) continue;
    const extent = { first: low[step], behind: high[step], originMs: originOf(step) };
    if (blocks === undefined) fitDirectly(windows, extent, line);
    else fitFromBlocks(windows, blocks, extent, line);
    row.values[row.start + step] = resultOf(line, step);
    count++;
  }
  return count;
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
