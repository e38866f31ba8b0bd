import { describe, expect, it } from 'vitest';
import { SlidingWindows } from '../windows.ts';
import { windowKernels } from './window-kernels.ts';

/** A sample: seconds and value. */
type Samples = readonly (readonly [seconds: number, value: number])[];

/** What a function gives for the window of 100 s up to second 100; `undefined` where it gives nothing. */
function evaluate(name: string, samples: Samples, parameters: readonly number[] = []): number | undefined {
  const columns = {
    timestamps: Float64Array.from(samples, ([seconds]) => seconds * 1000),
    values: Float64Array.from(samples, ([, value]) => value),
  };
  const grid = { startMs: 100_000, stepMs: 1000, steps: 1 };
  const shift = { offsetMs: 0, atMs: undefined };
  const windows = new SlidingWindows(grid, { shift, rangeMs: 100_000 }).over(columns, 0, samples.length);
  const row = { values: new Float64Array(1), present: new Uint8Array(1), start: 0 };
  const count = windowKernels.get(name)?.(
    windows,
    row,
    parameters.map((value) => Float64Array.of(value)),
  );
  expect(count).toBe(row.present[0]);
  return row.present[0] === 1 ? row.values[0] : undefined;
}

/** A sample every 10 s, the last at the window's end. */
const every10 = (...values: number[]): Samples => values.map((value, i) => [100 - 10 * (values.length - 1 - i), value]);

describe('increase, as it is extrapolated', () => {
  it.each<[string, Samples, number | undefined]>([
    ['of no sample', [], undefined],
    ['of one sample', [[50, 1]], undefined],
    ['over all of the window', every10(10, 11, 12, 13, 14, 15, 16, 17, 18, 19), 10],
    ['without a sample at its start, which is outside', every10(0, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19), 10],
    [
      'to the ends, where samples are near',
      [
        [21, 100],
        [41, 110],
        [61, 120],
        [81, 130],
      ],
      50,
    ],
    [
      'by half a distance, where one is missing',
      [
        [30, 100],
        [40, 110],
        [50, 120],
      ],
      30,
    ],
    [
      'by half a distance, where it is 1.1 distances exactly',
      [
        [22, 100],
        [42, 110],
        [62, 120],
        [82, 130],
      ],
      44,
    ],
    [
      'to where the counter was zero',
      [
        [5, 1],
        [55, 11],
        [100, 20],
      ],
      20,
    ],
    ['with what was lost at resets', every10(10, 20, 5, 15, 0, 3), 28 * 1.1],
  ])('%s', (_, samples, expected) => {
    expect(evaluate('increase', samples)).toBe(expected);
  });

  it('is a rate, divided by the seconds of the window', () => {
    expect(evaluate('rate', every10(10, 20, 5, 15, 0, 3))).toBeCloseTo(0.308, 12);
  });

  it('of a gauge has neither resets nor a zero', () => {
    expect(
      evaluate('delta', [
        [5, 1],
        [55, 11],
        [100, 20],
      ]),
    ).toBe(20);
    expect(evaluate('delta', every10(10, 20, 5, 15, 0, 3))).toBeCloseTo(-7.7, 12);
  });
});

it.each<[string, readonly number[], Samples, number | undefined]>([
  ['irate', [], every10(1), undefined],
  ['irate', [], every10(1, 5, 25), 2],
  ['irate', [], every10(1, 25, 5), 0.5],
  ['idelta', [], every10(1, 25, 5), -20],
  ['changes', [], every10(1, 1, 2, Number.NaN, Number.NaN, 2), 3],
  ['changes', [], every10(1), 0],
  ['resets', [], every10(1, 2, 1, Number.NaN, 0, 3, 2), 2],
  ['count_over_time', [], every10(1, Number.NaN, 2), 3],
  ['count_over_time', [], [[0, 1]], undefined],
  ['present_over_time', [], every10(Number.NaN), 1],
  ['first_over_time', [], every10(3, 2, 1), 3],
  ['last_over_time', [], every10(3, 2, 1), 1],
  ['ts_of_first_over_time', [], every10(3, 2, 1), 80],
  ['ts_of_last_over_time', [], every10(3, 2, 1), 100],
  ['min_over_time', [], every10(Number.NaN, 2, 1, Number.NaN, 3), 1],
  ['max_over_time', [], every10(Number.NaN, 2, 1, Number.NaN, -3), 2],
  ['max_over_time', [], every10(Number.NaN, Number.NaN), Number.NaN],
  ['max_over_time', [], every10(-Infinity, Number.NaN), -Infinity],
  ['ts_of_max_over_time', [], every10(3, 1, 3, 2), 90],
  ['ts_of_min_over_time', [], every10(3, 1, 1, Number.NaN), 90],
  ['ts_of_min_over_time', [], every10(Number.NaN, Number.NaN), 100],
  ['sum_over_time', [], every10(1, 1e100, 1, -1e100), 2],
  ['avg_over_time', [], every10(1, 1e100, 1, -1e100), 0.5],
  ['stdvar_over_time', [], every10(1, 3, 5, 7), 5],
  ['stddev_over_time', [], every10(1, 1, 4, 4), 1.5],
  ['stdvar_over_time', [], every10(1, Infinity), Number.NaN],
  ['stdvar_over_time', [], every10(5), 0],
  ['quantile_over_time', [0.75], every10(0, 100, 10), 55],
  ['quantile_over_time', [2], every10(0), Infinity],
  ['mad_over_time', [], every10(4, 6, 2, 1, 999, 1, 1, 2), 1],
  ['mad_over_time', [], every10(1, 2, Number.NaN), Number.NaN],
  ['deriv', [], every10(1), undefined],
  ['deriv', [], every10(0, 20, 40), 2],
  ['deriv', [], every10(7, 7, 7), 0],
  ['deriv', [], every10(Infinity, Infinity), Number.NaN],
  ['predict_linear', [30], every10(0, 20, 40), 100],
  ['predict_linear', [30], every10(7, 7), 7],
  ['double_exponential_smoothing', [0.5, 0.5], every10(0, 10, 20), 20],
  ['double_exponential_smoothing', [0.5, 0.5], every10(10), undefined],
])('%s with %j of %j is %d', (name, parameters, samples, expected) => {
  expect(evaluate(name, samples, parameters)).toBe(expected);
});

it.each([
  [0, 0.5, 'invalid smoothing factor. Expected: 0 < sf < 1, got: 0.000000'],
  [0.5, 1, 'invalid trend factor. Expected: 0 < tf < 1, got: 1.000000'],
  [0.5, -Infinity, 'invalid trend factor. Expected: 0 < tf < 1, got: -Inf'],
])('smoothing with factors %d and %d is refused', (level, trend, message) => {
  expect(() => evaluate('double_exponential_smoothing', every10(1, 2), [level, trend])).toThrow(message);
  expect(evaluate('double_exponential_smoothing', [], [level, trend])).toBeUndefined();
});
