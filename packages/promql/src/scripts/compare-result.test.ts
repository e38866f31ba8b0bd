import { wordsOf, writeStaleAt } from '@hearth/model';
import { describe, expect, test } from 'vitest';
import type { Value } from '../value.ts';
import { isAlmostEqual } from './almost-equal.ts';
import type { ExpectedResult } from './command.ts';
import { compareResult } from './compare-result.ts';
import { parseMetric, parseSeriesNotation } from './series-notation.ts';

const unordered = { isOrdered: false };

function vector(...samples: readonly [metric: string, value: number][]): Value {
  return {
    kind: 'vector',
    timestampMs: 0,
    samples: samples.map(([metric, value]) => ({ labels: parseMetric(metric), value })),
  };
}

/** Values from 0 on, one a second. */
function matrix(...series: readonly [metric: string, values: readonly number[]][]): Value {
  return {
    kind: 'matrix',
    series: series.map(([metric, values]) => ({
      labels: parseMetric(metric),
      timestamps: Float64Array.from(values, (_, i) => i * 1000),
      values: Float64Array.from(values),
    })),
  };
}

function series(...lines: readonly string[]): ExpectedResult {
  return { kind: 'series', series: lines.map(parseSeriesNotation), grid: undefined };
}

function grid(...lines: readonly string[]): ExpectedResult {
  const range = { kind: 'range', startMs: 0, endMs: 3000, stepMs: 1000 } as const;
  return { kind: 'series', series: lines.map(parseSeriesNotation), grid: range };
}

describe('vectors', () => {
  test.each<[string, Value, ExpectedResult, string | undefined]>([
    ['the same', vector(['a', 1], ['b', 2]), series('b 2', 'a 1.0000001'), undefined],
    ['another value', vector(['a', 1]), series('a 1.1'), 'a: expected 1.1, got 1'],
    ['one more', vector(['a', 1], ['b', 2]), series('a 1'), 'got b 2, which is not expected'],
    ['one less', vector(['a', 1]), series('a 1', 'b 2'), 'expected b 2, got no such series'],
    ['one twice', vector(['a', 1], ['a', 1]), series('a 1'), 'got a twice'],
    ['another kind', vector(['a', 1]), { kind: 'scalar', value: 1 }, 'expected a scalar, got a vector of 1'],
    ['a string', { kind: 'string', timestampMs: 0, value: 'x' }, series(), 'expected a vector, got the string "x"'],
  ])('%s', (_, value, expected, fault) => {
    expect(compareResult(value, expected, unordered)).toBe(fault);
  });

  test('in order', () => {
    const value = vector(['a', 1], ['b', 2]);
    expect(compareResult(value, series('a 1', 'b 2'), { isOrdered: true })).toBeUndefined();
    const fault = compareResult(value, series('b 2', 'a 1'), { isOrdered: true });
    expect(fault).toBe('expected a at place 2, got it at 1');
  });
});

describe('matrices', () => {
  test.each<[string, Value, ExpectedResult, string | undefined]>([
    ['the same', matrix(['a', [1, 2]], ['b', [3]]), grid('b 3', 'a 1 2'), undefined],
    ['a gap', matrix(['a', [1, 2]]), grid('a 1 _ 2'), 'a: expected 2 @2000, got 2 @1000'],
    ['one more sample', matrix(['a', [1, 2]]), grid('a 1'), 'a: got 2 @1000 more than expected'],
    ['one less', matrix(['a', [1]]), grid('a 1 2'), 'a: expected 2 @1000, got no sample'],
    ['too many', matrix(['a', [1, 1, 1, 1]]), grid('a 1x4'), 'a: 5 values are expected, but the range ends before'],
    ['disorder', matrix(['b', [1]], ['a', [1]]), grid('a 1', 'b 1'), 'the series are not sorted by labels: b comes'],
    ['a missing series', matrix(), grid('a 1 2'), 'expected a 1 2, got no such series'],
  ])('%s', (_, value, expected, fault) => {
    const found = compareResult(value, expected, unordered);
    if (fault === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(fault);
  });

  test('a staleness marker is no other NaN', () => {
    const value = matrix(['a', [1, Number.NaN]]);
    expect(compareResult(value, grid('a 1 stale'), unordered)).toBe('a: expected stale @1000, got NaN @1000');
    if (value.kind === 'matrix') writeStaleAt(wordsOf(value.series[0].values), 1);
    expect(compareResult(value, grid('a 1 stale'), unordered)).toBeUndefined();
  });
});

test.each([
  [1, 1 + 1e-7, true],
  [1, 1 + 1e-5, false],
  [0, 1e-300, false],
  [0, -0, true],
  [Number.NaN, Number.NaN, true],
  [Infinity, Infinity, true],
  [Infinity, -Infinity, false],
  [Number.MAX_VALUE, -Number.MAX_VALUE, false],
])('%d and %d', (a, b, expected) => {
  expect(isAlmostEqual(a, b)).toBe(expected);
});
