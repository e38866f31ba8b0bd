import { lossOf, withLoss } from '../../math/compensated-sum.ts';
import { blockLengthOf, doubtsAtBorders } from './blocks.ts';
import type { Windows } from './window-kernel.ts';

const MS_PER_SECOND = 1000;

/** Where less than this is left of what is subtracted, rounding shows, and Prometheus' own steps are taken. */
const MIN_LEFT = 1e-5;

/** Of a window that starts at a border there is no tail. */
const NONE = -1;

/**
 * What least squares need of samples, added up within blocks: sums over times and values. Times are in milliseconds, whole
 * numbers; sums with values are compensated.
 */
interface Moments {
  readonly x: Float64Array;
  readonly xx: Float64Array;
  readonly y: RunningSums;
  readonly xy: RunningSums;
}

interface RunningSums {
  readonly sums: Float64Array;
  readonly losses: Float64Array;
}

function createMoments(length: number): Moments {
  const column = () => new Float64Array(length);
  const running = () => ({ sums: column(), losses: column() });
  return { x: column(), xx: column(), y: running(), xy: running() };
}

/** Heads of blocks, with times from the block's start, and tails, with times from the next block's. Shared: kernels do not wait. */
let heads = createMoments(2048);
let tails = createMoments(2048);

function sumBlocks({ timestamps, values, low, high, steps }: Windows, blockLength: number): void {
  const start = low[0];
  const end = high[steps - 1];
  if (heads.x.length < end - start) {
    heads = createMoments(2 * (end - start));
    tails = createMoments(2 * (end - start));
  }
  for (let from = start; from < end; from += blockLength) {
    const to = Math.min(from + blockLength, end);
    addUp({ timestamps, values, start, from, to, direction: 1, originMs: timestamps[from] }, heads);
    const nextMs = timestamps[Math.min(to, end - 1)];
    addUp({ timestamps, values, start, from: to - 1, to: from - 1, direction: -1, originMs: nextMs }, tails);
  }
}

interface Run {
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  readonly start: number;
  readonly from: number;
  /** Not included. */
  readonly to: number;
  readonly direction: 1 | -1;
  readonly originMs: number;
}

function addUp({ timestamps, values, start, from, to, direction, originMs }: Run, moments: Moments): void {
  let [x, xx, y, yLoss, xy, xyLoss] = [0, 0, 0, 0, 0, 0];
  for (let i = from; i !== to; i += direction) {
    const time = timestamps[i] - originMs;
    const value = values[i];
    x += time;
    xx += time * time;
    let next = y + value;
    let part = next - y;
    yLoss += y - (next - part) + (value - part);
    y = next;
    const product = time * value;
    next = xy + product;
    part = next - xy;
    xyLoss += xy - (next - part) + (product - part);
    xy = next;
    moments.x[i - start] = x;
    moments.xx[i - start] = xx;
    moments.y.sums[i - start] = y;
    moments.y.losses[i - start] = yLoss;
    moments.xy.sums[i - start] = xy;
    moments.xy.losses[i - start] = xyLoss;
  }
}

/** The sum of a tail, where there is one, and a head. */
function join(tails: RunningSums, tail: number, heads: RunningSums, head: number): number {
  if (tail === NONE) return heads.sums[head] + heads.losses[head];
  const sum = tails.sums[tail] + heads.sums[head];
  const loss = lossOf(tails.sums[tail], heads.sums[head], sum);
  return sum + (loss + tails.losses[tail] + heads.losses[head]);
}

/** A window to fit, by its positions in the columns, and the time at which the intercept is asked for. */
export interface Extent {
  readonly first: number;
  readonly behind: number;
  readonly originMs: number;
}

/** Fits lines to windows, which come in their order, by least squares. */
export class LineFitter {
  /** Per second. */
  slope = 0;
  /** At the origin that was asked for. */
  intercept = 0;
  /** Of the values. */
  mean = 0;
  #blockLength = 0;
  #doubts: Float64Array = new Float64Array(0);
  /** The first border between blocks that is not before the window's first sample, and its number. */
  #border = 0;
  #block = 0;
  /** Up to the window's end, the last sample that differs from the one before. */
  #lastChange = 0;
  #behind = 0;

  start(windows: Windows): void {
    this.#blockLength = blockLengthOf(windows);
    if (this.#blockLength > 0) {
      sumBlocks(windows, this.#blockLength);
      this.#doubts = doubtsAtBorders(windows, this.#blockLength);
    }
    this.#border = windows.steps === 0 ? 0 : windows.low[0];
    this.#block = 0;
    this.#lastChange = this.#border;
    this.#behind = this.#border + 1;
  }

  /** For a window of two samples or more. */
  fit(windows: Windows, extent: Extent): void {
    const { values } = windows;
    const { first, behind } = extent;
    for (; this.#behind < behind; this.#behind++) {
      if (values[this.#behind] !== values[this.#behind - 1]) this.#lastChange = this.#behind;
    }
    if (this.#lastChange <= first) this.#fitConstant(values[first]);
    else if (this.#blockLength === 0 || !this.#tryFromBlocks(windows, extent)) this.fitDirectly(windows, extent);
  }

  #fitConstant(value: number): void {
    const isInfinite = Math.abs(value) === Infinity;
    this.slope = isInfinite ? Number.NaN : 0;
    this.intercept = isInfinite ? Number.NaN : value;
    this.mean = this.intercept;
  }

  /** `false` where the window lies inside of a block, or where rounding could show. */
  #tryFromBlocks({ timestamps, low, rangeMs }: Windows, { first, behind, originMs }: Extent): boolean {
    while (this.#border < first) {
      this.#border += this.#blockLength;
      this.#block++;
    }
    const border = this.#border;
    if (behind <= border) return false;
    const last = behind - 1 - low[0];
    const tail = first < border ? first - low[0] : NONE;
    const count = behind - first;
    const x = (tail === NONE ? 0 : tails.x[tail]) + heads.x[last];
    const xx = (tail === NONE ? 0 : tails.xx[tail]) + heads.xx[last];
    const y = join(tails.y, tail, heads.y, last);
    const xy = join(tails.xy, tail, heads.xy, last);
    const covariance = xy - (x * y) / count;
    const variance = xx - (x * x) / count;
    // What Prometheus subtracts depends on the origin.
    const fromOrigin = timestamps[border] - originMs;
    const originX = x + count * fromOrigin;
    if (variance < (MIN_LEFT * originX * originX) / count) return false;
    const doubt = (MIN_LEFT * Math.abs(originX * y)) / count + this.#doubts[this.#block] * rangeMs;
    if (!(Math.abs(covariance) >= doubt && doubt < Infinity)) return false;
    const slope = covariance / variance;
    this.slope = slope * MS_PER_SECOND;
    this.mean = y / count;
    this.intercept = this.mean - slope * (x / count + fromOrigin);
    return true;
  }

  /**
   * Sample by sample, as Prometheus does, with times from the origin, which is nearby, so that digits are not lost. The values
   * must not all be the same.
   */
  fitDirectly({ timestamps, values }: Windows, { first, behind, originMs }: Extent): void {
    let [x, y, xy, xx] = [0, 0, 0, 0];
    let [xLoss, yLoss, xyLoss, xxLoss] = [0, 0, 0, 0];
    for (let i = first; i < behind; i++) {
      const time = (timestamps[i] - originMs) / MS_PER_SECOND;
      const value = values[i];
      let next = x + time;
      let part = next - x;
      xLoss += x - (next - part) + (time - part);
      x = next;
      next = y + value;
      part = next - y;
      yLoss += y - (next - part) + (value - part);
      y = next;
      const product = time * value;
      next = xy + product;
      part = next - xy;
      xyLoss += xy - (next - part) + (product - part);
      xy = next;
      const square = time * time;
      next = xx + square;
      part = next - xx;
      xxLoss += xx - (next - part) + (square - part);
      xx = next;
    }
    const count = behind - first;
    const sumX = x + xLoss;
    const sumY = withLoss(y, yLoss);
    const covariance = withLoss(xy, xyLoss) - (sumX * sumY) / count;
    const variance = xx + xxLoss - (sumX * sumX) / count;
    this.slope = covariance / variance;
    this.mean = sumY / count;
    this.intercept = this.mean - (this.slope * sumX) / count;
  }
}
