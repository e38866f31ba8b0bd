/**
 * A quantile of values, which are sorted in place; between two of them it is a weighted average. NaN where there are no values
 * or `q` is NaN, infinite where `q` is below 0 or above 1. A NaN among the values counts as the least.
 */
export function quantile(q: number, values: Float64Array): number {
  if (values.length === 0) return Number.NaN;
  let missing = 0;
  let kept = 0;
  for (const value of values) {
    if (Number.isNaN(value)) missing++;
    else values[kept++] = value;
  }
  const sorted = values.subarray(0, kept).sort();
  return quantileOfSorted(q, sorted, { missing, length: kept });
}

/**
 * The same of values that are sorted already: the first `length` of the column, and before them so many NaNs as are `missing`.
 */
export function quantileOfSorted(
  q: number,
  sorted: Float64Array,
  { missing, length }: { readonly missing: number; readonly length: number },
): number {
  const count = missing + length;
  if (count === 0 || Number.isNaN(q)) return Number.NaN;
  if (q < 0) return -Infinity;
  if (q > 1) return Infinity;
  const rank = q * (count - 1);
  const lowerIndex = Math.max(0, Math.floor(rank));
  const upperIndex = Math.min(count - 1, lowerIndex + 1);
  const weight = rank - Math.floor(rank);
  const valueAt = (index: number) => (index < missing ? Number.NaN : sorted[index - missing]);
  return valueAt(lowerIndex) * (1 - weight) + valueAt(upperIndex) * weight;
}
