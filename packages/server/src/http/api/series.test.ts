import { expect, test } from 'vitest';
import { createTestApi, NOW_MS, type TestSeries } from '../testing/test-api.ts';

const SERIES: readonly TestSeries[] = [
  { labels: { __name__: 'up', job: 'api', instance: 'a' }, samples: [[60, 1]] },
  { labels: { __name__: 'up', job: 'web', instance: 'b' }, samples: [[60, 0]] },
  { labels: { __name__: 'requests', job: 'api', 'http.path': '/ü' }, samples: [[600, 5]] },
];

const UP_API = { __name__: 'up', instance: 'a', job: 'api' };
const UP_WEB = { __name__: 'up', instance: 'b', job: 'web' };
const REQUESTS = { __name__: 'requests', 'http.path': '/ü', job: 'api' };

test('series that match', async () => {
  const { ask } = await createTestApi(SERIES);
  expect(await ask('/api/v1/series?match[]=up')).toEqual({
    status: 200,
    body: { status: 'success', data: [UP_API, UP_WEB] },
  });
});

test('series that several selectors find come once', async () => {
  const { ask } = await createTestApi(SERIES);
  const answer = await ask('/api/v1/series?match[]=up&match[]={job="api"}');
  expect(answer.body).toEqual({ status: 'success', data: [UP_API, UP_WEB, REQUESTS] });
});

test('selectors may come in a form, and beside it in the URL', async () => {
  const { ask } = await createTestApi(SERIES);
  const answer = await ask({
    method: 'POST',
    url: '/api/v1/series?match[]=requests',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'match%5B%5D=up%7Bjob%3D%22web%22%7D',
  });
  expect(answer.body).toEqual({ status: 'success', data: [UP_WEB, REQUESTS] });
});

test('a limit cuts off, and says so', async () => {
  const { ask } = await createTestApi(SERIES);
  expect((await ask('/api/v1/series?match[]=up&limit=1')).body).toEqual({
    status: 'success',
    data: [UP_API],
    warnings: ['results truncated due to limit'],
  });
  expect((await ask('/api/v1/series?match[]=up&limit=2')).body).toEqual({ status: 'success', data: [UP_API, UP_WEB] });
});

test('a range without times has no series', async () => {
  const { ask } = await createTestApi(SERIES);
  const answer = await ask(`/api/v1/series?match[]=up&start=${NOW_MS / 1000}&end=0`);
  expect(answer.body).toEqual({ status: 'success', data: [] });
});

test.each([
  ['', 'no match[] parameter provided'],
  ['?match[]=up&x=%zz', 'error parsing form values: invalid URL escape "%zz"'],
  ['?match[]=up&limit=x', 'invalid parameter "limit": strconv.Atoi: parsing "x": invalid syntax'],
  ['?match[]=up&limit=-1', 'invalid parameter "limit": limit must be non-negative'],
  [
    '?match[]=up&start=x',
    `invalid parameter "start": invalid time value for 'start': cannot parse "x" to a valid timestamp`,
  ],
  ['?match[]=', 'invalid parameter "match[]": 1:1: parse error: unexpected end of input'],
  ['?match[]={}', 'invalid parameter "match[]": match[] must contain at least one non-empty matcher'],
])('/series%s is refused', async (query, error) => {
  const { ask } = await createTestApi();
  const { status, body } = await ask(`/api/v1/series${query}`);
  expect({ status, body }).toEqual({ status: 400, body: { status: 'error', errorType: 'bad_data', error } });
});
