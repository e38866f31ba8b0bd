import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateFunctions } from './dates.ts';

const names = ['year', 'month', 'day_of_month', 'day_of_week', 'day_of_year', 'days_in_month', 'hour', 'minute'];

const partsOf = (seconds: number) => names.map((name) => dateFunctions[name](seconds));

describe('parts of a date, as Go has them', () => {
  it.each([
    [0, [1970, 1, 1, 4, 1, 31, 0, 0]],
    [-0, [1970, 1, 1, 4, 1, 31, 0, 0]],
    [0.9, [1970, 1, 1, 4, 1, 31, 0, 0]],
    [-0.9, [1970, 1, 1, 4, 1, 31, 0, 0]],
    [-1, [1969, 12, 31, 3, 365, 31, 23, 59]],
    [-1.5, [1969, 12, 31, 3, 365, 31, 23, 59]],
    [951_782_400, [2000, 2, 29, 2, 60, 29, 0, 0]],
    [951_868_799.9, [2000, 2, 29, 2, 60, 29, 23, 59]],
    [1_704_067_199, [2023, 12, 31, 0, 365, 31, 23, 59]],
    [1e10, [2286, 11, 20, 6, 324, 30, 17, 46]],
    [-1e10, [1653, 2, 10, 1, 41, 28, 6, 13]],
    [-62_135_596_801, [0, 12, 31, 0, 366, 31, 23, 59]],
    [-62_167_219_200, [0, 1, 1, 6, 1, 31, 0, 0]],
    [253_402_300_800, [10_000, 1, 1, 6, 1, 31, 0, 0]],
    [8_640_000_086_400, [275_760, 9, 14, 0, 258, 30, 0, 0]],
    [1e15, [31_690_708, 7, 5, 0, 187, 31, 1, 46]],
    [-1e15, [-31_686_769, 6, 29, 0, 180, 30, 22, 13]],
    [9.2e18, [291_536_396_232, 8, 31, 5, 244, 31, 11, 33]],
    [-9.2e18, [-291_536_392_293, 5, 3, 2, 123, 31, 12, 26]],
    [1e19, [292_277_026_596, 12, 4, 0, 339, 31, 15, 30]],
    [-Infinity, [292_277_026_596, 12, 4, 0, 339, 31, 15, 30]],
    [Number.NaN, [292_277_026_596, 12, 4, 0, 339, 31, 15, 30]],
  ])('%d: %j', (seconds, expected) => {
    expect(partsOf(seconds)).toEqual(expected);
  });

  it("agree with JavaScript's where that has dates", () => {
    fc.assert(
      fc.property(fc.integer({ min: -8.63e12, max: 8.63e12 }), (seconds) => {
        const date = new Date(seconds * 1000);
        const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
        const startOfYear = new Date(0).setUTCFullYear(year, 0, 1);
        const endOfMonth = new Date(new Date(0).setUTCFullYear(year, month + 1, 0));
        expect(partsOf(seconds)).toEqual([
          year,
          month + 1,
          date.getUTCDate(),
          date.getUTCDay(),
          Math.floor((date.getTime() - startOfYear) / 86_400_000) + 1,
          endOfMonth.getUTCDate(),
          date.getUTCHours(),
          date.getUTCMinutes(),
        ]);
      }),
      { numRuns: 2000 },
    );
  });
});
