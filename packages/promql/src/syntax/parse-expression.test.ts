import { describe, expect, it, test } from 'vitest';
import { ParseError } from '../errors.ts';
import { MAX_DEPTH, parseExpression } from './parse-expression.ts';
import type { Expression } from './tree.ts';
import { children } from './walking.ts';

/** A tree in one line: every node with the text it stands for. */
function show(expression: Expression, text: string): string {
  const { start, end } = expression.position;
  const below = children(expression).map((child) => show(child, text));
  return [`‹${text.slice(start, end)}›`, ...(below.length > 0 ? [`(${below.join(' ')})`] : [])].join('');
}

test.each([
  ['1 + 2 * 3', '‹1 + 2 * 3›(‹1› ‹2 * 3›(‹2› ‹3›))'],
  ['a - b - c', '‹a - b - c›(‹a - b›(‹a› ‹b›) ‹c›)'],
  ['2 ^ 3 ^ 4', '‹2 ^ 3 ^ 4›(‹2› ‹3 ^ 4›(‹3› ‹4›))'],
  ['-a ^ 2 * b', '‹-a ^ 2 * b›(‹-a ^ 2›(‹a ^ 2›(‹a› ‹2›)) ‹b›)'],
  ['a or b unless c > d', '‹a or b unless c > d›(‹a› ‹b unless c > d›(‹b› ‹c > d›(‹c› ‹d›)))'],
  ['sum by (x) (a) + 1', '‹sum by (x) (a) + 1›(‹sum by (x) (a)›(‹a›) ‹1›)'],
  ['sum(a) without (x) > 1', '‹sum(a) without (x) > 1›(‹sum(a) without (x)›(‹a›) ‹1›)'],
  ['(sum(a) )', '‹(sum(a) )›(‹sum(a)›(‹a›))'],
  ['rate(a{b="c"}[5m] offset 1m)', '‹rate(a{b="c"}[5m] offset 1m)›(‹a{b="c"}[5m] offset 1m›(‹a{b="c"}›))'],
  ['a[5m:1m] @ end()', '‹a[5m:1m] @ end()›(‹a›)'],
  ['topk(3, a)', '‹topk(3, a)›(‹a› ‹3›)'],
])('%s knows what stands where', (text, shown) => {
  expect(show(parseExpression(text), text)).toBe(shown);
});

describe('nesting', () => {
  const parse = (text: string) => () => parseExpression(text);

  it('may be deep', () => {
    expect(parse(`${'('.repeat(MAX_DEPTH - 1)}a${')'.repeat(MAX_DEPTH - 1)}`)).not.toThrow();
    expect(parse(Array.from({ length: MAX_DEPTH }, () => 'a').join(' + '))).not.toThrow();
  });

  it.each([
    ['parentheses', `${'('.repeat(10_000)}a${')'.repeat(10_000)}`],
    ['signs', `${'-'.repeat(10_000)}a`],
    ['calls', `${'abs('.repeat(10_000)}a${')'.repeat(10_000)}`],
    ['a chain', Array.from({ length: 10_000 }, () => 'a').join(' + ')],
    ['powers', Array.from({ length: 10_000 }, () => 'a').join(' ^ ')],
    ['subqueries', `a${'[1m:] offset 1m'.repeat(10_000)}`],
  ])('is refused where it is too deep: %s', (_, text) => {
    expect(parse(text)).toThrow(ParseError);
    expect(parse(text)).toThrow(`the query is nested more than ${MAX_DEPTH} levels deep`);
  });
});
