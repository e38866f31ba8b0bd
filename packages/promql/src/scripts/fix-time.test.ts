import { expect, test } from 'vitest';
import { fixTime } from './fix-time.ts';

test.each([
  ['a', 'a @ 50.5'],
  ['a{b="c"} offset 5m', 'a{b="c"} offset 5m @ 50.5'],
  ['rate(a[5m]) / rate(b[5m] offset -1m)', 'rate(a[5m] @ 50.5) / rate(b[5m] offset -1m @ 50.5)'],
  ['a @ 3', 'a @ 3'],
  ['sum(a @ start() + b@end())', 'sum(a @ 50.5 + b@ 50.5)'],
  ['max_over_time(rate(a[1m])[5m:10s] offset 1m)', 'max_over_time(rate(a[1m])[5m:10s] offset 1m @ 50.5)'],
  ['max_over_time(vector(time())[5m:10s])', 'max_over_time(vector(time())[5m:10s] @ 50.5)'],
])('%s', (text, fixed) => {
  const queries = fixTime({ text, timestampMs: 50_500 });
  expect(queries.map((query) => query.text)).toEqual(Array.from({ length: 5 }, () => fixed));
  expect(queries.map((query) => query.timestampMs)).toEqual([-505_000, 0, 10_100, 50_500, 505_000]);
});

test('other times than the first', () => {
  expect(fixTime({ text: 'a', timestampMs: 0 }).map(({ timestampMs }) => timestampMs)).toEqual([-1000, 0, 1000]);
});

test.each(['time()', 'a + timestamp(b)', 'predict_linear(a[5m], 1)', 'day_of_week()'])('not %s', (text) => {
  expect(fixTime({ text, timestampMs: 1000 })).toEqual([]);
});
