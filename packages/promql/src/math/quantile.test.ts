import { expect, it } from 'vitest';
import { quantile } from './quantile.ts';

it.each([
  [0.5, [], Number.NaN],
  [Number.NaN, [1], Number.NaN],
  [-0.1, [1], -Infinity],
  [1.1, [1], Infinity],
  [-0.1, [], Number.NaN],
  [0, [3, 1, 2], 1],
  [1, [3, 1, 2], 3],
  [0.5, [3, 1, 2], 2],
  [0.5, [4, 1, 3, 2], 2.5],
  [0.75, [0, 10, 100], 55],
  [0.3, [7], 7],
  [0.1, [1, Number.NaN, 2], Number.NaN],
  [1, [1, Number.NaN, 2], 2],
  [0.75, [1, Number.NaN, 2], 1.5],
  [0, [-Infinity, 1], -Infinity],
  [0.5, [1, Infinity, Infinity], Number.NaN],
  [0, [1, Infinity], Number.NaN],
  [0.5, [-Infinity, Infinity], Number.NaN],
])('%d of %j is %d', (q, values, expected) => {
  expect(quantile(q, Float64Array.from(values))).toBe(expected);
});
