/**
 * What `sum + value` leaves out of the exact result, which is representable (Neumaier). `next` is the rounded sum. Where that
 * is infinite nothing can be compensated.
 */
export function lossOf(sum: number, value: number, next: number): number {
  if (next === Infinity || next === -Infinity) return 0;
  return Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
}
