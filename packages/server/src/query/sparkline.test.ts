import { describe, expect, test } from 'vitest';
import { drawSparkline } from './sparkline.ts';

const { NaN: NAN, POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: NEG_INF } = Number;

/** A value at 0, 1, 2, …; nothing where it is `undefined`. */
function draw(values: readonly (number | undefined)[], columns = values.length): string {
  const times = [...values.keys()].filter((i) => values[i] !== undefined);
  const present = values.filter((value) => value !== undefined);
  return drawSparkline({ times, values: present, startMs: 0, endMs: values.length - 1, stepMs: 1, columns });
}

describe('a column for each point', () => {
  test.each<[string, (number | undefined)[], string]>([
    ['from the smallest to the largest', [0, 1, 2, 3, 4, 5, 6, 7], '▁▂▃▄▅▆▇█'],
    ['below zero', [-1, -2, -1], '█▁█'],
    ['what never changes is in the middle', [5, 5, 5], '▄▄▄'],
    ['gaps', [0, undefined, 1, undefined], '▁ █ '],
    ['NaN draws nothing', [0, NAN, 1], '▁ █'],
    ['infinities do not flatten the rest', [0, INF, 1, NEG_INF], '▁██▁'],
    ['nothing but infinities', [INF, NEG_INF], '█▁'],
    ['the ends of the doubles', [-Number.MAX_VALUE, 0, Number.MAX_VALUE], '▁▅█'],
    ['nothing at all', [undefined, undefined], '  '],
  ])('%s', (_, values, line) => {
    expect(draw(values)).toBe(line);
  });
});

test('fewer columns than points show means', () => {
  expect(draw([0, 0, 4, 4, 8, 8], 3)).toBe('▁▅█');
  expect(draw([0, 8, 0, 8], 2)).toBe('▅▅');
});

test('every point of a long range has its column, whatever rounding does', () => {
  const times = Array.from({ length: 251 }, (_, i) => 1_700_000_000_000 + i * 14_400);
  const { length: columns } = times;
  const [startMs, endMs] = [times[0], times[250]];
  const values = times.map((_, i) => i);
  expect(drawSparkline({ times, values, startMs, endMs, stepMs: 14_400, columns })).not.toContain(' ');
});
