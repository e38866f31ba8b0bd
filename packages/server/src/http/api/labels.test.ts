import { expect, test } from 'vitest';
import { createTestApi, type TestSeries } from '../testing/test-api.ts';

const SERIES: readonly TestSeries[] = [
  { labels: { __name__: 'up', job: 'api', zone: 'é' }, samples: [[60, 1]] },
  { labels: { __name__: 'up', job: 'web' }, samples: [[60, 0]] },
  { labels: { __name__: 'requests', job: 'batch', 'http.path': '/' }, samples: [[60, 5]] },
];

test.each([
  ['/labels', ['__name__', 'http.path', 'job', 'zone']],
  ['/labels?match[]=up', ['__name__', 'job', 'zone']],
  ['/labels?match[]=up{job="web"}&match[]=requests', ['__name__', 'http.path', 'job']],
  ['/labels?match[]=nothing', []],
  ['/label/job/values', ['api', 'batch', 'web']],
  ['/label/job/values?match[]=up', ['api', 'web']],
  ['/label/zone/values', ['é']],
  ['/label/nothing/values', []],
  ['/label/U__http_2e_path/values', ['/']],
  ['/label/http.path/values', ['/']],
  ['/label/__name__/values?match[]=up&match[]=requests', ['requests', 'up']],
])('%s answers %j', async (path, data) => {
  const { ask } = await createTestApi(SERIES);
  expect(await ask(`/api/v1${path}`)).toEqual({ status: 200, body: { status: 'success', data } });
});

test('a limit cuts off, and says so', async () => {
  const { ask } = await createTestApi(SERIES);
  expect((await ask('/api/v1/label/job/values?limit=2')).body).toEqual({
    status: 'success',
    data: ['api', 'batch'],
    warnings: ['results truncated due to limit'],
  });
});

test.each([
  ['/label/U__a_0_/values?match[]=', '1:1: parse error: unexpected end of input'],
  ['/labels?match[]={}', 'match[] must contain at least one non-empty matcher'],
  ['/labels?end=x', `invalid parameter "end": invalid time value for 'end': cannot parse "x" to a valid timestamp`],
])('%s is refused', async (path, error) => {
  const { ask } = await createTestApi();
  const { status, body } = await ask(`/api/v1${path}`);
  expect({ status, body }).toEqual({ status: 400, body: { status: 'error', errorType: 'bad_data', error } });
});
