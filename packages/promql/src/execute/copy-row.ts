import type { Row } from './kernels/window-kernel.ts';

export function copyRow(from: Row, to: Row, steps: number): void {
  to.values.set(from.values.subarray(from.start, from.start + steps), to.start);
  to.present.set(from.present.subarray(from.start, from.start + steps), to.start);
}

/**
 * Adds the present cells of one row to another. Returns `false`, and stops, where both have a value for the same step.
 */
export function tryAddRow(from: Row, to: Row, steps: number): boolean {
  for (let step = 0; step < steps; step++) {
    if (from.present[from.start + step] === 0) continue;
    if (to.present[to.start + step] === 1) return false;
    to.present[to.start + step] = 1;
    to.values[to.start + step] = from.values[from.start + step];
  }
  return true;
}
