/** The position of the first NaN from `first` on; `end` where there is none. */
export function findNaN(values: Float64Array, first: number, end: number): number {
  let i = first;
  while (i < end && !Number.isNaN(values[i])) i++;
  return i;
}
