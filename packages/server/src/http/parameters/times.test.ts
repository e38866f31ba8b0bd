import { expect, test } from 'vitest';
import { FormValues, parseFormValues } from './form-values.ts';
import { MAX_TIME_MS, MIN_TIME_MS, parseDurationMs, parseOptionalTime, parseTime } from './times.ts';

function form(text: string): FormValues {
  return new FormValues(new Map([['x', [text]]]));
}

test.each([
  ['0', 0],
  ['1435781451.781', 1_435_781_451_781],
  ['1.001', 1001],
  ['0.29', 290],
  ['1.0006', 1001],
  ['-1.5', -1500],
  ['1e3', 1_000_000],
  ['1e300', MAX_TIME_MS],
  ['2015-07-01T20:10:51.781Z', 1_435_781_451_781],
  ['2015-07-01T20:10:51.7819Z', 1_435_781_451_781],
  ['2015-07-01T20:10:51Z', 1_435_781_451_000],
  ['2015-07-01T22:10:51+02:00', 1_435_781_451_000],
  ['1969-12-31T23:59:59.5Z', -500],
  ['0001-01-01T00:00:00Z', -62_135_596_800_000],
  ['-292273086-05-16T16:47:06Z', MIN_TIME_MS],
  ['292277025-08-18T07:12:54.999999999Z', MAX_TIME_MS],
])('%s is a time', (text, ms) => {
  expect(parseTime(form(text), 'x')).toBe(ms);
});

test.each([
  '',
  'x',
  'NaN',
  'Inf',
  '2015-07-01',
  '2015-07-01T20:10:51',
  '2015-07-01t20:10:51z',
  '2015-02-29T00:00:00Z',
  '2015-13-01T00:00:00Z',
  '2015-07-01T24:00:00Z',
  '2015-07-01T20:10:60Z',
])('%j is none', (text) => {
  expect(() => parseTime(form(text), 'x')).toThrow(
    `invalid parameter "x": cannot parse "${text}" to a valid timestamp`,
  );
});

test('a time that may be left out says so of itself', () => {
  expect(parseOptionalTime(form(''), 'x', 7)).toBe(7);
  expect(() => parseOptionalTime(form('y'), 'x', 7)).toThrow(
    `invalid parameter "x": invalid time value for 'x': cannot parse "y" to a valid timestamp`,
  );
});

test.each([
  ['15', 15_000],
  ['0.5', 500],
  ['-3', -3000],
  ['1h30m', 5_400_000],
  ['250ms', 250],
  ['0', 0],
])('%s is a duration', (text, ms) => {
  expect(parseDurationMs(form(text), 'x')).toBe(ms);
});

test.each([
  ['', 'cannot parse "" to a valid duration'],
  ['1x', 'cannot parse "1x" to a valid duration'],
  ['-1h', 'cannot parse "-1h" to a valid duration'],
  ['NaN', 'cannot parse "NaN" to a valid duration'],
  ['1e20', 'cannot parse "1e20" to a valid duration. It overflows int64'],
])('%j is none', (text, reason) => {
  expect(() => parseDurationMs(form(text), 'x')).toThrow(`invalid parameter "x": ${reason}`);
});

test('a plus sign in a URL is a blank, as in Go', () => {
  expect(() => parseTime(parseFormValues('x=2015-07-01T22:10:51+02:00'), 'x')).toThrow('to a valid timestamp');
});
