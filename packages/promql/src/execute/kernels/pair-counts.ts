import { markPresent } from './ends.ts';
import type { Row, WindowKernel, Windows } from './window-kernel.ts';

/** For each sample, how many were counted up to it. Grows as needed; shared, since kernels do not wait. */
let counted = new Int32Array(2048);

/** `changes`: how many samples of a window differ from the one before. NaN does not differ from NaN. */
export const changes: WindowKernel = (windows, row) => {
  const { values, low } = windows;
  const length = reserve(windows);
  let count = 0;
  for (let i = 1; i < length; i++) {
    const before = values[low[0] + i - 1];
    const value = values[low[0] + i];
    count += before !== value && !(Number.isNaN(before) && Number.isNaN(value)) ? 1 : 0;
    counted[i] = count;
  }
  return takeDifferences(windows, row);
};

/** `resets`: how many samples of a window are less than the one before. */
export const resets: WindowKernel = (windows, row) => {
  const { values, low } = windows;
  const length = reserve(windows);
  let count = 0;
  for (let i = 1; i < length; i++) {
    count += values[low[0] + i] < values[low[0] + i - 1] ? 1 : 0;
    counted[i] = count;
  }
  return takeDifferences(windows, row);
};

function reserve({ low, high, steps }: Windows): number {
  const length = steps === 0 ? 0 : high[steps - 1] - low[0];
  if (counted.length < length) counted = new Int32Array(2 * length);
  counted[0] = 0;
  return length;
}

/** What was counted within a window, its first sample aside: that one is compared with one outside. */
function takeDifferences(windows: Windows, row: Row): number {
  const { low, high, steps } = windows;
  const start = low[0];
  for (let step = 0; step < steps; step++) {
    const first = low[step];
    const behind = high[step];
    if (first < behind) row.values[row.start + step] = counted[behind - 1 - start] - counted[first - start];
  }
  return markPresent(windows, row);
}
