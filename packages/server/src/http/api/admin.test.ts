import { expect, test } from 'vitest';
import { createTestApi } from '../testing/test-api.ts';

const SERIES = [
  { labels: { __name__: 'up', job: 'a' }, samples: [[60, 1]] },
  { labels: { __name__: 'up', job: 'b' }, samples: [[60, 1]] },
] as const;

const post = (path: string) => ({ method: 'POST', url: `/api/v1/admin/tsdb/${path}` }) as const;

test('series are deleted, and what is left of them', async () => {
  const { ask } = await createTestApi(SERIES, { isAdminApiEnabled: true });
  expect(await ask(post('delete_series?match[]={job="a"}'))).toEqual({ status: 204, body: '' });
  expect(await ask({ ...post('clean_tombstones'), method: 'PUT' })).toEqual({ status: 204, body: '' });
  expect((await ask('/api/v1/query?query=up&time=1699999950')).body).toMatchObject({
    data: { result: [{ metric: { job: 'b' } }] },
  });
});

test('nothing is deleted where one of the selectors is wrong', async () => {
  const { ask } = await createTestApi(SERIES, { isAdminApiEnabled: true });
  expect((await ask(post('delete_series?match[]=up&match[]={'))).status).toBe(400);
  expect((await ask('/api/v1/query?query=count(up)&time=1699999950')).body).toMatchObject({
    data: { result: [{ value: [1_699_999_950, '2'] }] },
  });
});

test('a snapshot', async () => {
  const { ask } = await createTestApi(SERIES, { isAdminApiEnabled: true });
  const { status, body } = await ask(post('snapshot?skip_head=true'));
  expect(status).toBe(200);
  expect(body).toEqual({ status: 'success', data: { name: expect.stringMatching(/^\d{8}T\d{6}Z-[0-9a-f]{16}$/) } });
});

test.each([
  ['delete_series', 'no match[] parameter provided'],
  [
    'delete_series?match[]=up&start=x',
    `invalid parameter "start": invalid time value for 'start': cannot parse "x" to a valid timestamp`,
  ],
  [
    'snapshot?skip_head=x',
    'invalid parameter "skip_head": unable to parse boolean: strconv.ParseBool: parsing "x": invalid syntax',
  ],
])('%s is refused', async (path, error) => {
  const { ask } = await createTestApi([], { isAdminApiEnabled: true });
  expect(await ask(post(path))).toEqual({ status: 400, body: { status: 'error', errorType: 'bad_data', error } });
});

test('it has to be switched on', async () => {
  const { ask } = await createTestApi(SERIES);
  for (const path of ['delete_series?match[]=up', 'clean_tombstones', 'snapshot']) {
    expect(await ask(post(path))).toEqual({
      status: 500,
      body: { status: 'error', errorType: 'unavailable', error: 'admin APIs disabled' },
    });
  }
});
