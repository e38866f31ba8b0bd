import { describe, expect, test } from 'vitest';
import { parseMetric, parseSequence, parseSeriesNotation } from './series-notation.ts';

describe('values', () => {
  test.each<[string, readonly unknown[]]>([
    ['', []],
    ['1 -2 +3.5 .5 1e3 1_000', [1, -2, 3.5, 0.5, 1000, 1000]],
    ['_ stale _x3', ['omitted', 'stale', 'omitted', 'omitted', 'omitted']],
    ['5x2', [5, 5, 5]],
    ['1+2x3', [1, 3, 5, 7]],
    ['-2-0.5x1', [-2, -2.5]],
    ['-2+4x0', [-2]],
    ['1e-2x1', [0.01, 0.01]],
    ['Inf -inf +Inf NaN', [Infinity, -Infinity, Infinity, Number.NaN]],
    ['0x3', [0, 0, 0, 0]],
    ['1 {{schema:1 sum:3 buckets:[5 10]}}x1 2', [1, 'histogram', 'histogram', 2]],
    ['{{count:1}}+{{count:2}}x2', ['histogram', 'histogram', 'histogram']],
  ])('%s', (text, values) => {
    expect(parseSequence(text)).toEqual(values);
  });

  test('a sum grows step by step, as in Prometheus', () => {
    expect(parseSequence('0+0.1x3')).toEqual([0, 0.1, 0.1 + 0.1, 0.1 + 0.1 + 0.1]);
  });

  test.each([
    ['1+2', '"1+2" is no value: 1, 1x2, 1+2x3, _, _x4, stale, Inf and NaN are'],
    ['stalex2', '"stalex2" is no value: 1, 1x2, 1+2x3, _, _x4, stale, Inf and NaN are'],
    ['1x1000000', '1x1000000: more than 1000000 values'],
    ['_x99999999999999999999', '_x99999999999999999999: more than 1000000 values'],
  ])('refuses %s', (text, message) => {
    expect(() => parseSequence(text)).toThrow(message);
  });
});

describe('metrics', () => {
  test.each([
    ['a', 'a'],
    ['a:b_c', 'a:b_c'],
    ['{}', '{}'],
    ['a{}', 'a{}'],
    ['a{b="c"}', 'a{b="c"}'],
    ['a{ b = "c" , d=\'\\\'"\', }', 'a{b="c", d="\'\\""}'],
    ['{__name__="a",b=`\\`}', 'a{b="\\\\"}'],
    ['{"my.name", "my label"="x"}', '{"my.name", "my label"="x"}'],
  ])('%s', (text, printed) => {
    const expected = printed === 'a{}' ? 'a' : printed;
    expect(parseMetric(text).toMetricString()).toBe(expected);
  });

  test.each([
    ['a{b="c"', 'column 8: found the end instead of "," or "}"'],
    ['a{b}', 'column 4: found "}" instead of "="'],
    ['a{b=c}', 'column 5: found "c" instead of a string'],
    ['1', 'column 1: found "1" instead of a metric'],
    ['a{b="1",b="2"}', 'label name "b" is not unique'],
    ['a b', 'column 2: found " " instead of the end of the metric'],
  ])('refuses %s', (text, message) => {
    expect(() => parseMetric(text)).toThrow(message);
  });
});

test('a series is a metric and values', () => {
  const { labels, values } = parseSeriesNotation('a{b="c d"} 1 2');
  expect(labels.toMetricString()).toBe('a{b="c d"}');
  expect(values).toEqual([1, 2]);
});
