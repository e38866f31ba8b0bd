import type { Row, WindowKernel, Windows } from './window-kernel.ts';

const MS_PER_SECOND = 1000;

/** Says of each window whether it holds at least so many samples, and returns how many do. */
export function markPresent({ low, high, steps }: Windows, { present, start }: Row, minLength = 1): number {
  let count = 0;
  for (let step = 0; step < steps; step++) {
    const isPresent = high[step] - low[step] >= minLength ? 1 : 0;
    present[start + step] = isPresent;
    count += isPresent;
  }
  return count;
}

/** Gives each window that has samples a number from its first sample and the one behind its last. */
export function evaluateEach(
  windows: Windows,
  row: Row,
  evaluate: (values: Float64Array, first: number, behind: number) => number,
): number {
  const { values, low, high, steps } = windows;
  for (let step = 0; step < steps; step++) {
    if (low[step] < high[step]) row.values[row.start + step] = evaluate(values, low[step], high[step]);
  }
  return markPresent(windows, row);
}

export const countOverTime: WindowKernel = (windows, row) => {
  const { low, high, steps } = windows;
  for (let step = 0; step < steps; step++) row.values[row.start + step] = high[step] - low[step];
  return markPresent(windows, row);
};

export const presentOverTime: WindowKernel = (windows, row) => {
  row.values.fill(1, row.start, row.start + windows.steps);
  return markPresent(windows, row);
};

/** Something of each window's first sample. */
export function createFirst(column: 'values' | 'seconds'): WindowKernel {
  return (windows, row) => {
    const { low, high, steps } = windows;
    const [source, divisor] = sourceOf(windows, column);
    for (let step = 0; step < steps; step++) {
      if (low[step] < high[step]) row.values[row.start + step] = source[low[step]] / divisor;
    }
    return markPresent(windows, row);
  };
}

/** Something of each window's last sample. */
export function createLast(column: 'values' | 'seconds'): WindowKernel {
  return (windows, row) => {
    const { low, high, steps } = windows;
    const [source, divisor] = sourceOf(windows, column);
    for (let step = 0; step < steps; step++) {
      if (low[step] < high[step]) row.values[row.start + step] = source[high[step] - 1] / divisor;
    }
    return markPresent(windows, row);
  };
}

function sourceOf({ timestamps, values }: Windows, column: 'values' | 'seconds'): readonly [Float64Array, number] {
  return column === 'values' ? [values, 1] : [timestamps, MS_PER_SECOND];
}
