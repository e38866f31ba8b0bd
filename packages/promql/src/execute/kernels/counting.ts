import type { WindowKernel, Windows } from './window-kernel.ts';

/** Gives each window that has samples a number from its first sample and the one behind its last. */
export function createFromEnds(valueFrom: (windows: Windows, first: number, behind: number) => number): WindowKernel {
  return (windows, row) => {
    const { low, high, steps } = windows;
    let count = 0;
    for (let step = 0; step < steps; step++) {
      const first = low[step];
      const behind = high[step];
      if (first === behind) {
        row.present[row.start + step] = 0;
        continue;
      }
      row.values[row.start + step] = valueFrom(windows, first, behind);
      row.present[row.start + step] = 1;
      count++;
    }
    return count;
  };
}

/** For each sample, how many were counted up to it. Grows as needed; shared, since kernels do not wait. */
let counted = new Int32Array(2048);

/** Counts the samples of a window, without its first, that are as asked for in comparison with the one before. */
export function createPairCount(isCounted: (before: number, value: number) => boolean): WindowKernel {
  const fromEnds = createFromEnds((_, first, behind) => counted[behind - 1] - counted[first]);
  return (windows, row, parameters) => {
    const { values, low, high, steps } = windows;
    if (steps === 0) return 0;
    const [start, end] = [low[0], high[steps - 1]];
    if (counted.length < end) counted = new Int32Array(2 * end);
    counted[start] = 0;
    for (let i = start + 1; i < end; i++) counted[i] = counted[i - 1] + (isCounted(values[i - 1], values[i]) ? 1 : 0);
    return fromEnds(windows, row, parameters);
  };
}
