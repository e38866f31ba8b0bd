import { expect, test } from 'vitest';
import { chooseEvaluation, evaluationParameters, type TimeFlags, UsageError } from './evaluation.ts';

const NOW_MS = 1_700_000_000_789;
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

function choose(flags: TimeFlags) {
  return chooseEvaluation(flags, () => NOW_MS);
}

test.each<[string, TimeFlags, Record<string, string>]>([
  ['nothing: now, by the clock of the server', {}, {}],
  ['a moment', { time: 1500 }, { time: '1.5' }],
  ['a range up to this second', { range: HOUR }, { start: '1699996400', end: '1700000000', step: '15s' }],
  ['a range up to an end', { range: HOUR, end: 2 * HOUR }, { start: '3600', end: '7200', step: '15s' }],
  ['a range from a start', { range: HOUR, start: HOUR }, { start: '3600', end: '7200', step: '15s' }],
  ['from a start until now', { start: 1_699_999_999_000 }, { start: '1699999999', end: '1700000000', step: '1s' }],
  ['two times', { start: 0, end: 500 }, { start: '0', end: '0.5', step: '1s' }],
  ['one time twice', { start: 5000, end: 5000 }, { start: '5', end: '5', step: '1s' }],
  ['a step of its own', { start: 0, end: 500, step: 250 }, { start: '0', end: '0.5', step: '250ms' }],
])('%s', (_, flags, parameters) => {
  expect(evaluationParameters(choose(flags))).toEqual(parameters);
});

test.each([
  [5 * MINUTE, '2s'],
  [6 * HOUR, '2m'],
  [DAY, '10m'],
  [7 * DAY, '1h'],
  [30 * DAY, '3h'],
  [365 * DAY, '2d'],
])('a range of %d ms has a step of %s', (range, step) => {
  expect(evaluationParameters(choose({ range }))).toMatchObject({ step });
});

test.each<[TimeFlags, string]>([
  [{ end: 5 }, '--end needs --start, or --range'],
  [{ step: 5 }, '--step needs --range, or --start'],
  [{ time: 5, range: 5 }, '--time is for one moment; --end says where a range ends'],
  [{ range: 5, start: 5, end: 5 }, 'of --range, --start and --end two are enough'],
  [{ start: 6, end: 5 }, 'the range ends before it starts'],
])('%j is refused', (flags, message) => {
  expect(() => choose(flags)).toThrow(new UsageError(message));
});
