import { createLabels } from '@hearth/model';
import { expect, test } from 'vitest';
import { createTestApi, NOW_MS, type TestApi } from '../testing/test-api.ts';

async function createApi(): Promise<TestApi> {
  const api = await createTestApi();
  const appender = api.db.appender();
  for (const job of ['a', 'b']) {
    const ref = appender.seriesRef(createLabels({ __name__: 'requests', job }));
    appender.append(ref, NOW_MS - 1000, 1);
    const labels = createLabels({ trace_id: `t-${job}` });
    appender.appendExemplar(ref, { labels, timestampMs: NOW_MS - 2500, value: 0.5 });
  }
  await appender.commit();
  return api;
}

function exemplarsOf(job: string): object {
  const exemplar = { labels: { trace_id: `t-${job}` }, value: '0.5', timestamp: 1_699_999_997.5 };
  return { seriesLabels: { __name__: 'requests', job }, exemplars: [exemplar] };
}

test.each([
  ['requests', [exemplarsOf('a'), exemplarsOf('b')]],
  ['rate(requests{job="a"}[5m])', [exemplarsOf('a')]],
  ['requests{job="b"} / requests{job="a"}', [exemplarsOf('a'), exemplarsOf('b')]],
  ['nothing', []],
])('those of every series that %s selects', async (query, data) => {
  const { ask } = await createApi();
  const path = `/api/v1/query_exemplars?query=${encodeURIComponent(query)}`;
  expect(await ask(path)).toEqual({ status: 200, body: { status: 'success', data } });
});

test('only those of the range', async () => {
  const { ask } = await createApi();
  const answer = await ask('/api/v1/query_exemplars?query=requests&start=1699999998');
  expect(answer.body).toEqual({ status: 'success', data: [] });
});

test('a query without selectors has no content', async () => {
  const { ask } = await createApi();
  expect(await ask('/api/v1/query_exemplars?query=1')).toEqual({ status: 204, body: '' });
});

test.each([
  ['query=requests&start=2&end=1', 'end timestamp must not be before start timestamp'],
  ['query=sum(', '1:5: parse error: unclosed left parenthesis'],
])('%s is refused', async (query, error) => {
  const { ask } = await createApi();
  expect(await ask(`/api/v1/query_exemplars?${query}`)).toEqual({
    status: 400,
    body: { status: 'error', errorType: 'bad_data', error },
  });
});
