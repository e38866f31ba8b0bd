import { markPresent } from './ends.ts';
import type { Row, WindowKernel, Windows } from './window-kernel.ts';

const MS_PER_SECOND = 1000;

/** A sample is taken to be missing where the next one is further away than this many average distances. */
const EXTRAPOLATION_FACTOR = 1.1;

/** Below, a distance is less than `EXTRAPOLATION_FACTOR` whichever way it is rounded. */
const SURELY_NEAR = 1.09;

/** Where values fall, as the positions of the lower ones. Grows as needed; shared, since kernels do not wait. */
let falls = new Int32Array(256);

/**
 * `rate`, `increase` and `delta`: the difference of a window's last and first sample, with what a counter lost at each reset,
 * extrapolated to the window's ends. Resets are found once for all windows; most series have none.
 */
export function createRate({
  isCounter,
  isRate,
}: {
  readonly isCounter: boolean;
  readonly isRate: boolean;
}): WindowKernel {
  return (windows, row) => {
    const { timestamps, values, low, high, steps, rangeMs, endMs, strideMs } = windows;
    const divisor = isRate ? rangeMs / MS_PER_SECOND : 1;
    const fallCount = isCounter ? findFalls(windows) : 0;
    let fall = 0;
    for (let step = 0; step < steps; step++) {
      const first = low[step];
      const last = high[step] - 1;
      if (last <= first) continue;
      let increase = values[last] - values[first];
      while (fall < fallCount && falls[fall] <= first) fall++;
      for (let i = fall; i < fallCount && falls[i] <= last; i++) increase += values[falls[i] - 1];

      const windowEnd = endMs + step * strideMs;
      const sampled = timestamps[last] - timestamps[first];
      let toStart = reach(timestamps[first] - (windowEnd - rangeMs), sampled, last - first);
      const toEnd = reach(windowEnd - timestamps[last], sampled, last - first);
      if (isCounter && increase > 0 && values[first] >= 0) {
        // A counter cannot have been below zero.
        if (sampled * values[first] < toStart * increase) toStart = sampled * (values[first] / increase);
      }
      row.values[row.start + step] = increase * ((sampled + toStart + toEnd) / (sampled * divisor));
    }
    return markPresent(windows, row, 2);
  };
}

/**
 * How far to extrapolate over the `distance` between a window's end and its nearest sample: all of it, or, where a sample is
 * missing there, half of the average distance between samples.
 */
function reach(distance: number, sampled: number, intervals: number): number {
  if (distance * intervals < SURELY_NEAR * sampled) return distance;
  // Prometheus decides in seconds, which shows where the two are equal but for rounding.
  const average = sampled / MS_PER_SECOND / intervals;
  return distance / MS_PER_SECOND >= average * EXTRAPOLATION_FACTOR ? sampled / intervals / 2 : distance;
}

function findFalls({ values, low, high, steps }: Windows): number {
  const end = steps === 0 ? 0 : high[steps - 1];
  let count = 0;
  let before = steps === 0 ? 0 : values[low[0]];
  for (let i = low[0] + 1; i < end; i++) {
    const value = values[i];
    if (value < before) {
      if (count === falls.length) {
        const grown = new Int32Array(2 * count);
        grown.set(falls);
        falls = grown;
      }
      falls[count++] = i;
    }
    before = value;
  }
  return count;
}

/** `irate` and `idelta`: the difference of a window's last two samples. A counter that was reset has risen from zero. */
export function createInstantRate({ isRate }: { readonly isRate: boolean }): WindowKernel {
  return (windows: Windows, row: Row) => {
    const { timestamps, values, low, high, steps } = windows;
    for (let step = 0; step < steps; step++) {
      const last = high[step] - 1;
      const before = last - 1;
      if (before < low[step]) continue;
      const isReset = isRate && values[last] < values[before];
      const difference = isReset ? values[last] : values[last] - values[before];
      const seconds = (timestamps[last] - timestamps[before]) / MS_PER_SECOND;
      row.values[row.start + step] = isRate ? difference / seconds : difference;
    }
    return markPresent(windows, row, 2);
  };
}
