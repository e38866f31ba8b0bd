import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { DerivedLabels, type LabelSources } from '../labels.ts';
import { MetricFactory } from '../metrics/metric-factory.ts';
import { selectNaming } from '../names/select-naming.ts';
import { Exchange } from './exchange.ts';
import { HttpMetrics } from './http-metrics.ts';

function setUp({ maxSeries = 100, labels = {} as LabelSources, names = 'prometheus' as 'prometheus' | 'flask' } = {}) {
  const registry = new Registry();
  const log: string[] = [];
  const say = (message: string) => log.push(message);
  const naming = selectNaming(names, undefined);
  const metrics = new HttpMetrics(new MetricFactory({ registry, maxSeries, log: say }), {
    naming,
    endpointLabel: naming.endpointLabel,
    labels: new DerivedLabels(labels, say),
    durationAs: 'histogram',
    durationBuckets: [1],
    sizeBuckets: [100],
    maxSeries,
  });
  const record = (method: string, endpoint: string, status = 200, hasFailed = false) => {
    const init = { raw: { method, url: endpoint }, request: undefined, response: undefined, routeOf: undefined };
    metrics.record(Object.assign(new Exchange(init), { endpoint, status, hasFailed }), undefined);
  };
  /** The lines of one metric, without help and type. */
  const linesOf = async (name: string) =>
    (await registry.getSingleMetricAsString(name)).split('\n').filter((line) => !line.startsWith('#'));
  return { record, linesOf, log };
}

test('requests are counted by method, endpoint and status', async () => {
  const { record, linesOf } = setUp();
  record('GET', '/games/:id');
  record('GET', '/games/:id');
  record('GET', '/games/:id', 404);
  record('BREW', '/pot');
  expect(await linesOf('http_requests_total')).toEqual([
    'http_requests_total{method="GET",endpoint="/games/:id",status="200"} 2',
    'http_requests_total{method="GET",endpoint="/games/:id",status="404"} 1',
    'http_requests_total{method="OTHER",endpoint="/pot",status="200"} 1',
  ]);
});

test('exceptions exist as 0 from the first request of their kind on', async () => {
  const { record, linesOf } = setUp();
  record('GET', '/');
  record('POST', '/', 500, true);
  expect(await linesOf('http_request_exceptions_total')).toEqual([
    'http_request_exceptions_total{method="GET",endpoint="/"} 0',
    'http_request_exceptions_total{method="POST",endpoint="/"} 1',
  ]);
});

test('the Flask naming has its labels', async () => {
  const { record, linesOf } = setUp({ names: 'flask' });
  record('GET', '/', 503, true);
  expect(await linesOf('flask_http_request_total')).toEqual(['flask_http_request_total{method="GET",status="503"} 1']);
  expect(await linesOf('flask_http_request_exceptions_total')).toEqual([
    'flask_http_request_exceptions_total{method="GET",status="500"} 1',
  ]);
  expect((await linesOf('flask_http_request_duration_seconds')).at(-1)).toBe(
    'flask_http_request_duration_seconds_count{method="GET",path="/",status="503"} 1',
  );
});

test('endpoints beyond the cap are counted under overflow, with method and status, and one line is logged', async () => {
  const { record, linesOf, log } = setUp({ maxSeries: 2 });
  record('GET', '/1');
  record('GET', '/2');
  for (let i = 3; i < 50; i++) record('GET', `/${i}`, 500);
  record('GET', '/1');
  expect(await linesOf('http_requests_total')).toEqual([
    'http_requests_total{method="GET",endpoint="/1",status="200"} 2',
    'http_requests_total{method="GET",endpoint="/2",status="200"} 1',
    'http_requests_total{method="GET",endpoint="overflow",status="500"} 47',
  ]);
  expect(log.filter((line) => line.startsWith('http_requests_total'))).toEqual([
    'http_requests_total has reached its cap of 2 series; the rest is counted under endpoint="overflow". First refused: {"method":"GET","endpoint":"/3","status":"500"}',
  ]);
});

test('default labels are evaluated for each request; one that fails is empty', async () => {
  const { record, linesOf, log } = setUp({
    labels: {
      region: 'eu',
      first: ({ path }) => {
        if (path === '/x') throw new Error('no');
        return path.slice(0, 2);
      },
    },
  });
  record('GET', '/abc');
  record('GET', '/x');
  expect(await linesOf('http_requests_total')).toEqual([
    'http_requests_total{method="GET",endpoint="/abc",status="200",region="eu",first="/a"} 1',
    'http_requests_total{method="GET",endpoint="/x",status="200",region="eu",first=""} 1',
  ]);
  expect(log).toEqual(['the function for label first threw: Error: no']);
});
