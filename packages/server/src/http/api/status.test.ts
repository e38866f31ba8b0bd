import { expect, test } from 'vitest';
import { createTestApi } from '../testing/test-api.ts';
import { TEST_STATUS } from '../testing/views.ts';

test.each([
  ['/status/config', { yaml: 'global: {}\n' }],
  ['/status/flags', { 'web.listen-address': '127.0.0.1:9090' }],
  ['/status/buildinfo', TEST_STATUS.build],
  ['/status/walreplay', { min: 0, max: 0, current: 0 }],
  ['/status/tsdb/blocks', { blocks: [] }],
  ['/notifications', []],
])('%s', async (path, data) => {
  const { ask } = await createTestApi();
  expect(await ask(`/api/v1${path}`)).toEqual({ status: 200, body: { status: 'success', data } });
});

test('/status/runtimeinfo has the members that Prometheus has', async () => {
  const { ask } = await createTestApi();
  const { body } = await ask('/api/v1/status/runtimeinfo');
  expect((body as { readonly data: unknown }).data).toEqual({
    startTime: '1970-01-01T00:00:00.000Z',
    CWD: '/work',
    hostname: 'host',
    serverTime: '2023-11-14T22:13:20.000Z',
    reloadConfigSuccess: true,
    lastConfigTime: '1970-01-01T00:00:01.000Z',
    corruptionCount: 0,
    goroutineCount: 0,
    GOMAXPROCS: expect.any(Number),
    GOMEMLIMIT: expect.any(Number),
    GOGC: '',
    GODEBUG: '',
    storageRetention: '15d',
  });
});

test('/status/tsdb counts what the head has', async () => {
  const { ask } = await createTestApi([
    { labels: { __name__: 'up', job: 'a' }, samples: [[60, 1]] },
    { labels: { __name__: 'up', job: 'b' }, samples: [[30, 1]] },
  ]);
  expect((await ask('/api/v1/status/tsdb?limit=1')).body).toEqual({
    status: 'success',
    data: {
      headStats: {
        numSeries: 2,
        numLabelPairs: 3,
        chunkCount: 2,
        minTime: 1_699_999_940_000,
        maxTime: 1_699_999_970_000,
      },
      seriesCountByMetricName: [{ name: 'up', value: 2 }],
      labelValueCountByLabelName: [{ name: 'job', value: 2 }],
      memoryInBytesByLabelName: [{ name: '__name__', value: 4 }],
      seriesCountByLabelValuePair: [{ name: '__name__=up', value: 2 }],
    },
  });
});

test('/status/tsdb of a head without samples', async () => {
  const { ask } = await createTestApi();
  expect((await ask('/api/v1/status/tsdb')).body).toMatchObject({
    data: { headStats: { numSeries: 0, minTime: 2 ** 63, maxTime: -(2 ** 63) } },
  });
});

test.each([
  ['0', 'limit must be a positive number'],
  ['-1', 'limit must be a positive number'],
  ['x', 'limit must be a positive number'],
  ['10001', 'limit must not exceed 10000'],
])('/status/tsdb?limit=%s is refused', async (limit, error) => {
  const { ask } = await createTestApi();
  expect(await ask(`/api/v1/status/tsdb?limit=${limit}`)).toEqual({
    status: 400,
    body: { status: 'error', errorType: 'bad_data', error },
  });
});

test('notifications', async () => {
  const status = { ...TEST_STATUS, notifications: () => [{ text: 'Reload failed.', sinceMs: 5 }] };
  const { ask } = await createTestApi([], { status });
  expect((await ask('/api/v1/notifications')).body).toEqual({
    status: 'success',
    data: [{ text: 'Reload failed.', date: '1970-01-01T00:00:00.005Z', active: true }],
  });
  expect((await ask('/api/v1/notifications/live')).status).toBe(204);
});

test('/features', async () => {
  const { ask } = await createTestApi([], { isAdminApiEnabled: true });
  expect((await ask('/api/v1/features')).body).toMatchObject({
    data: {
      api: { admin: true, lifecycle: false, query_stats: true },
      promql: { at_modifier: true, subqueries: true },
      promql_functions: { rate: true, info: false },
      promql_operators: { sum: true, '==': true },
    },
  });
});

test.each(['starting', 'stopping'] as const)('while it is %s, what needs the storage has to wait', async (state) => {
  const { app } = await createTestApi([], { readiness: { state: () => state } });
  for (const url of ['/api/v1/query?query=1', '/api/v1/labels', '/-/ready', '/federate', '/api/v1/targets']) {
    const answer = await app.inject(url);
    expect([answer.statusCode, answer.body], url).toEqual([503, 'Service Unavailable\n']);
    expect(answer.headers['x-prometheus-stopping'], url).toBe(String(state === 'stopping'));
  }
  for (const url of ['/-/healthy', '/metrics', '/api/v1/status/walreplay', '/api/v1/notifications']) {
    expect((await app.inject(url)).statusCode, url).toBe(200);
  }
});
