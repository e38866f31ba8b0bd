import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { arbitraryExpression } from '../testing/arbitrary-expressions.ts';
import { parseExpression } from './parse-expression.ts';
import { printExpression } from './printing.ts';
import type { Expression } from './tree.ts';

function parse(text: string): Expression {
  return parseExpression(text, { experimentalFunctions: true });
}

/** A tree without its positions, and with its matchers as texts. */
function shapeOf(expression: Expression): unknown {
  const shape: unknown = JSON.parse(
    JSON.stringify(expression, (key, value: unknown) => {
      if (key === 'position') return undefined;
      if (key === 'matchers') return (value as readonly unknown[]).map(String).toSorted();
      if (typeof value === 'number' && !Number.isSafeInteger(value)) return String(value);
      return Object.is(value, -0) ? '-0' : value;
    }),
  );
  return shape;
}

describe('printExpression', () => {
  it('prints what parses to the same tree', () => {
    fc.assert(
      fc.property(arbitraryExpression(), (expression) => {
        const printed = printExpression(expression);
        const parsed = parse(printed);
        expect(shapeOf(parsed)).toEqual(shapeOf(expression));
        expect(printExpression(parsed)).toBe(printed);
      }),
      { numRuns: 1000 },
    );
  });
});

test.each([
  ['sum(a)by(b)', 'sum by (b) (a)'],
  ['sum by () (a)', 'sum(a)'],
  ['sum without () (a)', 'sum without () (a)'],
  ['topk(5,a)', 'topk(5, a)'],
  ['count_values("x",a)', 'count_values("x", a)'],
  ['max by (a, "b.c") (d)', 'max by (a, "b.c") (d)'],
  ['a+on()b', 'a + on () b'],
  ['a+ignoring()b', 'a + b'],
  ['a==bool on(b)group_left c', 'a == bool on (b) group_left () c'],
  ['a/ignoring(b)group_right(c)d', 'a / ignoring (b) group_right (c) d'],
  ['a{c="d",b!~`e\\d`}', 'a{b!~"e\\\\d",c="d"}'],
  ['{__name__="a"}', '{__name__="a"}'],
  ['{"a.b","c.d"=~\'e"\'}', '{"c.d"=~"e\\"",__name__="a.b"}'],
  ['a{}', 'a'],
  ['info(a,{})', 'info(a, {})'],
  ['a[300]', 'a[5m]'],
  ['a[90d]@1.5 offset-1.5', 'a[90d] @ 1.500 offset -1s500ms'],
  ['a offset 1w @ start()', 'a @ start() offset 1w'],
  ['a[1h:]', 'a[1h:]'],
  ['a[1h:60]@end()', 'a[1h:1m] @ end()'],
  ['-a^-b', '-a ^ -b'],
  ['- 5m', '-5m'],
  ['+Inf', '+Inf'],
  ['1e21', '1000000000000000000000'],
  ['0x10', '16'],
  ["'it\\'s'", '"it\'s"'],
  ['time( )', 'time()'],
  ['SUM(a) OR b', 'sum(a) or b'],
])('%s is printed as %s', (text, printed) => {
  expect(printExpression(parse(text))).toBe(printed);
});
