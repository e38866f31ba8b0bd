import { expect, test } from 'vitest';
import { parseExpression } from './parse-expression.ts';
import { valueTypeOf } from './value-type.ts';

test.each([
  ['1', 'scalar'],
  ['5m', 'scalar'],
  ['"a"', 'string'],
  ['a', 'vector'],
  ['a[5m]', 'matrix'],
  ['a[5m:]', 'matrix'],
  ['(a[5m])', 'matrix'],
  ['-1 ^ 2', 'scalar'],
  ['-a', 'vector'],
  ['1 + 2', 'scalar'],
  ['1 + a', 'vector'],
  ['a + 1', 'vector'],
  ['sum(a)', 'vector'],
  ['time()', 'scalar'],
  ['scalar(a) * 2', 'scalar'],
  ['vector(1)', 'vector'],
])('%s is a %s', (text, type) => {
  expect(valueTypeOf(parseExpression(text))).toBe(type);
});
