import { describe, expect, it, test } from 'vitest';
import { decodeNumber } from './number-literal.ts';
import { parseExpression } from './parse-expression.ts';

test.each([
  ['0', 0],
  ['1', 1],
  ['.5', 0.5],
  ['5.', 5],
  ['00.5', 0.5],
  ['1e3', 1000],
  ['1E-3', 0.001],
  ['2.5e+1', 25],
  ['1_000', 1000],
  ['1_0.2_5e1_0', 10.25e10],
  ['0x1F', 31],
  ['0XffE', 4094],
  ['0x_1f', 31],
  ['010', 8],
  ['0_7', 7],
  ['08', 8],
  ['08.5', 8.5],
  ['9007199254740993', 9_007_199_254_740_992],
  ['9223372036854775808', 2 ** 63],
  ['1e-400', 0],
  ['Inf', Infinity],
  ['iNF', Infinity],
  ['nan', Number.NaN],
])('%s is %d', (text, value) => {
  expect(parseExpression(text)).toEqual({
    kind: 'number',
    value,
    isDuration: false,
    position: { start: 0, end: text.length },
  });
});

test.each([
  ['5m', 300],
  ['1h30m', 5400],
  ['250ms', 0.25],
  ['1s1ms', 1.001],
  ['2y1w', 63_676_800],
  ['0s', 0],
])('%s is %d seconds', (text, value) => {
  expect(parseExpression(text)).toMatchObject({ kind: 'number', value, isDuration: true });
});

describe('a bad number', () => {
  it.each([
    ['1a', 'bad number or duration syntax: "1a"'],
    ['1.2.3', 'bad number or duration syntax: "1.2.3"'],
    ['1._0', 'bad number or duration syntax: "1._0"'],
    ['1__0', 'bad number or duration syntax: "1__0"'],
    ['1_', 'bad number or duration syntax: "1_"'],
    ['1e', 'bad number or duration syntax: "1e"'],
    ['1e+', 'bad number or duration syntax: "1e+"'],
    ['1e1e1', 'bad number or duration syntax: "1e1e1"'],
    ['0b1', 'bad number or duration syntax: "0b1"'],
    ['0x1.8', 'bad number or duration syntax: "0x1.8"'],
    ['0x1p4', 'bad number or duration syntax: "0x1p4"'],
    ['0x1e', 'bad number or duration syntax: "0x1e"'],
    ['5mx', 'bad number or duration syntax: "5mx"'],
    ['0x', 'error parsing number: strconv.ParseFloat: parsing "0x": invalid syntax'],
    ['.5.5', 'error parsing number: strconv.ParseFloat: parsing ".5.5": invalid syntax'],
    ['1e400', 'error parsing number: strconv.ParseFloat: parsing "1e400": value out of range'],
    ['0x8000000000000000', 'error parsing number: strconv.ParseFloat: parsing "0x8000000000000000": invalid syntax'],
    ['1m1h', 'not a valid duration string: "1m1h"'],
    ['1.5h', 'unknown unit "." in duration "1.5h"'],
    ['300y', 'duration out of range'],
  ])('%s', (text, reason) => {
    expect(() => parseExpression(text)).toThrow(expect.objectContaining({ reason, position: expect.anything() }));
  });

  it('takes no time where it is long', () => {
    const digits = '1'.repeat(1_000_000);
    expect(decodeNumber(digits)).toEqual({ reason: expect.stringContaining('value out of range') });
    expect(decodeNumber(`${'1_'.repeat(500_000)}x`)).toEqual({ reason: expect.stringContaining('invalid syntax') });
  });
});
