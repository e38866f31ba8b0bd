import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NaiveSample, naiveRangeFunctions } from '../../testing/naive-ranges.ts';
import { type SampleColumns, SlidingWindows } from '../windows.ts';
import { windowKernels } from './window-kernels.ts';

/** Values of one kind a series, so that what is special meets what is usual within windows. */
const kinds = {
  gauge: fc.double({ min: -1000, max: 1000, noNaN: true }),
  few: fc.constantFrom(0, 1, 2),
  counter: fc.nat(1000),
  mixed: fc.constantFrom(1, -1, 3, 0.1, 1e100, -1e100, 1e-100, 1e16, -1e16),
  huge: fc.constantFrom(1.7e308, -1.7e308, 1e308, 5, 1e-290),
  special: fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, -0, 1, 2, 2),
  sparseNaN: fc.oneof({ weight: 20, arbitrary: fc.nat(10) }, { weight: 1, arbitrary: fc.constant(Number.NaN) }),
};

const series = fc.constantFrom(...Object.values(kinds)).chain((value) =>
  fc.array(fc.record({ gap: fc.oneof(fc.constant(10_000), fc.integer({ min: 1, max: 90_000 })), value }), {
    minLength: 1,
    maxLength: 120,
  }),
);

const grids = fc.record({
  steps: fc.integer({ min: 0, max: 150 }),
  stepMs: fc.constantFrom(1, 5_000, 10_000, 60_000, 1_000_000),
  startMs: fc.integer({ min: -100_000, max: 1_000_000 }),
  rangeMs: fc.constantFrom(1, 10_000, 95_000, 100_000, 300_000, 2_000_000),
  isFixed: fc.boolean(),
});

/** As a quantile, a factor or a number of seconds; the second of smoothing is a factor as well. */
const parameterOf = (name: string) =>
  name === 'quantile_over_time' ? fc.double({ min: -0.5, max: 1.5 }) : fc.constantFrom(0.1, 0.3, 0.5, 0.9);

/** Where in the columns the series begins: others lie before and behind it. */
const OFFSET = 3;

function columnsOf(samples: readonly { readonly gap: number; readonly value: number }[]): SampleColumns {
  const length = samples.length + 2 * OFFSET;
  const timestamps = new Float64Array(length).fill(50_000);
  const values = new Float64Array(length).fill(7e300);
  let time = 0;
  samples.forEach(({ gap, value }, i) => {
    time += gap;
    timestamps[OFFSET + i] = time;
    values[OFFSET + i] = value;
  });
  return { timestamps, values };
}

/** Equal but for rounding. */
function isClose(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= 1e-9 * Math.abs(b);
}

describe('every kernel gives what its definition gives', () => {
  it.each([...windowKernels.keys()])('%s', (name) => {
    const kernel = windowKernels.get(name);
    const naive = naiveRangeFunctions[name];
    if (kernel === undefined || naive === undefined) throw new Error(`no ${name}`);
    const inputs = fc.tuple(series, grids, fc.array(parameterOf(name), { minLength: 2, maxLength: 2 }));
    fc.assert(
      fc.property(inputs, ([samples, { isFixed, rangeMs, ...grid }, parameters]) => {
        const columns = columnsOf(samples);
        const shift = { offsetMs: 7, atMs: isFixed ? 400_000 : undefined };
        const windows = new SlidingWindows(grid, { shift, rangeMs }).over(columns, OFFSET, OFFSET + samples.length);
        const row = {
          values: new Float64Array(grid.steps + 2).fill(-42),
          present: new Uint8Array(grid.steps + 2).fill(9),
          start: 1,
        };
        const count = kernel(
          windows,
          row,
          parameters.map((value) => new Float64Array(grid.steps).fill(value)),
        );
        let expectedCount = 0;
        for (let step = 0; step < grid.steps; step++) {
          const endMs = windows.endMs + step * windows.strideMs;
          const inside: NaiveSample[] = [];
          for (let i = OFFSET; i < OFFSET + samples.length; i++) {
            const t = columns.timestamps[i];
            if (t > endMs - rangeMs && t <= endMs) inside.push({ t, v: columns.values[i] });
          }
          const evaluationMs = grid.startMs + step * grid.stepMs;
          const isEmpty = inside.length === 0;
          const expected = isEmpty ? undefined : naive({ samples: inside, endMs, rangeMs, evaluationMs }, parameters);
          expect(row.present[1 + step]).toBe(expected === undefined ? 0 : 1);
          if (expected === undefined) continue;
          expectedCount++;
          const actual = row.values[1 + step];
          if (!isClose(actual, expected)) {
            expect({ step, inside, actual }).toEqual({ step, inside, actual: expected });
          }
        }
        expect(count).toBe(expectedCount);
        expect([row.present[0], row.present[grid.steps + 1]]).toEqual([9, 9]);
        expect([row.values[0], row.values[grid.steps + 1]]).toEqual([-42, -42]);
      }),
      { numRuns: 100 },
    );
  });
});
