import { type Buckets, coalesceBuckets } from './buckets.ts';

/**
 * The share of the observations that lie between two values, as if they were spread evenly within each bucket. Buckets without
 * a finite width tell nothing of what is inside. Changes the buckets.
 */
export function bucketFraction(lower: number, upper: number, buckets: Buckets): number {
  if (buckets.bounds[buckets.length - 1] !== Infinity) return Number.NaN;
  coalesceBuckets(buckets);
  const observations = buckets.counts[buckets.length - 1];
  if (observations === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
  if (lower >= upper) return 0;
  const rank = (value: number) => Math.min(rankOf(value, buckets), observations);
  return (rank(upper) - rank(lower)) / observations;
}

/** How many observations are below a value. */
function rankOf(value: number, { bounds, counts, length }: Buckets): number {
  let start = bounds[0] <= 0 ? -Infinity : 0;
  let below = 0;
  for (let i = 0; i < length; i++) {
    if (start >= value) return below;
    if (bounds[i] > value) {
      // Within a bucket that starts at -Inf nothing can be told apart.
      if (start === -Infinity) return counts[i];
      return below + ((counts[i] - below) * (value - start)) / (bounds[i] - start);
    }
    start = bounds[i];
    below = counts[i];
  }
  return counts[length - 1];
}
