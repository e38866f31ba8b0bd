import { describe, expect, it, test } from 'vitest';
import { ParseError } from '../errors.ts';
import { MAX_DEPTH, parseExpression } from './parse-expression.ts';
import type { Expression } from './tree.ts';
import { children } from './walking.ts';

function parse(text: string): Expression {
  return parseExpression(text, { experimentalFunctions: true });
}

/** A tree in one line: every node as the text that it stands for, with what is below it in braces. */
function show(expression: Expression, text: string): string {
  const { start, end } = expression.position;
  const below = children(expression).map((child) => show(child, text));
  return `‹${text.slice(start, end)}›${below.length > 0 ? `{${below.join(' ')}}` : ''}`;
}

describe('operators', () => {
  it.each([
    ['1 + 2 * 3', '‹1 + 2 * 3›{‹1› ‹2 * 3›{‹2› ‹3›}}'],
    ['a - b - c', '‹a - b - c›{‹a - b›{‹a› ‹b›} ‹c›}'],
    ['a atan2 b * c', '‹a atan2 b * c›{‹a atan2 b›{‹a› ‹b›} ‹c›}'],
    ['2 ^ 3 ^ 4', '‹2 ^ 3 ^ 4›{‹2› ‹3 ^ 4›{‹3› ‹4›}}'],
    ['a == b < bool c', '‹a == b < bool c›{‹a == b›{‹a› ‹b›} ‹c›}'],
    ['a or b unless c > d', '‹a or b unless c > d›{‹a› ‹b unless c > d›{‹b› ‹c > d›{‹c› ‹d›}}}'],
    ['a and b or c', '‹a and b or c›{‹a and b›{‹a› ‹b›} ‹c›}'],
    ['-a ^ 2 * b', '‹-a ^ 2 * b›{‹-a ^ 2›{‹a ^ 2›{‹a› ‹2›}} ‹b›}'],
    ['2 ^ -a * b', '‹2 ^ -a * b›{‹2 ^ -a›{‹2› ‹-a›{‹a›}} ‹b›}'],
    ['+-a', '‹+-a›{‹-a›{‹a›}}'],
    ['- -3', '‹- -3›'],
    ['-3 ^ 2', '‹-3 ^ 2›{‹3 ^ 2›{‹3› ‹2›}}'],
    ['(a) * ( b )', '‹(a) * ( b )›{‹(a)›{‹a›} ‹( b )›{‹b›}}'],
    ['a # one\n+ # two\nb', '‹a # one\n+ # two\nb›{‹a› ‹b›}'],
    ['and and unless or or', '‹and and unless or or›{‹and and unless›{‹and› ‹unless›} ‹or›}'],
    ['A AND b', '‹A AND b›{‹A› ‹b›}'],
  ])('%j', (text, shown) => {
    expect(show(parse(text), text)).toBe(shown);
  });

  it.each([
    ['a + b', { returnsBool: false, matching: { cardinality: 'one-to-one', on: false, labels: [], include: [] } }],
    ['a and b', { matching: { cardinality: 'many-to-many', on: false, labels: [], include: [] } }],
    ['a > bool b', { returnsBool: true }],
    ['a > bool 1', { returnsBool: true, matching: undefined }],
    ['a + on () b', { matching: { cardinality: 'one-to-one', on: true, labels: [], include: [] } }],
    [
      'a + ignoring (x, "y.z",) b',
      { matching: { cardinality: 'one-to-one', on: false, labels: ['x', 'y.z'], include: [] } },
    ],
    ['a / on (x) group_left b', { matching: { cardinality: 'many-to-one', on: true, labels: ['x'], include: [] } }],
    [
      'a / on (x) group_right (y) b',
      { matching: { cardinality: 'one-to-many', on: true, labels: ['x'], include: ['y'] } },
    ],
    ['a / ignoring (x) group_left (x) b', { matching: { cardinality: 'many-to-one', labels: ['x'], include: ['x'] } }],
    ['a + on () 1', { matching: undefined }],
  ])('%j has its modifiers', (text, modifiers) => {
    expect(parse(text)).toMatchObject(modifiers);
  });
});

describe('what operators connect', () => {
  it.each([
    ['sum by (x) (a) + 1', '‹sum by (x) (a) + 1›{‹sum by (x) (a)›{‹a›} ‹1›}'],
    ['sum(a) without (x) > 1', '‹sum(a) without (x) > 1›{‹sum(a) without (x)›{‹a›} ‹1›}'],
    ['(sum(a) )', '‹(sum(a) )›{‹sum(a)›{‹a›}}'],
    ['topk(3, a)', '‹topk(3, a)›{‹a› ‹3›}'],
    ['rate(a{b="c"}[5m] offset 1m)', '‹rate(a{b="c"}[5m] offset 1m)›{‹a{b="c"}[5m] offset 1m›{‹a{b="c"}›}}'],
    ['a offset 5m + 1m', '‹a offset 5m + 1m›{‹a offset 5m› ‹1m›}'],
    ['a offset -5m ^ 2', '‹a offset -5m ^ 2›{‹a offset -5m› ‹2›}'],
    ['a @ -5 ^ 2', '‹a @ -5 ^ 2›{‹a @ -5› ‹2›}'],
    ['a offset 1m [5m:1m] @ end ( )', '‹a offset 1m [5m:1m] @ end ( )›{‹a offset 1m›}'],
    ['start() + start', '‹start() + start›{‹start()› ‹start›}'],
    ['label_join(a, "😀", "b")', '‹label_join(a, "😀", "b")›{‹a› ‹"😀"› ‹"b"›}'],
  ])('%s', (text, shown) => {
    expect(show(parse(text), text)).toBe(shown);
  });

  it.each([
    ['sum(a)', { operator: 'sum', without: false, grouping: [], parameter: undefined }],
    ['SUM WITHOUT (b, by, "c d") (a)', { operator: 'sum', without: true, grouping: ['b', 'by', 'c d'] }],
    ['min by () (a)', { operator: 'min', without: false, grouping: [] }],
    ['count_values("v", a) by (On)', { parameter: { kind: 'string', value: 'v' }, grouping: ['On'] }],
    ['time()', { kind: 'call', functionName: 'time', arguments: [] }],
    ['sum', { kind: 'vectorSelector', name: 'sum' }],
    ['fill', { kind: 'vectorSelector', name: 'fill' }],
    [':a', { kind: 'vectorSelector', name: ':a' }],
    ['{"a"}', { kind: 'vectorSelector', name: '' }],
  ])('%s is understood', (text, node) => {
    expect(parse(text)).toMatchObject(node);
  });
});

test.each([
  ['', '1:1: parse error: no expression found in input'],
  ['# nothing', '1:1: parse error: no expression found in input'],
  ['a b', '1:3: parse error: unexpected identifier "b"'],
  ['a 5', '1:3: parse error: unexpected number "5"'],
  ['a "much too long"', '1:3: parse error: unexpected string "\\"much too "...'],
  ['a +', '1:4: parse error: unexpected end of input'],
  ['* a', '1:1: parse error: unexpected <op:*>'],
  ['a == == b', '1:6: parse error: unexpected <op:==>'],
  ['a on (b) c', '1:3: parse error: unexpected <on>'],
  ['a + group_left (b) c', '1:5: parse error: unexpected <group_left>'],
  ['a + on (b) group_left * c', '1:23: parse error: unexpected <op:*> in grouping opts, expected "("'],
  ['()', '1:2: parse error: unexpected ")"'],
  ['(a', '1:3: parse error: unclosed left parenthesis'],
  ['a)', "1:2: parse error: unexpected right parenthesis ')'"],
  ['a]', "1:2: parse error: unexpected right bracket ']'"],
  ['a}', "1:2: parse error: unexpected character: '}'"],
  ['a =~ b', "1:3: parse error: unexpected character after '=': '~'"],
  ['a = b', '1:3: parse error: unexpected "="'],
  ['a !', "1:3: parse error: unexpected end of input after '!'"],
  ['a\n+\nü', "3:1: parse error: unexpected character: 'ü'"],
  ['"😀" + ;', "1:7: parse error: unexpected character: ';'"],
  ["'", '1:1: parse error: unterminated quoted string'],
  ['sum a', '1:5: parse error: unexpected identifier "a"'],
  ['sum()', '1:1: parse error: no arguments for aggregate expression provided'],
  ['sum(a, b)', '1:1: parse error: wrong number of arguments for aggregate expression provided, expected 1, got 2'],
  ['1 + topk(a)', '1:5: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1'],
  ['sum(a b)', '1:7: parse error: unexpected identifier "b" in aggregation'],
  ['sum(abs(a b))', '1:11: parse error: unexpected identifier "b" in aggregation'],
  ['abs(a b)', '1:7: parse error: unexpected identifier "b"'],
  ['sum by (a)', '1:11: parse error: unexpected end of input in aggregation'],
  ['sum(a) by (b) by (c)', '1:15: parse error: unexpected <by>'],
  ['sum by a (b)', '1:8: parse error: unexpected identifier "a" in grouping opts, expected "("'],
  ['sum by (a b) (c)', '1:11: parse error: unexpected identifier "b" in grouping opts, expected "," or ")"'],
  ['sum by (,) (c)', '1:9: parse error: unexpected "," in grouping opts, expected label'],
  ['sum by (without) (c)', '1:9: parse error: unexpected <without> in grouping opts, expected label'],
  ['sum by (1) (c)', '1:9: parse error: unexpected number "1" in grouping opts, expected label'],
  ['sum by ("") (c)', '1:9: parse error: invalid label name for grouping: ""'],
  ['abs(a,)', '1:6: parse error: trailing commas not allowed in function call args'],
  ['nope(a)', '1:1: parse error: unknown function with name "nope"'],
  ['START()', '1:1: parse error: unknown function with name "START"'],
  ['a:b(c)', '1:4: parse error: unexpected "("'],
])('%j is refused, with the place', (text, message) => {
  expect(() => parse(text)).toThrow(expect.objectContaining({ name: 'ParseError', code: 'parse', message }));
});

describe('what is experimental in Prometheus', () => {
  const flag = '--enable-feature=promql-experimental-functions';
  it.each([
    ['mad_over_time(a[5m])', '1:1: parse error: function "mad_over_time" is not enabled'],
    ['1 + start()', '1:5: parse error: function "start" is not enabled'],
    ['limitk(1, a)', `1:1: parse error: limitk() is experimental and must be enabled with ${flag}`],
    ['-limit_ratio(1, a)', `1:2: parse error: limit_ratio() is experimental and must be enabled with ${flag}`],
  ])('%s needs a word', (text, message) => {
    expect(() => parseExpression(text)).toThrow(expect.objectContaining({ code: 'not_supported', message }));
    expect(() => parse(text)).not.toThrow();
  });

  const durations = 'duration expressions are experimental in Prometheus and not supported';
  it.each([
    ['a[5m + 1m]', `1:6: parse error: ${durations}`],
    ['a[(5m)]', `1:3: parse error: ${durations}`],
    ['a[-step()]', `1:4: parse error: ${durations}`],
    ['a[5m:RANGE()]', `1:6: parse error: ${durations}`],
    ['a[5m:1m * 2]', `1:9: parse error: ${durations}`],
    ['a offset min_of(1m, 5m)', `1:10: parse error: ${durations}`],
    ['a offset --1m + 5m', `1:15: parse error: ${durations}`],
    [
      'rate(a[5m] anchored)',
      '1:12: parse error: the modifier anchored is experimental in Prometheus and not supported',
    ],
    ['a smoothed', '1:3: parse error: the modifier smoothed is experimental in Prometheus and not supported'],
    ['a + fill (0) b', '1:5: parse error: the modifier fill is experimental in Prometheus and not supported'],
    [
      'a + on (x) group_left fill_right(0) b',
      '1:23: parse error: the modifier fill_right is experimental in Prometheus and not supported',
    ],
    ['a </ 1', '1:3: parse error: the operator </ works on native histograms, which are not supported'],
  ])('%s is not there', (text, message) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'not_supported', message }));
  });
});

describe('nesting', () => {
  it('may be deep', () => {
    const nested = `${'('.repeat(MAX_DEPTH - 1)}a${')'.repeat(MAX_DEPTH - 1)}`;
    const chain = Array.from({ length: MAX_DEPTH }, () => 'a').join(' + ');
    expect(() => parse(nested)).not.toThrow();
    expect(() => parse(chain)).not.toThrow();
  });

  it.each([
    ['parentheses', `${'('.repeat(10_000)}a${')'.repeat(10_000)}`],
    ['signs', `${'-'.repeat(10_000)}a`],
    ['calls', `${'abs('.repeat(10_000)}a${')'.repeat(10_000)}`],
    ['aggregations', `${'sum('.repeat(10_000)}a${')'.repeat(10_000)}`],
    ['a chain', Array.from({ length: 10_000 }, () => 'a').join(' + ')],
    ['chains in chains', `${'(a+a+a+'.repeat(200)}a${')+a+a'.repeat(200)}`],
    ['powers', Array.from({ length: 10_000 }, () => 'a').join(' ^ ')],
    ['subqueries', `a${'[1m:] offset 1m'.repeat(10_000)}`],
  ])('is refused where it is too deep: %s', (_, text) => {
    expect(() => parse(text)).toThrow(ParseError);
    expect(() => parse(text)).toThrow(`the query is nested more than ${MAX_DEPTH} levels deep`);
  });
});
