import { describe, expect, it } from 'vitest';
import { bucketFraction } from './bucket-fraction.ts';
import { bucketQuantile } from './bucket-quantile.ts';
import type { ForcedMonotonicity } from './buckets.ts';

type Table = readonly (readonly [bound: number, count: number])[];

function bucketsOf(table: Table) {
  return {
    bounds: Float64Array.from(table, ([bound]) => bound),
    counts: Float64Array.from(table, ([, count]) => count),
    length: table.length,
  };
}

/** The quantile, and what had to be fixed for it. */
function quantileOf(q: number, table: Table): readonly [number, ForcedMonotonicity | undefined] {
  let fixed: ForcedMonotonicity | undefined;
  const quantile = bucketQuantile(q, bucketsOf(table), (fix) => {
    fixed = fix;
  });
  return [quantile, fixed];
}

const usual: Table = [
  [1, 2],
  [2, 6],
  [4, 8],
  [Infinity, 10],
];

describe('a quantile', () => {
  it.each([
    ['in the middle of a bucket', 0.4, usual, 1.5],
    ['in the first bucket, which starts at 0', 0.1, usual, 0.5],
    ['of nothing', 0, usual, 0],
    ['at a bound', 0.6, usual, 2],
    ['above the last finite bound', 0.9, usual, 4],
    ['of all', 1, usual, 4],
    ['below 0', -0.1, usual, -Infinity],
    ['above 1', 1.1, usual, Infinity],
    ['that is NaN', Number.NaN, usual, Number.NaN],
    ['without a bucket up to +Inf', 0.5, usual.slice(0, 3), Number.NaN],
    ['with one bucket only', 0.5, [[Infinity, 5]], Number.NaN],
    ['without observations', 0.5, usual.map(([bound]) => [bound, 0] as const), Number.NaN],
    [
      'in a first bucket up to a bound below 0',
      0.1,
      [
        [-1, 5],
        [Infinity, 10],
      ],
      -1,
    ],
    [
      'in a bucket that starts below 0',
      0.75,
      [
        [-1, 5],
        [3, 10],
        [Infinity, 10],
      ],
      1,
    ],
    [
      'with two buckets of one bound',
      0.5,
      [
        [1, 2],
        [1, 2],
        [3, 8],
        [Infinity, 8],
      ],
      1,
    ],
  ] satisfies [string, number, Table, number][])('%s', (_, q, table, expected) => {
    expect(quantileOf(q, table)).toEqual([expected, undefined]);
  });

  it('lifts counts that fall, and says so', () => {
    expect(
      quantileOf(0.5, [
        [1, 4],
        [2, 3],
        [3, 8],
        [4, 6],
        [Infinity, 8],
      ]),
    ).toEqual([1, { minBucket: 2, maxBucket: 4, maxDifference: 2 }]);
  });

  it('lifts a count that falls at +Inf', () => {
    expect(
      quantileOf(0.5, [
        [1, 4],
        [Infinity, 3],
      ]),
    ).toEqual([0.5, { minBucket: Infinity, maxBucket: Infinity, maxDifference: 1 }]);
  });

  it('is silent about differences that come from rounding', () => {
    const [quantile, fix] = quantileOf(1, [
      [1, 4],
      [2, 4 - 1e-13],
      [3, 4 + 1e-13],
      [Infinity, 4],
    ]);
    expect([quantile, fix]).toEqual([1, undefined]);
  });
});

describe('a fraction', () => {
  it.each([
    ['of all', -Infinity, Infinity, usual, 1],
    ['between bounds', 1, 2, usual, 0.4],
    ['from the middle to the middle', 0.5, 1.5, usual, 0.3],
    ['below the first bucket', -5, 0, usual, 0],
    ['above the last finite bound', 4, Infinity, usual, 0.2],
    ['inside of the bucket up to +Inf', 5, 6, usual, 0],
    ['of an empty range', 2, 2, usual, 0],
    ['of a reversed range', 3, 2, usual, 0],
    ['from NaN', Number.NaN, 2, usual, Number.NaN],
    ['to NaN', 1, Number.NaN, usual, Number.NaN],
    ['without a bucket up to +Inf', 0, 1, usual.slice(0, 3), Number.NaN],
    [
      'without observations',
      0,
      1,
      [
        [1, 0],
        [Infinity, 0],
      ],
      Number.NaN,
    ],
    [
      'inside of a bucket from -Inf',
      -5,
      -3,
      [
        [-2, 4],
        [Infinity, 8],
      ],
      0,
    ],
    [
      'from below a bound below 0',
      -Infinity,
      -2,
      [
        [-2, 4],
        [Infinity, 8],
      ],
      0.5,
    ],
  ] satisfies [string, number, number, Table, number][])('%s', (_, lower, upper, table, expected) => {
    expect(bucketFraction(lower, upper, bucketsOf(table))).toBe(expected);
  });
});
