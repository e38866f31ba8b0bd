import { expect, it } from 'vitest';
import { elementFunctions } from './element-functions.ts';

it.each([
  ['abs', -0, 0],
  ['acos', 2, Number.NaN],
  ['acosh', 0.5, Number.NaN],
  ['acosh', 1, 0],
  ['asin', -1, -Math.PI / 2],
  ['asinh', -0, -0],
  ['atan', Infinity, Math.PI / 2],
  ['atanh', 1, Infinity],
  ['atanh', 2, Number.NaN],
  ['ceil', -0.5, -0],
  ['cos', 0, 1],
  ['cosh', 0, 1],
  ['deg', Math.PI, 180],
  ['exp', -Infinity, 0],
  ['floor', -0.5, -1],
  ['ln', 0, -Infinity],
  ['ln', -1, Number.NaN],
  ['log10', 1000, 3],
  ['log10', 1e22, 22],
  ['log2', 2 ** 40, 40],
  ['log2', 2 ** -1074, -1074],
  ['rad', 180, Math.PI],
  ['sgn', -Infinity, -1],
  ['sgn', -0, -0],
  ['sgn', Number.NaN, Number.NaN],
  ['sin', Infinity, Number.NaN],
  ['sinh', 710.5, Infinity],
  ['sqrt', -1, Number.NaN],
  ['tan', 0, 0],
  ['tanh', 100, 1],
  ['year', 0, 1970],
])('%s of %d is %d', (name, value, expected) => {
  expect(elementFunctions.get(name)?.(value)).toBe(expected);
});
