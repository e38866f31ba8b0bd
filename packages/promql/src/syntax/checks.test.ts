import { expect, test } from 'vitest';
import { parseExpression } from './parse-expression.ts';

const BINARY = 'binary expression must contain only scalar and instant vector types';
const UNARY = 'unary expression only allowed on expressions of type scalar or instant vector';
const EMPTY = 'vector selector must contain at least one non-empty matcher';

test.each([
  // Selectors
  ['{}', `1:1: parse error: ${EMPTY}`],
  ['sum({a=""})', `1:5: parse error: ${EMPTY}`],
  ['rate({a=~".*", b!="x"}[5m])', `1:6: parse error: ${EMPTY}`],
  ['a{__name__="b"}', '1:1: parse error: metric name must not be set twice: "a" or "b"'],
  ['a{"b"}', '1:1: parse error: metric name must not be set twice: "a" or "b"'],
  ['a{__name__=~"b|c"}', '1:1: parse error: metric name must not be set twice: "a" or "b|c"'],
  ['a{b=~"("}', '1:3: parse error: error parsing regexp: missing closing ): `(`'],

  // Operators
  ['1 == 1', '1:3: parse error: comparisons between scalars must use BOOL modifier'],
  ['(1)  # one\n  > time()', '2:3: parse error: comparisons between scalars must use BOOL modifier'],
  ['a + bool b', '1:3: parse error: bool modifier can only be used on comparison operators'],
  ['a and bool b', '1:3: parse error: bool modifier can only be used on comparison operators'],
  ['a / on (x, y) group_left (z, y) b', '1:3: parse error: label "y" must not occur in ON and GROUP clause at once'],
  ['a + "b"', `1:5: parse error: ${BINARY}`],
  ['a[5m] + 1', `1:1: parse error: ${BINARY}`],
  ['1 + -b[5m:]', `1:5: parse error: ${UNARY}, got "range vector"`],
  ['-"a"', `1:1: parse error: ${UNARY}, got "string"`],
  ['a and 1', '1:1: parse error: set operator "and" not allowed in binary scalar expression'],
  ['1 or 2', '1:1: parse error: set operator "or" not allowed in binary scalar expression'],
  ['a + on (x) 1', '1:1: parse error: vector matching only allowed between instant vectors'],
  ['1 + ignoring (x) 1', '1:1: parse error: vector matching only allowed between instant vectors'],
  ['a and on (x) group_left b', '1:1: parse error: no grouping allowed for "and" operation'],
  ['a[5m:][5m:]', '1:1: parse error: subquery is only allowed on instant vector, got matrix instead'],
  ['1[5m:]', '1:1: parse error: subquery is only allowed on instant vector, got scalar instead'],

  // Aggregations
  ['sum(1)', '1:5: parse error: expected type instant vector in aggregation expression, got scalar'],
  ['sum(a[5m])', '1:5: parse error: expected type instant vector in aggregation expression, got range vector'],
  ['topk(a, b)', '1:6: parse error: expected type scalar in aggregation parameter, got instant vector'],
  ['quantile("0.9", b)', '1:10: parse error: expected type scalar in aggregation parameter, got string'],
  ['count_values(1, b)', '1:14: parse error: expected type string in aggregation parameter, got scalar'],

  // Calls
  ['abs()', '1:1: parse error: expected 1 argument(s) in call to "abs", got 0'],
  ['1 + abs(a, b)', '1:5: parse error: expected 1 argument(s) in call to "abs", got 2'],
  ['round(a, 1, 2)', '1:1: parse error: expected at most 2 argument(s) in call to "round", got 3'],
  ['label_join(a, "b")', '1:1: parse error: expected at least 3 argument(s) in call to "label_join", got 2'],
  [
    'label_join(a, "b", ",", "c", d)',
    '1:30: parse error: expected type string in call to function "label_join", got instant vector',
  ],
  ['rate(a)', '1:6: parse error: expected type range vector in call to function "rate", got instant vector'],
  ['abs(rate(a))', '1:10: parse error: expected type range vector in call to function "rate", got instant vector'],
  ['vector(a)', '1:8: parse error: expected type scalar in call to function "vector", got instant vector'],
  ['info(a, b)', '1:9: parse error: expected label selectors only, got vector selector instead'],
  ['info(a, sum(b))', '1:9: parse error: expected label selectors only'],
  ['info(a, 1)', '1:9: parse error: expected type instant vector in call to function "info", got scalar'],

  // The first fault is that of the grammar, wherever it stands.
  ['1 == 1 +', '1:9: parse error: unexpected end of input'],
  ['abs() + nope()', '1:9: parse error: unknown function with name "nope"'],
])('%j is refused, with the place', (text, message) => {
  expect(() => parseExpression(text, { experimentalFunctions: true })).toThrow(
    expect.objectContaining({ name: 'ParseError', code: 'parse', message }),
  );
});

test.each([
  '{a!=""}',
  '{a=~".+"}',
  '{a!~".*"}',
  '{"a", "b"}',
  '{__name__="a", __name__="b"}',
  '1 == bool 1',
  'a == 1',
  '1 == a',
  'a + on () 1',
  'a / on (x) group_left (y) b',
  'a / ignoring (x) group_left (x) b',
  'a or on () b',
  'quantile(scalar(a), b)',
  'hour()',
  'hour(a)',
  'round(a, 5m)',
  'label_join(a, "b", ",")',
  'label_join(a, "b", ",", "c", "d", "e", "f")',
  'histogram_quantiles(a, "q", 0.1, 0.2, 0.3)',
  'info(a)',
  'info(a, {})',
  'info(a, {b="", __name__=~".*"})',
  '"a"',
  'a[5m]',
])('%j is right', (text) => {
  expect(() => parseExpression(text, { experimentalFunctions: true })).not.toThrow();
});

test('a bad regular expression is the cause of the error', () => {
  expect(() => parseExpression('a{b=~"("}')).toThrow(
    expect.objectContaining({
      position: { start: 2, end: 8 },
      cause: expect.objectContaining({ name: 'MatcherError', code: 'bad_regexp' }),
    }),
  );
});
