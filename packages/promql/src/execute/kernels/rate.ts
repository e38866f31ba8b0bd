import type { Row, WindowKernel, Windows } from './window-kernel.ts';

const MS_PER_SECOND = 1000;

/** A sample is taken to be missing where the next one is further away than this many average distances. */
const EXTRAPOLATION_FACTOR = 1.1;

/** Where values fall, as the positions of the lower ones. Grows as needed; shared, since kernels do not wait. */
let resets = new Int32Array(256);

/**
 * `rate`, `increase` and `delta`: the difference of a window's last and first sample, with what a counter lost at each reset,
 * extrapolated to the window's ends. Resets are found once for all windows; most series have none.
 *
 * Lengths of time are in milliseconds throughout: only their ratios matter.
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
    const scale = isRate ? MS_PER_SECOND / rangeMs : 1;
    const resetCount = isCounter ? findResets(windows) : 0;
    let firstReset = 0;
    let count = 0;
    for (let step = 0; step < steps; step++) {
      const first = low[step];
      const last = high[step] - 1;
      const cell = row.start + step;
      if (last <= first) {
        row.present[cell] = 0;
        continue;
      }
      let increase = values[last] - values[first];
      while (firstReset < resetCount && resets[firstReset] <= first) firstReset++;
      for (let i = firstReset; i < resetCount && resets[i] <= last; i++) increase += values[resets[i] - 1];
      const windowEnd = endMs + step * strideMs;
      const sampled = timestamps[last] - timestamps[first];
      const average = sampled / (last - first);
      const threshold = average * EXTRAPOLATION_FACTOR;
      let toStart = timestamps[first] - (windowEnd - rangeMs);
      if (toStart >= threshold) toStart = average / 2;
      // A counter cannot have been below zero at the window's start.
      if (isCounter && increase > 0 && values[first] >= 0 && sampled * values[first] < toStart * increase) {
        toStart = sampled * (values[first] / increase);
      }
      let toEnd = windowEnd - timestamps[last];
      if (toEnd >= threshold) toEnd = average / 2;
      row.values[cell] = increase * (((sampled + toStart + toEnd) / sampled) * scale);
      row.present[cell] = 1;
      count++;
    }
    return count;
  };
}

function findResets({ values, low, high, steps }: Windows): number {
  if (steps === 0) return 0;
  const end = high[steps - 1];
  let count = 0;
  for (let i = low[0] + 1; i < end; i++) {
    if (!(values[i] < values[i - 1])) continue;
    if (count === resets.length) {
      const grown = new Int32Array(2 * count);
      grown.set(resets);
      resets = grown;
    }
    resets[count++] = i;
  }
  return count;
}

/** `irate` and `idelta`: the difference of a window's last two samples. A counter that was reset has risen from zero. */
export function createInstantRate({ isRate }: { readonly isRate: boolean }): WindowKernel {
  return ({ timestamps, values, low, high, steps }, row: Row) => {
    let count = 0;
    for (let step = 0; step < steps; step++) {
      const last = high[step] - 1;
      const before = last - 1;
      if (before < low[step] || timestamps[last] === timestamps[before]) {
        row.present[row.start + step] = 0;
        continue;
      }
      const isReset = isRate && values[last] < values[before];
      const difference = isReset ? values[last] : values[last] - values[before];
      const seconds = (timestamps[last] - timestamps[before]) / MS_PER_SECOND;
      row.values[row.start + step] = isRate ? difference / seconds : difference;
      row.present[row.start + step] = 1;
      count++;
    }
    return count;
  };
}
