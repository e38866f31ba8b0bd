import { type Grid, shiftedGrid, type TimeShift } from '../plan/grid.ts';
import type { Windows } from './kernels/window-kernel.ts';

/** Samples of several series in columns. */
export interface SampleColumns {
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
}

const MIN_STEPS_TO_LEARN = 8;

/** No series is known: no length is less than zero. */
const NONE = -1;

/** The windows of one series after the other: `over` moves them, and what it returned before is no longer valid. */
export class SlidingWindows {
  readonly #grid: Grid;
  readonly #rangeMs: number;
  readonly #endMs: number;
  readonly #strideMs: number;
  readonly #low: Int32Array;
  readonly #high: Int32Array;
  #known = new Float64Array(0);
  #knownLength = NONE;

  constructor(grid: Grid, { shift, rangeMs }: { readonly shift: TimeShift; readonly rangeMs: number }) {
    const { firstMs, strideMs } = shiftedGrid(grid, shift);
    this.#grid = grid;
    this.#rangeMs = rangeMs;
    this.#endMs = firstMs;
    this.#strideMs = strideMs;
    this.#low = new Int32Array(grid.steps);
    this.#high = new Int32Array(grid.steps);
  }

  /** Windows over the samples from `start` up to, not including, `end`. */
  over({ timestamps, values }: SampleColumns, start: number, end: number): Windows {
    const { steps, startMs, stepMs } = this.#grid;
    const times = timestamps.subarray(start, end);
    if (!this.#isKnown(times)) {
      this.#fill(times);
      this.#learn(times);
    }
    return {
      timestamps: times,
      values: values.subarray(start, end),
      steps,
      low: this.#low,
      high: this.#high,
      rangeMs: this.#rangeMs,
      endMs: this.#endMs,
      strideMs: this.#strideMs,
      evaluationMs: startMs,
      stepMs,
    };
  }

  /** The series of a target have the same timestamps, and so the same windows. */
  #isKnown(timestamps: Float64Array): boolean {
    const known = this.#known;
    if (timestamps.length !== this.#knownLength) return false;
    for (let i = 0; i < timestamps.length; i++) if (timestamps[i] !== known[i]) return false;
    return true;
  }

  /** Copies them: the columns they lie in are used again. Where there are few steps there is little to save. */
  #learn(timestamps: Float64Array): void {
    if (this.#low.length < MIN_STEPS_TO_LEARN) return;
    if (this.#known.length < timestamps.length) this.#known = new Float64Array(2 * timestamps.length);
    this.#known.set(timestamps);
    this.#knownLength = timestamps.length;
  }

  #fill(timestamps: Float64Array): void {
    const low = this.#low;
    const high = this.#high;
    const rangeMs = this.#rangeMs;
    const strideMs = this.#strideMs;
    const end = timestamps.length;
    let first = 0;
    let behind = 0;
    let windowEnd = this.#endMs;
    for (let step = 0; step < low.length; step++) {
      const windowStart = windowEnd - rangeMs;
      while (behind < end && timestamps[behind] <= windowEnd) behind++;
      while (first < behind && timestamps[first] <= windowStart) first++;
      low[step] = first;
      high[step] = behind;
      windowEnd += strideMs;
    }
  }
}
