/** The relative difference that the values of tests may have. */
const EPSILON = 1e-6;

/** The smallest positive number with all digits. */
const MIN_NORMAL = 2 ** -1022;

/** Whether two values are the same, as far as calculating in floats goes. NaN is the same as NaN. */
export function isAlmostEqual(a: number, b: number): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  if (a === b) return true;
  const sum = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || sum < MIN_NORMAL) return difference < EPSILON * MIN_NORMAL;
  return difference / Math.min(sum, Number.MAX_VALUE) < EPSILON;
}
