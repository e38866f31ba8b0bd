/** The buckets of a classic histogram at one time, by rising bound. `length` of each column count; the columns may be changed. */
export interface Buckets {
  readonly bounds: Float64Array;
  readonly counts: Float64Array;
  length: number;
}

/** That counts fell where they should have risen, and were lifted. */
export interface ForcedMonotonicity {
  /** Bounds of the first and last bucket that was changed. */
  readonly minBucket: number;
  readonly maxBucket: number;
  readonly maxDifference: number;
}

/** Differences of counts that are smaller than this, relatively, come from the rounding of floats. */
const INSIGNIFICANT = 1e-12;

/** Adds up buckets of the same bound. */
export function coalesceBuckets(buckets: Buckets): void {
  const { bounds, counts } = buckets;
  let last = 0;
  for (let i = 1; i < buckets.length; i++) {
    if (bounds[i] === bounds[last]) {
      counts[last] += counts[i];
    } else {
      last++;
      bounds[last] = bounds[i];
      counts[last] = counts[i];
    }
  }
  buckets.length = last + 1;
}

/** Lifts counts that fall, silently where the difference is insignificant. */
export function forceMonotonicity({ bounds, counts, length }: Buckets): ForcedMonotonicity | undefined {
  let previous = counts[0];
  let minBucket = Infinity;
  let maxBucket = -Infinity;
  let maxDifference = 0;
  for (let i = 1; i < length; i++) {
    const count = counts[i];
    if (count === previous) continue;
    if (isAlmostEqual(previous, count)) {
      counts[i] = previous;
    } else if (count < previous) {
      counts[i] = previous;
      minBucket = Math.min(minBucket, bounds[i]);
      maxBucket = Math.max(maxBucket, bounds[i]);
      maxDifference = Math.max(maxDifference, previous - count);
    } else {
      previous = count;
    }
  }
  return minBucket === Infinity && maxBucket === -Infinity ? undefined : { minBucket, maxBucket, maxDifference };
}

/** The least normal number: below, relative differences mean nothing. */
const MIN_NORMAL = 2 ** -1022;

function isAlmostEqual(a: number, b: number): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  if (a === b) return true;
  const sum = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || sum < MIN_NORMAL) return difference < INSIGNIFICANT * MIN_NORMAL;
  return difference / Math.min(sum, Number.MAX_VALUE) < INSIGNIFICANT;
}
