import { expect, it } from 'vitest';
import { roundTo } from './round.ts';

it.each([
  [0.5, 1, 1],
  [-0.5, 1, 0],
  [2.5, 1, 3],
  [-2.5, 1, -2],
  [7, 5, 5],
  [7.5, 5, 10],
  [0.123, 0.01, 0.12],
  [10, 0, Number.NaN],
  [Infinity, 1, Infinity],
  [Number.NaN, 1, Number.NaN],
])('%d to multiples of %d is %d', (value, multiple, expected) => {
  expect(roundTo(value, multiple)).toBe(expected);
});
