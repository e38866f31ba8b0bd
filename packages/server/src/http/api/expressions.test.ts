import { expect, test } from 'vitest';
import { createTestApi } from '../testing/test-api.ts';

test('/format_query', async () => {
  const { ask } = await createTestApi();
  expect((await ask('/api/v1/format_query?query=sum(  rate(up[5m])) by(job)')).body).toEqual({
    status: 'success',
    data: 'sum by (job) (rate(up[5m]))',
  });
});

const UP = {
  anchored: false,
  matchers: [{ name: '__name__', type: '=', value: 'up' }],
  name: 'up',
  offset: 0,
  offsetExpr: null,
  smoothed: false,
  startOrEnd: null,
  timestamp: null,
  type: 'vectorSelector',
};
const ONE = { type: 'numberLiteral', val: '1' };

test.each([
  ['1', ONE],
  ['"x"', { type: 'stringLiteral', val: 'x' }],
  ['up', UP],
  ['up offset 5m @ 1.5', { ...UP, offset: 300_000, timestamp: 1500 }],
  ['up @ end()', { ...UP, startOrEnd: 'end' }],
  ['{a=~"x"}', { ...UP, name: '', matchers: [{ name: 'a', type: '=~', value: 'x' }] }],
  ['up[5m]', { ...UP, type: 'matrixSelector', range: 300_000, rangeExpr: null }],
  [
    'up[1h:5m] offset -1m',
    {
      type: 'subquery',
      expr: UP,
      range: 3_600_000,
      rangeExpr: null,
      step: 300_000,
      stepExpr: null,
      offset: -60_000,
      offsetExpr: null,
      timestamp: null,
      startOrEnd: null,
    },
  ],
  ['(-up)', { type: 'parenExpr', expr: { type: 'unaryExpr', op: '-', expr: UP } }],
  ['1 + 1', { type: 'binaryExpr', op: '+', lhs: ONE, rhs: ONE, matching: null, bool: false }],
  [
    'up * on(job) group_left(x) up',
    {
      type: 'binaryExpr',
      op: '*',
      lhs: UP,
      rhs: UP,
      matching: {
        card: 'many-to-one',
        fillValues: { lhs: null, rhs: null },
        include: ['x'],
        labels: ['job'],
        on: true,
      },
      bool: false,
    },
  ],
  ['topk(1, up)', { type: 'aggregation', op: 'topk', expr: UP, param: ONE, grouping: [], without: false }],
  [
    'round(up)',
    {
      type: 'call',
      func: { name: 'round', argTypes: ['vector', 'scalar'], variadic: 1, returnType: 'vector' },
      args: [UP],
    },
  ],
  [
    'label_join(up, "a", "b")',
    {
      type: 'call',
      func: {
        name: 'label_join',
        argTypes: ['vector', 'string', 'string', 'string'],
        variadic: -1,
        returnType: 'vector',
      },
      args: [UP, { type: 'stringLiteral', val: 'a' }, { type: 'stringLiteral', val: 'b' }],
    },
  ],
])('/parse_query of %s', async (query, data) => {
  const { ask } = await createTestApi();
  expect((await ask(`/api/v1/parse_query?query=${encodeURIComponent(query)}`)).body).toEqual({
    status: 'success',
    data,
  });
});

test.each(['format_query', 'parse_query'])('/%s refuses what is no query', async (path) => {
  const { ask } = await createTestApi();
  expect(await ask(`/api/v1/${path}?query=sum(`)).toEqual({
    status: 400,
    body: {
      status: 'error',
      errorType: 'bad_data',
      error: 'invalid parameter "query": 1:5: parse error: unclosed left parenthesis',
    },
  });
});
