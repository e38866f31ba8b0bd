import { type Buckets, coalesceBuckets, type ForcedMonotonicity, forceMonotonicity } from './buckets.ts';

/**
 * The value below which a share `q` of the observations lie, as if they were spread evenly within each bucket. NaN without
 * observations, without a bucket up to +Inf, or with one bucket only. Above the last finite bound that bound is the answer.
 * Changes the buckets; `onFix` hears of counts that had to be lifted.
 */
export function bucketQuantile(q: number, buckets: Buckets, onFix: (fix: ForcedMonotonicity) => void): number {
  if (Number.isNaN(q)) return Number.NaN;
  if (q < 0) return -Infinity;
  if (q > 1) return Infinity;
  const { bounds, counts } = buckets;
  if (bounds[buckets.length - 1] !== Infinity) return Number.NaN;
  coalesceBuckets(buckets);
  const fix = forceMonotonicity(buckets);
  if (fix !== undefined) onFix(fix);
  const last = buckets.length - 1;
  const observations = counts[last];
  if (last < 1 || observations === 0) return Number.NaN;
  const rank = q * observations;
  const bucket = firstNotBelow(counts, last, rank);
  if (bucket === last) return bounds[last - 1];
  if (bucket === 0 && bounds[0] <= 0) return bounds[0];
  const start = bucket === 0 ? 0 : bounds[bucket - 1];
  const below = bucket === 0 ? 0 : counts[bucket - 1];
  return start + (bounds[bucket] - start) * ((rank - below) / (counts[bucket] - below));
}

/** The first of `length` counts that is at least `rank`; `length` where there is none. */
function firstNotBelow(counts: Float64Array, length: number, rank: number): number {
  let from = 0;
  let to = length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (counts[middle] >= rank) to = middle;
    else from = middle + 1;
  }
  return from;
}
