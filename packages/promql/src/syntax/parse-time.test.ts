import { describe, expect, it, test } from 'vitest';
import { parseExpression } from './parse-expression.ts';

describe('ranges and steps', () => {
  it.each([
    ['a[5m]', 300_000],
    ['a[300]', 300_000],
    ['a[0x10]', 16_000],
    ['a[1.5]', 1500],
    ['a[ 1h30m ]', 5_400_000],
    ['a[1y2w]', 32_745_600_000],
    ['a[250ms]', 250],
    ['a[+5m]', 300_000],
    ['a[--5m]', 300_000],
    ['a[0.0015]', 1],
    ['a[1e-9]', 0],
  ])('%s is %d ms', (text, rangeMs) => {
    expect(parseExpression(text)).toMatchObject({ kind: 'matrixSelector', rangeMs });
  });

  it.each([
    ['a[5m:]', 300_000, undefined],
    ['a[5m:1m]', 300_000, 60_000],
    ['a[ 5m : 30 ]', 300_000, 30_000],
    ['a[5m:1m] offset 1h', 300_000, 60_000],
  ])('%s has a step', (text, rangeMs, stepMs) => {
    expect(parseExpression(text)).toMatchObject({ kind: 'subquery', rangeMs, stepMs });
  });
});

describe('offsets and @', () => {
  it.each([
    ['a offset 5m', 300_000, undefined],
    ['a offset -5m', -300_000, undefined],
    ['a offset - 0.5', -500, undefined],
    ['a OFFSET 1_000', 1_000_000, undefined],
    ['a offset 0', 0, undefined],
    ['a offset -0.0000001', 0, undefined],
    ['a offset 0 offset 5m', 300_000, undefined],
    ['a @ 0', 0, { kind: 'timestamp', timestampMs: 0 }],
    ['a @ 1603774568.1234', 0, { kind: 'timestamp', timestampMs: 1_603_774_568_123 }],
    ['a @ -1.0005', 0, { kind: 'timestamp', timestampMs: -1001 }],
    ['a @ 1m', 0, { kind: 'timestamp', timestampMs: 60_000 }],
    ['a @ start()', 0, { kind: 'start' }],
    ['a @ end() offset 5m', 300_000, { kind: 'end' }],
    ['a offset 5m @ END()', 300_000, { kind: 'end' }],
  ])('%s', (text, offsetMs, at) => {
    expect(parseExpression(text)).toMatchObject({ kind: 'vectorSelector', offsetMs, at });
  });

  it('belong to the selector of a range, and to a subquery itself', () => {
    expect(parseExpression('a[5m] offset 1m @ 1')).toMatchObject({
      selector: { offsetMs: 60_000, at: { kind: 'timestamp', timestampMs: 1000 }, position: { start: 0, end: 1 } },
      position: { start: 0, end: 19 },
    });
    expect(parseExpression('a offset 2m [5m:] offset 1m')).toMatchObject({
      expression: { offsetMs: 120_000, position: { start: 0, end: 11 } },
      offsetMs: 60_000,
      at: undefined,
      position: { start: 0, end: 27 },
    });
  });
});

const AFTER_BRACKET = 'in subquery or range selector, expected number, duration, step(), or range()';
const NO_OFFSET =
  'offset modifier must be preceded by an instant vector selector or range vector selector or a subquery';

test.each([
  ['a[]', `1:3: parse error: unexpected "]" ${AFTER_BRACKET}`],
  ['a[*]', `1:3: parse error: unexpected <op:*> ${AFTER_BRACKET}`],
  ['a[', '1:3: parse error: unexpected end of input in duration expression'],
  ['a["5m"]', "1:3: parse error: unexpected character in duration expression: '\"'"],
  ['a[b]', "1:3: parse error: unexpected character in duration expression: 'b'"],
  ['a[:1m]', '1:3: parse error: unexpected colon before duration in duration expression'],
  ['a[5m', '1:5: parse error: unclosed left bracket'],
  ['a[5m b]', "1:6: parse error: unexpected character: 'b', expected ':'"],
  ['a[5m 1m]', '1:6: parse error: unexpected duration "1m" in subquery or range, expected ":" or "]"'],
  [
    'a[5m:"1m"]',
    '1:6: parse error: unexpected string "\\"1m\\"" in subquery selector, expected number, duration, step(), range(), or "]"',
  ],
  ['a[5m:1m 1m]', '1:9: parse error: unexpected duration "1m" in subquery selector, expected "]"'],
  ['a[5m:1m:]', "1:8: parse error: unexpected colon ':'"],
  ['a[5m[1m]]', "1:5: parse error: unexpected left bracket '['"],
  ['a[5mm]', '1:3: parse error: bad number or duration syntax: "5mm"'],
  ['a[5hs]', '1:3: parse error: unknown unit "hs" in duration "5hs"'],
  ['a[5m1h]', '1:3: parse error: not a valid duration string: "5m1h"'],
  ['a[0]', '1:3: parse error: duration must be greater than 0'],
  ['a[-5m]', '1:3: parse error: duration must be greater than 0'],
  ['a[5m:0s]', '1:6: parse error: duration must be greater than 0'],
  ['a[1e10]', '1:3: parse error: duration out of range'],
  ['a[500y]', '1:3: parse error: duration out of range'],
  ['sum(a)[5m]', '1:7: parse error: ranges only allowed for vector selectors'],
  ['(a)[5m]', '1:4: parse error: ranges only allowed for vector selectors'],
  ['a[5m][5m]', '1:6: parse error: ranges only allowed for vector selectors'],
  ['a offset 1m [5m]', '1:13: parse error: no offset modifiers allowed before range'],
  ['a @ 1 [5m]', '1:7: parse error: no @ modifiers allowed before range'],
  ['a offset', '1:9: parse error: unexpected end of input in offset, expected number, duration, step(), or range()'],
  [
    'a offset - b',
    '1:12: parse error: unexpected identifier "b" in offset, expected number, duration, step(), or range()',
  ],
  ['a offset Inf', '1:10: parse error: duration out of range'],
  ['a offset NaN', '1:10: parse error: duration out of range'],
  ['a offset 1m offset 2m', '1:1: parse error: offset may not be set multiple times'],
  ['a[5m] offset 1m offset 2m', '1:1: parse error: offset may not be set multiple times'],
  ['1 offset 1m', `1:1: parse error: ${NO_OFFSET}`],
  ['abs(a) offset 1m', `1:1: parse error: ${NO_OFFSET}`],
  ['(a) @ 1', `1:1: parse error: ${NO_OFFSET.replace('offset', '@')}`],
  ['a @', '1:4: parse error: unexpected end of input in @, expected timestamp'],
  ['a @ b', '1:5: parse error: unexpected identifier "b" in @, expected timestamp'],
  ['a @ start', '1:10: parse error: unexpected end of input in @, expected timestamp'],
  ['a @ start(1)', '1:11: parse error: unexpected number "1" in @, expected timestamp'],
  ['a @ 1 @ 2', '1:1: parse error: @ <timestamp> may not be set multiple times'],
  ['a @ end() @ 2', '1:1: parse error: @ <timestamp> may not be set multiple times'],
  ['a @ -Inf', '1:1: parse error: timestamp out of bounds for @ modifier: -Inf'],
  ['a @ 1e300', /^1:1: parse error: timestamp out of bounds for @ modifier: 10{300}\.000000$/],
])('%s is refused, with the place', (text, message) => {
  expect(() => parseExpression(text)).toThrow(
    expect.objectContaining({
      code: 'parse',
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    }),
  );
});
