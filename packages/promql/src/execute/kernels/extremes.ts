import { blockLengthOf } from './blocks.ts';
import { markPresent } from './ends.ts';
import type { Row, WindowKernel, Windows } from './window-kernel.ts';

const MS_PER_SECOND = 1000;

/** 1 asks for the greatest; -1, by which values are multiplied before they are compared, for the least. */
type Sign = 1 | -1;

/** The best of heads and tails, by the sample's distance from the first. Shared: kernels do not wait. */
let scratch = createScratch(2048);

interface Scratch {
  readonly heads: Float64Array;
  readonly tails: Float64Array;
}

function createScratch(length: number): Scratch {
  return { heads: new Float64Array(length), tails: new Float64Array(length) };
}

/** `min_over_time` and `max_over_time`. NaN is an answer only where there is nothing else; of equals, the first is taken. */
export function createExtreme(sign: Sign): WindowKernel {
  return (windows, row) => {
    const blockLength = blockLengthOf(windows);
    if (blockLength > 0) {
      findBestOfBlocks(windows, { blockLength, sign });
      return combineBlocks(windows, row, { blockLength, sign });
    }
    const { values, low, high, steps } = windows;
    for (let step = 0; step < steps; step++) {
      if (low[step] < high[step])
        row.values[row.start + step] = bestOf(values, { first: low[step], behind: high[step], sign });
    }
    return markPresent(windows, row);
  };
}

interface Cut {
  readonly blockLength: number;
  readonly sign: Sign;
}

function combineBlocks(windows: Windows, row: Row, { blockLength, sign }: Cut): number {
  const { values, low, high, steps } = windows;
  const { heads, tails } = scratch;
  const start = low[0];
  let border = 0;
  for (let step = 0; step < steps; step++) {
    const first = low[step] - start;
    const behind = high[step] - start;
    if (first === behind) continue;
    while (border < first) border += blockLength;
    let best: number;
    if (first === border) {
      best = sign * heads[behind - 1];
    } else if (behind > border) {
      const tail = tails[first];
      const head = heads[behind - 1];
      best = sign * (head > tail || Number.isNaN(tail) ? head : tail);
    } else {
      best = bestOf(values, { first: low[step], behind: high[step], sign });
    }
    row.values[row.start + step] = best;
  }
  return markPresent(windows, row);
}

function findBestOfBlocks({ values, low, high, steps }: Windows, { blockLength, sign }: Cut): void {
  const start = low[0];
  const length = high[steps - 1] - start;
  if (scratch.heads.length < length) scratch = createScratch(2 * length);
  const { heads, tails } = scratch;
  for (let from = 0; from < length; from += blockLength) {
    const to = Math.min(from + blockLength, length);
    let best = Number.NaN;
    for (let i = from; i < to; i++) {
      const value = sign * values[start + i];
      if (value > best || Number.isNaN(best)) best = value;
      heads[i] = best;
    }
    best = Number.NaN;
    for (let i = to - 1; i >= from; i--) {
      const value = sign * values[start + i];
      if (value >= best || Number.isNaN(best)) best = value;
      tails[i] = best;
    }
  }
}

function bestOf(
  values: Float64Array,
  { first, behind, sign }: { readonly first: number; readonly behind: number; readonly sign: Sign },
): number {
  let best = values[first];
  for (let i = first + 1; i < behind; i++) {
    if (sign * values[i] > sign * best || Number.isNaN(best)) best = values[i];
  }
  return best;
}

/** Positions of samples, each better than all behind it in the window: the first is the best. Shared: kernels do not wait. */
let queue = new Int32Array(2048);

/**
 * The time, in seconds, of a window's best sample; of equals, the last. Every sample enters the queue once, and leaves it
 * once: when it leaves the window, or when one comes that is as good.
 */
export function createTimeOfExtreme(sign: Sign): WindowKernel {
  return (windows, row) => {
    const { timestamps, values, low, high, steps } = windows;
    if (steps === 0) return 0;
    if (queue.length < high[steps - 1] - low[0]) queue = new Int32Array(2 * (high[steps - 1] - low[0]));
    let front = 0;
    let back = 0;
    let next = low[0];
    for (let step = 0; step < steps; step++) {
      const first = low[step];
      const behind = high[step];
      if (first === behind) continue;
      for (next = Math.max(next, first); next < behind; next++) {
        const value = sign * values[next];
        if (Number.isNaN(value)) continue;
        while (back > front && sign * values[queue[back - 1]] <= value) back--;
        queue[back++] = next;
      }
      while (front < back && queue[front] < first) front++;
      row.values[row.start + step] = timestamps[front < back ? queue[front] : behind - 1] / MS_PER_SECOND;
    }
    return markPresent(windows, row);
  };
}
