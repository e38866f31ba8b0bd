import { expect, test } from 'vitest';
import { parseExpression } from './parse-expression.ts';
import { printExpression } from './printing.ts';
import { children, walk } from './walking.ts';

const QUERY = 'topk by (x) (2, -rate(a[5m])) + (max_over_time(b[1h:]) or c)';

test('walk visits parents first, and says which they are', () => {
  const visits: string[] = [];
  walk(parseExpression(QUERY), (node, ancestors) => {
    visits.push(`${'·'.repeat(ancestors.length)}${node.kind} ${printExpression(node)}`);
  });
  expect(visits).toEqual([
    'binary topk by (x) (2, -rate(a[5m])) + (max_over_time(b[1h:]) or c)',
    '·aggregation topk by (x) (2, -rate(a[5m]))',
    '··unary -rate(a[5m])',
    '···call rate(a[5m])',
    '····matrixSelector a[5m]',
    '·····vectorSelector a',
    '··number 2',
    '·parentheses (max_over_time(b[1h:]) or c)',
    '··binary max_over_time(b[1h:]) or c',
    '···call max_over_time(b[1h:])',
    '····subquery b[1h:]',
    '·····vectorSelector b',
    '···vectorSelector c',
  ]);
});

test('a leaf has no children', () => {
  for (const leaf of ['1', '"s"', 'a']) expect(children(parseExpression(leaf))).toEqual([]);
});
