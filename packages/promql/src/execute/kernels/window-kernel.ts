/**
 * Windows over the samples of one series, one a step of the grid. Staleness markers have been removed, so every value is a sample, NaN among them.
 */
export interface Windows {
  /** Unix milliseconds, rising. */
  readonly timestamps: Float64Array;
  readonly values: Float64Array;
  readonly steps: number;
  /** The window of step `i` holds the samples from `low[i]` up to, not including, `high[i]`. Neither ever falls. */
  readonly low: Int32Array;
  readonly high: Int32Array;
  /** A window reaches from `rangeMs` before its end, which is outside, up to its end, which is inside. */
  readonly rangeMs: number;
  /** Where the window of step 0 ends, and how far each further one is moved: by the grid's step, or by 0 under `@`. */
  readonly endMs: number;
  readonly strideMs: number;
  /** The time of step 0 and between two steps of the evaluation, which `offset` and `@` do not move. */
  readonly evaluationMs: number;
  readonly stepMs: number;
}

/** Where a kernel writes: cells `start` up to `start + steps` of both columns. */
export interface Row {
  readonly values: Float64Array;
  /** 1 where there is a value, else 0. */
  readonly present: Uint8Array;
  readonly start: number;
}

/**
 * A function over range vectors, for one series: writes `present` of every cell of the row, and `values` of those that are
 * present, and returns how many are. Keeps nothing between calls that a caller could notice.
 *
 * `parameters` are the function's scalar arguments in their order, each with a value a step.
 */
export type WindowKernel = (windows: Windows, row: Row, parameters: readonly Float64Array[]) => number;
