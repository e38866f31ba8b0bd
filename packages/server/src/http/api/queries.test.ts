import { createLabels } from '@hearth/model';
import {
  type Engine,
  type InstantQuery,
  PromqlError,
  type QueryResult,
  type RangeQuery,
  type Value,
} from '@hearth/promql';
import { expect, test } from 'vitest';
import { createTestApi, NOW_MS } from '../testing/test-api.ts';

const STATS = { samplesRead: 10, peakSamples: 4, queuedMs: 500, preparationMs: 250, evaluationMs: 1000 };
const UP: Value = {
  kind: 'vector',
  timestampMs: NOW_MS,
  samples: [
    { labels: createLabels({ __name__: 'up', job: 'a' }), value: 1 },
    { labels: createLabels({ __name__: 'up', job: 'b' }), value: 0.5 },
  ],
};

/** Answers what it was given, and keeps what it was asked. */
function createStubEngine(result: Partial<QueryResult> | Error): Engine & { readonly asked: object[] } {
  const asked: object[] = [];
  const answer = async (query: InstantQuery | RangeQuery): Promise<QueryResult> => {
    const { signal: _, ...rest } = query;
    asked.push(rest);
    if (result instanceof Error) throw result;
    return { value: UP, annotations: [], stats: STATS, ...result };
  };
  return { asked, instant: (_, query) => answer(query), range: (_, query) => answer(query), explain: () => '' };
}

test('an instant query is asked for now, unless it says when', async () => {
  const engine = createStubEngine({});
  const { ask } = await createTestApi([], { engine });
  expect(await ask('/api/v1/query?query=up')).toEqual({
    status: 200,
    body: {
      status: 'success',
      data: {
        resultType: 'vector',
        result: [
          { metric: { __name__: 'up', job: 'a' }, value: [NOW_MS / 1000, '1'] },
          { metric: { __name__: 'up', job: 'b' }, value: [NOW_MS / 1000, '0.5'] },
        ],
      },
    },
  });
  await ask('/api/v1/query?query=up&time=17.5&timeout=1.5&lookback_delta=1m');
  await ask('/api/v1/query?query=up&time=1&lookback_delta=0');
  expect(engine.asked).toEqual([
    { text: 'up', timestampMs: NOW_MS },
    { text: 'up', timestampMs: 17_500, timeoutMs: 1500, lookbackMs: 60_000 },
    { text: 'up', timestampMs: 1000 },
  ]);
});

test('a range query comes with its grid, in the URL or in a form', async () => {
  const engine = createStubEngine({ value: { kind: 'matrix', series: [] } });
  const { ask } = await createTestApi([], { engine });
  const form = 'query=up&start=10&end=2015-07-01T20:10:51Z&step=1h';
  expect((await ask(`/api/v1/query_range?${form}`)).status).toBe(400);
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  const payload = 'query=a%2Bb&start=10&end=20&step=2.5';
  const answer = await ask({ method: 'POST', url: '/api/v1/query_range', headers, payload });
  expect(answer.body).toEqual({ status: 'success', data: { resultType: 'matrix', result: [] } });
  expect(engine.asked).toEqual([{ text: 'a+b', startMs: 10_000, endMs: 20_000, stepMs: 2500 }]);
});

test('warnings and infos come beside the result, ten of each', async () => {
  const annotations = [
    { level: 'info' as const, message: 'PromQL info: x (1:1)', position: undefined },
    ...Array.from({ length: 12 }, (_, i) => ({ level: 'warning' as const, message: `w${i}`, position: undefined })),
  ];
  const { ask } = await createTestApi([], { engine: createStubEngine({ annotations }) });
  const { body } = await ask('/api/v1/query?query=up&limit=1');
  expect(body).toMatchObject({
    data: { result: [{ metric: { job: 'a' } }] },
    infos: ['PromQL info: x (1:1)'],
  });
  const { warnings } = body as { readonly warnings: readonly string[] };
  expect(warnings.slice(9)).toEqual(['w9', '2 more warning annotations omitted', 'results truncated due to limit']);
});

test('statistics come when they are asked for', async () => {
  const { ask } = await createTestApi([], { engine: createStubEngine({}) });
  const { body } = await ask('/api/v1/query?query=up&stats=all');
  expect(body).toMatchObject({
    data: {
      stats: {
        timings: {
          evalTotalTime: 1.25,
          resultSortTime: 0,
          queryPreparationTime: 0.25,
          innerEvalTime: 1,
          execQueueTime: 0.5,
          execTotalTime: 1.75,
        },
        samples: { totalQueryableSamples: 10, peakSamples: 4 },
      },
    },
  });
  expect((await ask('/api/v1/query?query=up&stats=yes')).body).toMatchObject({
    warnings: [
      'value "yes" for parameter "stats" is deprecated and will be rejected in the next major release, use "true" or "all"',
    ],
  });
});

test.each([
  ['parse', 400, 'bad_data', 'invalid parameter "query": it failed'],
  ['not_supported', 400, 'bad_data', 'invalid parameter "query": it failed'],
  ['execution', 422, 'execution', 'it failed'],
  ['too_many_samples', 422, 'execution', 'it failed'],
  ['timeout', 503, 'timeout', 'it failed'],
  ['too_many_queries', 503, 'timeout', 'it failed'],
  ['canceled', 499, 'canceled', 'it failed'],
  ['storage', 500, 'internal', 'it failed'],
] as const)('a query that fails with %s is answered %i %s', async (code, status, errorType, error) => {
  const { ask } = await createTestApi([], { engine: createStubEngine(new PromqlError(code, 'it failed')) });
  expect(await ask('/api/v1/query?query=up')).toEqual({ status, body: { status: 'error', errorType, error } });
});

test('a defect is reported, and the client learns nothing of it', async () => {
  const defect = new Error('BUG: password hunter2');
  const { ask, errors } = await createTestApi([], { engine: createStubEngine(defect) });
  const error = 'something went wrong here; the log has more of it';
  expect(await ask('/api/v1/query?query=up')).toEqual({
    status: 500,
    body: { status: 'error', errorType: 'internal', error },
  });
  expect(errors).toEqual([defect]);
});

test.each([
  [
    'query?query=1&time=x',
    `invalid parameter "time": invalid time value for 'time': cannot parse "x" to a valid timestamp`,
  ],
  ['query?query=1&timeout=x', 'invalid parameter "timeout": cannot parse "x" to a valid duration'],
  ['query?query=1&lookback_delta=x', 'error parsing lookback delta duration: cannot parse "x" to a valid duration'],
  ['query?query=1&limit=1e3', 'invalid parameter "limit": strconv.Atoi: parsing "1e3": invalid syntax'],
  [
    'query?query=1&limit=99999999999999999999',
    'invalid parameter "limit": strconv.Atoi: parsing "99999999999999999999": value out of range',
  ],
  ['query_range?query=1&end=1&step=1', 'invalid parameter "start": cannot parse "" to a valid timestamp'],
  ['query_range?query=1&start=1&step=1', 'invalid parameter "end": cannot parse "" to a valid timestamp'],
  ['query_range?query=1&start=1&end=2', 'invalid parameter "step": cannot parse "" to a valid duration'],
  ['query_range?query=1&start=2&end=1&step=1', 'invalid parameter "end": end timestamp must not be before start time'],
  [
    'query_range?query=1&start=1&end=2&step=0',
    'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
  ],
  [
    'query_range?query=1&start=0&end=11001&step=1',
    'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
  ],
])('%s is refused', async (path, error) => {
  const { ask } = await createTestApi([], { engine: createStubEngine({}) });
  const { status, body } = await ask(`/api/v1/${path}`);
  expect({ status, body }).toEqual({ status: 400, body: { status: 'error', errorType: 'bad_data', error } });
});

test('a query that has no time fails for that, or for what is wrong with it', async () => {
  const { ask } = await createTestApi();
  const error = 'query timed out in query queue';
  for (const timeout of ['0', '-5']) {
    expect(await ask(`/api/v1/query?query=up&timeout=${timeout}`)).toEqual({
      status: 503,
      body: { status: 'error', errorType: 'timeout', error },
    });
    expect((await ask(`/api/v1/query?query=up{&timeout=${timeout}`)).status).toBe(400);
  }
});

test('eleven thousand steps are not too many', async () => {
  const { ask } = await createTestApi([], { engine: createStubEngine({}) });
  expect((await ask('/api/v1/query_range?query=1&start=0&end=11000&step=1')).status).toBe(200);
});
