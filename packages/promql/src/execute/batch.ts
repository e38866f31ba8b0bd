import type { Labels } from '@hearth/model';

/**
 * Values of some series on every step of a grid, row by row: cell `row * steps + step`.
 *
 * A batch belongs to whoever was handed it: they may change its cells and labels, pass it on, keep it, or give its columns
 * back by `ExecutionContext.release`, once. Columns may be longer than needed.
 */
export interface Batch {
  /** One a row. */
  readonly labels: Labels[];
  readonly steps: number;
  readonly values: Float64Array;
  /** 1 where there is a value, else 0: a value may be NaN. */
  readonly present: Uint8Array;
  /** How many cells of each row are present; never zero: a row without values is left out. */
  readonly counts: Uint32Array;
  /** With delayed name removal: 1 for the rows whose metric name goes at the end. */
  readonly dropsName: Uint8Array | undefined;
}

/** A batch holds about this many cells, and one row at least: what a core's cache holds, and takes less than a millisecond. */
export const CELLS_PER_BATCH = 65_536;

const MAX_ROWS = 1024;

export function rowsPerBatch(steps: number): number {
  return Math.max(1, Math.min(MAX_ROWS, Math.floor(CELLS_PER_BATCH / Math.max(steps, 1))));
}

/** Counts the present cells of a row. */
export function countPresent(present: Uint8Array, start: number, steps: number): number {
  let count = 0;
  for (let i = start; i < start + steps; i++) count += present[i];
  return count;
}
