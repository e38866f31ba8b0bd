import { lossOf } from '../../math/compensated-sum.ts';
import { type Blocks, blockStart } from './blocks.ts';
import type { Windows } from './window-kernel.ts';

/** The line that fits the samples of a window best: least squares. */
export interface Line {
  /** Per second. */
  slope: number;
  /** At the origin that was asked for. */
  intercept: number;
}

export interface Extent {
  readonly first: number;
  readonly behind: number;
  readonly originMs: number;
}

/**
 * What least squares need of samples: sums over times and values, times taken from an origin nearby so that no digits are
 * lost. Times are in milliseconds, whole numbers whose sums are exact; sums with values are compensated.
 */
interface Moments {
  readonly x: Float64Array;
  readonly xx: Float64Array;
  readonly y: Float64Array;
  readonly yLoss: Float64Array;
  readonly xy: Float64Array;
  readonly xyLoss: Float64Array;
}

function createMoments(length: number): Moments {
  const column = () => new Float64Array(length);
  return { x: column(), xx: column(), y: column(), yLoss: column(), xy: column(), xyLoss: column() };
}

/** Heads of blocks, with times from the block's start, and tails, with times from the next block's. Shared: kernels do not wait. */
let heads = createMoments(2048);
let tails = createMoments(2048);

/** For each sample, how many differ from the one before, up to it. */
let changes = new Int32Array(2048);

/** Prepares `fitFromBlocks`. */
export function sumLineBlocks({ timestamps, values }: Windows, { start, end, length }: Blocks): void {
  if (changes.length < end) {
    heads = createMoments(2 * end);
    tails = createMoments(2 * end);
    changes = new Int32Array(2 * end);
  }
  for (let from = start; from < end; from += length) {
    const to = Math.min(from + length, end);
    addUp({ timestamps, values, from, to, direction: 1, originMs: timestamps[from] }, heads);
    const nextMs = to < end ? timestamps[to] : timestamps[from];
    addUp({ timestamps, values, from: to - 1, to: from - 1, direction: -1, originMs: nextMs }, tails);
  }
  changes[start] = 0;
  for (let i = start + 1; i < end; i++) changes[i] = changes[i - 1] + (values[i] === values[i - 1] ? 0 : 1);
}

interface Run {
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  readonly from: number;
  /** Not included. */
  readonly to: number;
  readonly direction: 1 | -1;
  readonly originMs: number;
}

function addUp({ timestamps, values, from, to, direction, originMs }: Run, moments: Moments): void {
  let [x, xx, y, yLoss, xy, xyLoss] = [0, 0, 0, 0, 0, 0];
  for (let i = from; i !== to; i += direction) {
    const time = timestamps[i] - originMs;
    const value = values[i];
    x += time;
    xx += time * time;
    const nextY = y + value;
    yLoss += lossOf(y, value, nextY);
    y = nextY;
    const product = time * value;
    const nextXy = xy + product;
    xyLoss += lossOf(xy, product, nextXy);
    xy = nextXy;
    moments.x[i] = x;
    moments.xx[i] = xx;
    moments.y[i] = y;
    moments.yLoss[i] = yLoss;
    moments.xy[i] = xy;
    moments.xyLoss[i] = xyLoss;
  }
}

/** Fits a window that reaches over one border at the most. */
export function fitFromBlocks(windows: Windows, blocks: Blocks, extent: Extent, line: Line): void {
  const { first, behind, originMs } = extent;
  const last = behind - 1;
  const border = blockStart(blocks, last);
  if (first > border) {
    fitDirectly(windows, extent, line);
    return;
  }
  if (changes[last] === changes[first]) {
    fitConstant(windows.values[first], line);
    return;
  }
  const hasTail = first < border;
  const x = heads.x[last] + (hasTail ? tails.x[first] : 0);
  const xx = heads.xx[last] + (hasTail ? tails.xx[first] : 0);
  const y = combined(heads.y, heads.yLoss, last) + (hasTail ? combined(tails.y, tails.yLoss, first) : 0);
  const xy = combined(heads.xy, heads.xyLoss, last) + (hasTail ? combined(tails.xy, tails.xyLoss, first) : 0);
  solve({ count: behind - first, x, xx, y, xy, originMs: originMs - windows.timestamps[border] }, line);
}

function combined(sums: Float64Array, losses: Float64Array, index: number): number {
  return sums[index] + losses[index];
}

/** Fits a window sample by sample. */
export function fitDirectly({ timestamps, values }: Windows, { first, behind, originMs }: Extent, line: Line): void {
  let [x, xx, y, yLoss, xy, xyLoss] = [0, 0, 0, 0, 0, 0];
  let isConstant = true;
  for (let i = first; i < behind; i++) {
    const value = values[i];
    if (value !== values[first]) isConstant = false;
    const time = timestamps[i] - timestamps[first];
    x += time;
    xx += time * time;
    const nextY = y + value;
    yLoss += lossOf(y, value, nextY);
    y = nextY;
    const product = time * value;
    const nextXy = xy + product;
    xyLoss += lossOf(xy, product, nextXy);
    xy = nextXy;
  }
  if (isConstant) fitConstant(values[first], line);
  else
    solve(
      { count: behind - first, x, xx, y: y + yLoss, xy: xy + xyLoss, originMs: originMs - timestamps[first] },
      line,
    );
}

function fitConstant(value: number, line: Line): void {
  line.slope = Number.isFinite(value) ? 0 : Number.NaN;
  line.intercept = Number.isFinite(value) ? value : Number.NaN;
}

interface Sums {
  readonly count: number;
  readonly x: number;
  readonly xx: number;
  readonly y: number;
  readonly xy: number;
  /** Where the intercept is asked for, from the origin of the times. */
  readonly originMs: number;
}

function solve({ count, x, xx, y, xy, originMs }: Sums, line: Line): void {
  const covariance = xy - (x * y) / count;
  const variance = xx - (x * x) / count;
  const slope = covariance / variance;
  line.slope = slope * 1000;
  line.intercept = y / count + slope * (originMs - x / count);
}
