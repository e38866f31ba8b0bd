import { describe, expect, test } from 'vitest';
import type { EvalCommand } from './command.ts';
import { parseScript } from './parse-script.ts';

test('commands end at empty lines and comments', () => {
  const commands = parseScript(`
# data
load 1m
  a{b="c"} 1 2
  d 3
# more
load_with_nhcb 5s
  e 4

clear
eval instant at 5m a`);
  expect(commands.map(({ kind, line }) => `${line} ${kind}`)).toEqual(['3 load', '7 load', '10 clear', '11 eval']);
  expect(commands[0]).toMatchObject({ intervalMs: 60_000, withCustomBuckets: false, series: [{}, {}] });
  expect(commands[1]).toMatchObject({ intervalMs: 5_000, withCustomBuckets: true, series: [{ values: [4] }] });
});

describe('evaluations', () => {
  const parse = (text: string) => parseScript(text)[0] as EvalCommand;

  test('an instant one', () => {
    const { query, time, expected } = parse('eval instant at 1h30m sum by (x) (a)\n {x="1"} 5');
    expect(query).toBe('sum by (x) (a)');
    expect(time).toEqual({ kind: 'instant', timestampMs: 5_400_000 });
    expect(expected).toMatchObject({ kind: 'series', series: [{ values: [5] }], grid: undefined });
  });

  test('a range', () => {
    const { query, time, expected } = parse('eval range from 0 to 3m step 60s a + 1\n {} 1 _ 2+1x2');
    expect(query).toBe('a + 1');
    expect(time).toEqual({ kind: 'range', startMs: 0, endMs: 180_000, stepMs: 60_000 });
    expect(expected).toMatchObject({ series: [{ values: [1, 'omitted', 2, 3, 4] }], grid: time });
  });

  test('a scalar, a string, a range vector', () => {
    expect(parse('eval instant at 0 1\n 0x10').expected).toEqual({ kind: 'scalar', value: 16 });
    expect(parse('eval instant at 0 "x"\n expect string "a\\"b"').expected).toEqual({ kind: 'string', value: 'a"b' });
    const matrix = parse('eval instant at 1m a[1m]\nexpect range vector from 10s to 1m step 10s\na 1 2 3');
    expect(matrix.time).toEqual({ kind: 'instant', timestampMs: 60_000 });
    expect(matrix.expected).toMatchObject({
      series: [{ values: [1, 2, 3] }],
      grid: { startMs: 10_000, endMs: 60_000, stepMs: 10_000 },
    });
  });

  test('expectations', () => {
    const { expectations } = parse(`eval instant at 0 a
      expect ordered
      expect warn msg: PromQL warning: x (1:2)
      expect no_info`);
    expect(expectations).toMatchObject({ isOrdered: true, failure: undefined, infos: 'none' });
    const [warning] = expectations.warnings as Exclude<typeof expectations.warnings, 'none'>;
    expect(warning.words).toBe('"PromQL warning: x (1:2)"');
    expect(warning.matches('PromQL warning: x (1:2)')).toBe(true);
    expect(warning.matches('PromQL warning: x (1:2) and more')).toBe(false);
  });

  test('older ways to say them', () => {
    expect(parse('eval_fail instant at 0 a').expectations.failure?.words).toBe('anything');
    const failing = parse('eval_fail instant at 0 a\n expected_fail_regexp b+');
    expect(failing.expectations.failure?.matches('abbc')).toBe(true);
    expect(parse('eval_warn instant at 0 a').expectations.warnings).toHaveLength(1);
    expect(parse('eval_ordered instant at 0 a').expectations.isOrdered).toBe(true);
  });
});

test.each([
  ['lode 5m', 'line 1: "lode" is no command: load, clear and eval are'],
  ['load', 'line 1: a load is written load <interval> or load_with_nhcb <interval>'],
  ['load 5parsecs', 'line 1: unknown unit "parsecs" in duration "5parsecs"'],
  ['load 5m\n a{b} 1', 'line 2: not a series and its values: column 4: found "}" instead of "="'],
  ['load 5m\n a{b="c"}@st -1m', 'line 2: not a series and its values: start timestamps (@st) are not supported'],
  ['eval at 5m a', 'line 1: an evaluation is written eval instant at <time> <query>'],
  ['eval range from 5m to 1m step 1m a', 'line 1: the range ends at 1m, before it starts'],
  ['eval instant at 0 a\n a 1 2', 'line 1: an instant query has one value a series'],
  ['eval instant at 0 a\n expect warm', 'line 2: an expectation is written expect ordered, fail,'],
  ['eval instant at 0 a\n expect fail regex: (', 'line 2: "(" is no regular expression'],
  ['eval instant at 0 a\n expect fail\n expect fail', 'line 1: a query fails once'],
  ['eval instant at 0 a\n expect warn\n expect no_warn', 'line 1: expect warn and expect no_warn contradict'],
  ['eval instant at 0 a\n expect string x', 'line 2: expect string takes one quoted string'],
  ['eval instant at 0 a\n expect range vector 5m', 'line 2: a range vector is written'],
])('refuses %j', (text, message) => {
  expect(() => parseScript(text)).toThrow(message);
});
