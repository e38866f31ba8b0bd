import { type Grid, shiftedGrid, type TimeShift } from '../plan/grid.ts';
import type { Windows } from './kernels/window-kernel.ts';

/** Samples of several series in columns. */
export interface SampleColumns {
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
}

/** The windows of one series after the other: `over` moves them, and what it returned before is no longer valid. */
export class SlidingWindows {
  readonly #grid: Grid;
  readonly #rangeMs: number;
  readonly #endMs: number;
  readonly #strideMs: number;
  readonly #low: Int32Array;
  readonly #high: Int32Array;

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
    this.#fill(timestamps, start, end);
    return {
      timestamps,
      values,
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

  #fill(timestamps: Float64Array, start: number, end: number): void {
    const low = this.#low;
    const high = this.#high;
    const rangeMs = this.#rangeMs;
    const strideMs = this.#strideMs;
    let first = start;
    let behind = start;
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
