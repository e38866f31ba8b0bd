import { describe, expect, it } from 'vitest';
import { compensatedAverage, compensatedSum } from './compensated-sum.ts';

describe('sums', () => {
  it.each([
    [[], 0],
    [[1, 1e100, 1, -1e100], 2],
    [[0.1, 0.2, 0.3], 0.6],
    [[1e308, 1e308], Infinity],
    [[1e308, 1e308, -1e308], Infinity],
    [[1, Infinity, 5], Infinity],
    [[-Infinity, 1], -Infinity],
    [[Infinity, -Infinity], Number.NaN],
    [[1, Number.NaN], Number.NaN],
  ])('%j: %d', (values, expected) => {
    expect(compensatedSum(Float64Array.from(values), 0, values.length)).toBe(expected);
  });

  it('only from the first up to the one behind the last', () => {
    expect(compensatedSum(Float64Array.of(1, 2, 4, 8), 1, 3)).toBe(6);
  });
});

describe('averages', () => {
  it.each([
    [[5], 5],
    [[1, 1e100, 1, -1e100], 0.5],
    [[1e308, 1e308], 1e308],
    [[1.7e308, 1.7e308, 1.7e308, 1.7e308], 1.7e308],
    [[-1e308, -1e308, -1e308], -1e308],
    [[1, Infinity], Infinity],
    [[1, -Infinity, 2], -Infinity],
    [[Infinity, -Infinity], Number.NaN],
    [[1, Number.NaN], Number.NaN],
  ])('%j: %d', (values, expected) => {
    const average = compensatedAverage(Float64Array.from(values), 0, values.length);
    if (Number.isFinite(expected)) expect(average / expected).toBeCloseTo(1, 12);
    else expect(average).toBe(expected);
  });
});
