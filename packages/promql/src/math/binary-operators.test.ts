import { describe, expect, it } from 'vitest';
import { applyScalars, applyToCells, arithmetic, comparison, isComparison } from './binary-operators.ts';

it.each([
  ['+', Infinity, -Infinity, Number.NaN],
  ['-', 0, 0, 0],
  ['*', 0, Infinity, Number.NaN],
  ['/', 1, 0, Infinity],
  ['/', -1, 0, -Infinity],
  ['/', 0, 0, Number.NaN],
  ['%', 5, 3, 2],
  ['%', -5, 3, -2],
  ['%', 5, -3, 2],
  ['%', -3, 3, -0],
  ['%', 5.5, 2, 1.5],
  ['%', 5, 0, Number.NaN],
  ['%', 5, Infinity, 5],
  ['%', Infinity, 5, Number.NaN],
  ['^', 2, 10, 1024],
  ['^', 1, Number.NaN, 1],
  ['^', Number.NaN, 0, 1],
  ['^', Number.NaN, 1, Number.NaN],
  ['^', 1, Infinity, 1],
  ['^', -1, Infinity, 1],
  ['^', -1, -Infinity, 1],
  ['^', 0.5, -Infinity, Infinity],
  ['^', -2, 0.5, Number.NaN],
  ['^', -0, -3, -Infinity],
  ['^', -8, 3, -512],
  ['atan2', 0, -1, Math.PI],
  ['atan2', -0, -1, -Math.PI],
  ['atan2', Infinity, Infinity, Math.PI / 4],
  ['atan2', Number.NaN, 1, Number.NaN],
] as const)('%s of %d and %d is %d, for cells and for scalars', (operator, a, b, expected) => {
  const target = { values: new Float64Array(3).fill(7), start: 1 };
  const left = { values: Float64Array.of(a), start: 0 };
  const right = { values: Float64Array.of(9, 9, b), start: 2 };
  applyToCells(operator, { left, right, target, length: 1 });
  expect([...target.values]).toEqual([7, expected, 7]);
  expect(arithmetic[operator](a, b)).toBe(expected);
  expect(applyScalars(operator, a, b)).toBe(expected);
});

it('writes over an operand', () => {
  const cells = { values: Float64Array.of(1, 2, 3), start: 0 };
  applyToCells('*', { left: cells, right: cells, target: cells, length: 3 });
  expect([...cells.values]).toEqual([1, 4, 9]);
});

describe('comparisons', () => {
  it.each([
    ['==', true, false, false, false],
    ['!=', false, true, true, true],
    ['<', false, true, false, false],
    ['<=', true, true, false, false],
    ['>', false, false, true, false],
    ['>=', true, false, true, false],
  ] as const)('%s', (operator, ofEquals, ofRising, ofFalling, ofNaN) => {
    const holds = comparison[operator];
    expect([holds(0, -0), holds(1, 2), holds(2, 1), holds(Number.NaN, Number.NaN)]).toEqual([
      ofEquals,
      ofRising,
      ofFalling,
      ofNaN,
    ]);
    expect(isComparison(operator)).toBe(true);
    expect(applyScalars(operator, 1, 2)).toBe(ofRising ? 1 : 0);
  });
});
