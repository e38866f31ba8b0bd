import { expect, it } from 'vitest';
import { greater, lesser } from './extremes.ts';

it.each([
  [1, 2, 2, 1],
  [Number.NaN, 1, Number.NaN, Number.NaN],
  [Number.NaN, Infinity, Infinity, Number.NaN],
  [Number.NaN, -Infinity, Number.NaN, -Infinity],
])('of %d and %d the greater is %d and the lesser %d', (a, b, greatest, least) => {
  expect([greater(a, b), greater(b, a)]).toEqual([greatest, greatest]);
  expect([lesser(a, b), lesser(b, a)]).toEqual([least, least]);
});
