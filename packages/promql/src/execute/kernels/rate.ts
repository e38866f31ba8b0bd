import { markPresent } from './ends.ts';
import type { Row, WindowKernel, Windows } from './window-kernel.ts';

const MS_PER_SECOND = 1000;

/** A sample is taken to be missing where the next one is further away than this many average distances. */
const EXTRAPOLATION_FACTOR = 1.1;

/** Just above 1: what is not below by this much is looked at exactly. */
const ALMOST_ONE = 1.000001;

/** Where values fall, as the positions of the lower ones. Grows as needed; shared, since kernels do not wait. */
let falls = new Int32Array(256);

/**
 * `rate`, `increase` and `delta`: the difference of a window's last and first sample, with what a counter lost at each reset,
 * extrapolated to the window's ends. Resets are found once for all windows; most series have none.
 *
 * The arithmetic is in Prometheus' order, operation by operation, so that results are equal to the last bit: where they are
 * compared or counted, that shows.
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
    const { values: results, start } = row;
    const rangeSeconds = rangeMs / MS_PER_SECOND;
    const fallCount = isCounter ? findFalls(windows) : 0;
    let fall = 0;
    // Where targets are scraped on time, all windows have their samples at the same places: what follows from these is kept.
    let distances = 0;
    let sampledMs = Number.NaN;
    let toEndMs = Number.NaN;
    let sampled = 0;
    let toStart = 0;
    let toEnd = 0;
    let factor = 0;
    for (let step = 0; step < steps; step++) {
      const first = low[step];
      const last = high[step] - 1;
      if (last <= first) continue;
      const before = values[first];
      let increase = values[last] - before;
      while (fall < fallCount && falls[fall] <= first) fall++;
      for (let i = fall; i < fallCount && falls[i] <= last; i++) increase += values[falls[i] - 1];

      const windowEnd = endMs + step * strideMs;
      const toEndMsHere = windowEnd - timestamps[last];
      const sampledMsHere = timestamps[last] - timestamps[first];
      if (sampledMsHere !== sampledMs || toEndMsHere !== toEndMs || last - first !== distances) {
        sampledMs = sampledMsHere;
        toEndMs = toEndMsHere;
        distances = last - first;
        sampled = sampledMs / MS_PER_SECOND;
        const average = sampled / distances;
        const threshold = average * EXTRAPOLATION_FACTOR;
        toStart = (timestamps[first] - (windowEnd - rangeMs)) / MS_PER_SECOND;
        if (toStart >= threshold) toStart = average / 2;
        toEnd = toEndMs / MS_PER_SECOND;
        if (toEnd >= threshold) toEnd = average / 2;
        factor = (sampled + toStart + toEnd) / sampled;
        if (isRate) factor /= rangeSeconds;
      }
      // A counter cannot have been below zero. Most are far from it, which a product tells sooner than a quotient.
      if (isCounter && increase > 0 && before >= 0 && sampled * before <= toStart * increase * ALMOST_ONE) {
        const toZero = Math.min(toStart, sampled * (before / increase));
        const shorter = (sampled + toZero + toEnd) / sampled;
        results[start + step] = increase * (isRate ? shorter / rangeSeconds : shorter);
      } else {
        results[start + step] = increase * factor;
      }
    }
    return markPresent(windows, row, 2);
  };
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
