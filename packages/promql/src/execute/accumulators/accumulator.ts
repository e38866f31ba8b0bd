import type { Row } from '../kernels/window-kernel.ts';

/** Collects the rows of one group of an aggregation. */
export interface Accumulator {
  /** How many numbers it keeps. */
  readonly cells: number;
  /** Takes in the present cells of a row, of which there are `count`. Keeps nothing of the row. */
  add(row: Row, count: number): void;
  /** Writes the result, and returns how many cells of it are present. Once, at the end. */
  finish(row: Row): number;
}
