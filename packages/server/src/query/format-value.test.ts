import { expect, test } from 'vitest';
import { formatForPeople, formatPoint, numberOf } from './format-value.ts';

test.each([
  [0, '0'],
  [-0, '-0'],
  [1, '1'],
  [-1234, '-1,234'],
  [1234567890, '1,234,567,890'],
  [999999999999999, '999,999,999,999,999'],
  [1e15, '1e+15'],
  [1.23456789e300, '1.23457e+300'],
  [0.5, '0.5'],
  [1 / 3, '0.333333'],
  [0.1 + 0.2, '0.3'],
  [12.3456789, '12.3457'],
  [123456.789, '123,456.8'],
  [1234567.04, '1,234,567'],
  [-1234567.89, '-1,234,567.9'],
  [0.00012345678, '0.000123457'],
  [0.000012345678, '1.23457e-05'],
  [-5e-324, '-5e-324'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
])('%d is shown as %s', (value, text) => {
  expect(formatForPeople(value)).toBe(text);
});

test.each([
  ['1e+06', 1_000_000],
  ['+Inf', Number.POSITIVE_INFINITY],
  ['-Inf', Number.NEGATIVE_INFINITY],
  ['NaN', Number.NaN],
  ['a lot', Number.NaN],
])('the text %s is %d', (text, value) => {
  expect(numberOf(text)).toBe(value);
});

test('a histogram is shown by its count and its sum', () => {
  expect(formatPoint([0, { count: '1200', sum: '0.25' }])).toBe('count 1,200, sum 0.25');
});
