import { createFromEnds } from './counting.ts';
import type { WindowKernel } from './window-kernel.ts';

/** Positions of samples, each better than all behind it in the window: the first is the best. Shared: kernels do not wait. */
let queue = new Int32Array(2048);

/**
 * `min_over_time` and `max_over_time`: every sample enters the queue once, and leaves it once, when it leaves the window or
 * a better one comes. NaN is an answer only where there is nothing else.
 */
export function createExtreme(which: 'min' | 'max'): WindowKernel {
  const sign = which === 'max' ? 1 : -1;
  return ({ values, low, high, steps }, row) => {
    if (steps > 0 && queue.length < high[steps - 1]) queue = new Int32Array(2 * high[steps - 1]);
    let front = 0;
    let back = 0;
    let next = steps > 0 ? low[0] : 0;
    let count = 0;
    for (let step = 0; step < steps; step++) {
      const first = low[step];
      const behind = high[step];
      if (first === behind) {
        row.present[row.start + step] = 0;
        continue;
      }
      if (next < first) next = first;
      for (; next < behind; next++) {
        const value = sign * values[next];
        if (Number.isNaN(value)) continue;
        while (back > front && sign * values[queue[back - 1]] <= value) back--;
        queue[back++] = next;
      }
      while (front < back && queue[front] < first) front++;
      row.values[row.start + step] = front < back ? values[queue[front]] : Number.NaN;
      row.present[row.start + step] = 1;
      count++;
    }
    return count;
  };
}

/** The time, in seconds, of a window's best sample; of several the last. */
export function createTimeOfExtreme(which: 'min' | 'max'): WindowKernel {
  const sign = which === 'max' ? 1 : -1;
  return createFromEnds(({ timestamps, values }, first, behind) => {
    let best = first;
    for (let i = first; i < behind; i++) {
      if (sign * values[i] >= sign * values[best] || Number.isNaN(values[best])) best = i;
    }
    return timestamps[best] / 1000;
  });
}
