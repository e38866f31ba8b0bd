import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { flaskIsMissing, flaskSuite } from '../support/flask.ts';
import { LIBRARY_VERSION } from '../support/library-version.ts';
import { prometheusIsMissing, prometheusSuite } from '../support/prometheus.ts';
import { type Increase, WINDOW_SECONDS } from './increases.ts';
import { createQuestions } from './questions.ts';
import { createScene, type Job, LOAD, RATE_LIMIT, type Scene, type Target } from './scene.ts';
import type { SentRequest } from './traffic.ts';

/** The queries that this project was planned with, letter by letter. */
const FLASK_QUERIES = {
  average: `rate(flask_http_request_duration_seconds_sum[5m]) 
/ 
rate(flask_http_request_duration_seconds_count[5m])`,
  perReplica: 'sum by (instance) (rate(flask_http_request_total[5m]))',
  errors: 'rate(flask_http_request_total{status!~"2.."}[5m])',
  p95: 'histogram_quantile(0.95, rate(flask_http_request_duration_seconds_bucket[5m]))',
  p99: 'histogram_quantile(0.99, rate(flask_http_request_duration_seconds_bucket[5m]))',
} as const;

const TRACE = { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' };
const TRACEPARENT = `00-${TRACE.trace_id}-${TRACE.span_id}-01`;

/** No answer of these applications takes longer, however busy the machine is. */
const SLOW_SECONDS = 5;

/** How long and how often Prometheus is asked for what it has to know by its next scrapes. */
const PATIENCE = { timeout: 20_000, interval: 50 };

const byMethodAndStatus = ({ method, status }: SentRequest) => `${method} ${status}`;

function expectReckoned({ reckoned, atLeast, atMost }: Increase): void {
  expect(reckoned).toBeGreaterThanOrEqual(atLeast);
  expect(reckoned).toBeLessThanOrEqual(atMost);
}

describe.skipIf(prometheusIsMissing)(prometheusSuite('scraped by Prometheus'), () => {
  let scene: Scene;
  const { targetsOf, valuesAt, increasesAt, sentTo } = createQuestions(() => scene);

  beforeAll(async () => {
    scene = await createScene();
  }, 60_000);
  afterAll(() => scene?.close(), 30_000);

  it('has every target up, without an error', async () => {
    await vi.waitFor(async () => {
      const targets = await scene.prometheus.targets();
      expect(targets).toHaveLength(scene.targets.length + 1);
      expect(targets.filter(({ health, lastError }) => health !== 'up' || lastError !== '')).toEqual([]);
    }, PATIENCE);
  });

  it('is told of both formats', async () => {
    const [openMetrics, text] = targetsOf('flask-app').map(({ instance }) => `flask-app ${instance} counter`);
    expect(await scene.prometheus.toldBy('http_requests')).toContain(openMetrics);
    expect(await scene.prometheus.toldBy('http_requests')).not.toContain(text);
    expect(await scene.prometheus.toldBy('http_requests_total')).toContain(text);
  });

  it('sees all three replicas of the demo', async () => {
    await vi.waitFor(async () => {
      expect(await scene.prometheus.vector('sum(up{job="tictactoe-app"})')).toEqual([{ labels: {}, value: 3 }]);
    }, PATIENCE);
  });

  const flaskJobs: readonly [name: string, job: Job, isMissing: boolean][] = [
    ['three replicas of the demo', 'tictactoe-app', false],
    ['Fastify in both formats', 'tictactoe-fastify', false],
    [flaskSuite('the Flask original'), 'tictactoe-python', flaskIsMissing],
  ];
  describe.each(flaskJobs)("Flask's names, %s:", (_name, job, isMissing) => {
    const test = it.skipIf(isMissing);
    const isOurs = job !== 'tictactoe-python';

    test('every request is counted once', async () => {
      for (const target of targetsOf(job)) {
        const sent = sentTo(target, byMethodAndStatus);
        expect(await valuesAt(target, 'flask_http_request_total', 'method', 'status')).toEqual(sent);
        const promql = 'flask_http_request_total{method="GET",status="200"}';
        expect(await valuesAt(target, promql)).toEqual({ '': sent['GET 200'] });
      }
    });

    test('every duration is in a bucket', async () => {
      for (const target of targetsOf(job)) {
        const sent = sentTo(target, byMethodAndStatus);
        const sum = (series: string) =>
          valuesAt(
            target,
            `sum by (instance, method, status) (flask_http_request_duration_seconds_${series})`,
            'method',
            'status',
          );
        expect(await sum('count')).toEqual(sent);
        expect(await sum('bucket{le="+Inf"}')).toEqual(sent);
        for (const [kind, seconds] of Object.entries(await sum('sum'))) {
          expect(seconds).toBeGreaterThan(0);
          expect(seconds).toBeLessThan(sent[kind]! * SLOW_SECONDS);
        }
      }
    });

    test('requests per second', async () => {
      for (const target of targetsOf(job)) {
        const increases = await increasesAt(target, 'flask_http_request_total');
        const kinds = increases.map(({ labels }) => `${labels.method} ${labels.status}`);
        expect(new Set(kinds)).toEqual(new Set(Object.keys(sentTo(target, byMethodAndStatus))));
        for (const increase of increases) {
          expect(increase.counted).toBeGreaterThanOrEqual(LOAD * target.share);
          expectReckoned(increase);
        }
      }
    });

    test('requests per second of each replica', async () => {
      for (const target of targetsOf(job)) {
        const { '': perSecond } = await valuesAt(target, FLASK_QUERIES.perReplica);
        const increases = await increasesAt(target, 'flask_http_request_total');
        const sumOf = (what: 'atLeast' | 'atMost') => increases.reduce((sum, increase) => sum + increase[what], 0);
        expect(perSecond! * WINDOW_SECONDS).toBeGreaterThanOrEqual(sumOf('atLeast'));
        expect(perSecond! * WINDOW_SECONDS).toBeLessThanOrEqual(sumOf('atMost'));
      }
    });

    test('errors per second', async () => {
      for (const target of targetsOf(job)) {
        const kinds = Object.keys(sentTo(target, byMethodAndStatus)).filter((kind) => !kind.includes(' 2'));
        const errors = await valuesAt(target, FLASK_QUERIES.errors, 'method', 'status');
        expect(new Set(Object.keys(errors))).toEqual(new Set(kinds));
        for (const perSecond of Object.values(errors)) {
          expect(perSecond * WINDOW_SECONDS).toBeGreaterThan(LOAD * target.share * 0.999);
        }
      }
    });

    test.each(['average', 'p95', 'p99'] as const)('seconds that requests take: %s', async (which) => {
      for (const target of targetsOf(job)) {
        const kinds = ['method', 'path', 'status'];
        const seconds = await valuesAt(target, FLASK_QUERIES[which], ...kinds);
        const counts = await valuesAt(target, 'flask_http_request_duration_seconds_count', ...kinds);
        expect(new Set(Object.keys(seconds))).toEqual(new Set(Object.keys(counts)));
        for (const value of Object.values(seconds)) {
          expect(value).toBeGreaterThan(0);
          expect(value).toBeLessThan(SLOW_SECONDS);
        }
      }
    });

    test('which application this is', async () => {
      for (const target of targetsOf(job)) {
        expect(await valuesAt(target, 'app_info{version="1.0.0"}')).toEqual({ '': 1 });
        expect(await valuesAt(target, 'flask_app_info{version="1.0.0"}')).toEqual(isOurs ? { '': 1 } : {});
        const exporter = isOurs ? LIBRARY_VERSION : '0.23.2';
        expect(await valuesAt(target, 'flask_exporter_info', 'version')).toEqual({ [exporter]: 1 });
      }
    });

    if (!isOurs) return;

    test('what the original does not have: bytes that were answered', async () => {
      for (const target of targetsOf(job)) {
        const sizes = await valuesAt(target, 'sum by (instance) (flask_http_response_size_bytes_sum)');
        const bytes = scene.traffic.sentTo(target.app).reduce((sum, request) => sum + request.bytes, 0);
        expect(sizes).toEqual({ '': bytes * target.share });
      }
    });
  });

  describe('our own names, Express in both formats:', () => {
    const endpointOf = (path: string) =>
      path === '/nowhere' ? 'unmatched' : path.replace(/^\/status\/\d+$/, '/status/:status');

    it('every request is counted once', async () => {
      for (const target of targetsOf('flask-app')) {
        const sent = sentTo(target, ({ method, path, status }) => `${method} ${endpointOf(path)} ${status}`);
        expect(await valuesAt(target, 'http_requests_total', 'method', 'endpoint', 'status')).toEqual(sent);
      }
    });

    it('every duration is in a bucket', async () => {
      for (const target of targetsOf('flask-app')) {
        const sent = sentTo(target, ({ method, path }) => `${method} ${endpointOf(path)}`);
        const histogram = 'http_request_duration_seconds';
        expect(await valuesAt(target, `${histogram}_count`, 'method', 'endpoint')).toEqual(sent);
        expect(await valuesAt(target, `${histogram}_bucket{le="+Inf"}`, 'method', 'endpoint')).toEqual(sent);
      }
    });

    it('exceptions are counted beside the answers that they became', async () => {
      for (const target of targetsOf('flask-app')) {
        const thrown = sentTo(target, ({ path }) => path)['/raise'];
        const exceptions = await valuesAt(target, 'http_request_exceptions_total > 0', 'method', 'endpoint');
        expect(exceptions).toEqual({ 'GET /raise': thrown });
      }
    });

    it('which application this is, and since when it runs', async () => {
      for (const target of targetsOf('flask-app')) {
        const versions = await valuesAt(target, 'app_info{version="1.0.0"}', 'node_version');
        expect(versions).toEqual({ [process.versions.node]: 1 });
        const { '': uptime } = await valuesAt(target, 'app_uptime_seconds');
        expect(uptime).toBeGreaterThan(0);
        expect(uptime).toBeLessThan(process.uptime());
        expect(await valuesAt(target, 'changes(app_uptime_seconds[5m]) > 0')).toHaveProperty('');
      }
    });

    it('requests that met the rate limit', async () => {
      const refused = 3;
      await scene.traffic.repeat(scene.express, ['GET /limited'], RATE_LIMIT + refused);
      await scene.untilScraped();
      for (const target of targetsOf('flask-app')) {
        expect(await valuesAt(target, 'rate_limit_hits_total', 'limiter')).toEqual({ api: refused });
        expect(await valuesAt(target, 'rate_limit_remaining', 'limiter')).toEqual({ api: 0 });
        const decided = await valuesAt(target, 'rate_limit_requests_total', 'limiter', 'outcome');
        expect(decided).toEqual({ 'api allowed': RATE_LIMIT, 'api limited': refused });
        const [hits] = (await increasesAt(target, 'rate_limit_hits_total')) as [Increase];
        expect(hits.counted).toBe(refused);
        expectReckoned(hits);
      }
    });
  });

  it.each([
    ['flask-app', 'http_requests_in_flight', 'http_request_duration_seconds', 'endpoint'],
    ['tictactoe-fastify', 'flask_http_request_in_progress', 'flask_http_request_duration_seconds', 'path'],
  ] as const)('sees a request of %s in flight, and how long it took', async (job, inFlight, duration, routeLabel) => {
    const { gate } = job === 'flask-app' ? scene.express : scene.fastify;
    const [{ app }] = targetsOf(job) as [Target];
    await scene.traffic.send(app, 'GET /held');
    await scene.untilScraped();

    gate.close();
    const startMs = performance.now();
    const answered = scene.traffic.send(app, 'GET /held');
    // A request that two scrapes see lasts for as long as there is between them, which is a second.
    await vi.waitFor(async () => {
      for (const target of targetsOf(job)) {
        const { '': seen } = await valuesAt(target, `sum_over_time(${inFlight}[5m])`);
        expect(seen).toBeGreaterThanOrEqual(2);
      }
    }, PATIENCE);
    gate.open();
    await answered;
    const atMost = (performance.now() - startMs) / 1000;
    await scene.untilScraped();

    for (const target of targetsOf(job)) {
      expect(await valuesAt(target, inFlight)).toEqual({ '': 0 });
      const held = `{${routeLabel}="/held"}`;
      const [{ counted: seconds }] = (await increasesAt(target, `${duration}_sum${held}`)) as [Increase];
      expect(seconds).toBeGreaterThan(0.9);
      expect(seconds).toBeLessThan(atMost);
      const { '': median } = await valuesAt(target, `histogram_quantile(0.5, rate(${duration}_bucket${held}[5m]))`);
      expect(median).toBeGreaterThan(0.5);
      expect(median).toBeLessThan(10);
    }
  });

  it.each([
    ['flask-app', 'http_request_duration_seconds_bucket', 'http_requests_total'],
    ['tictactoe-fastify', 'flask_http_request_duration_seconds_bucket', 'flask_http_request_total'],
  ] as const)('keeps the exemplars of a traced request of %s', async (job, bucket, counter) => {
    const [{ app, instance }] = targetsOf(job) as [Target];
    await scene.traffic.send(app, 'GET /', { headers: { traceparent: TRACEPARENT } });
    await scene.untilScraped();
    const series = await scene.prometheus.exemplars(`{job="${job}"}`);
    const seen = series.map(({ labels, exemplars }) => ({
      name: labels.__name__,
      instance: labels.instance,
      exemplars,
    }));
    const exemplar = (value: number) => ({ instance, exemplars: [{ labels: TRACE, value }] });
    expect(seen).toHaveLength(2);
    expect(seen).toContainEqual({ name: counter, ...exemplar(1) });
    expect(seen).toContainEqual({ name: bucket, ...exemplar(expect.any(Number)) });
  });

  it('knows how the games of the sample application went', async () => {
    const move = { board: 'XX.OO....', player: 'X', opponent: 'person' };
    const won = await scene.traffic.send(scene.game, 'POST /api/moves', { json: { ...move, cell: 2 } });
    const taken = await scene.traffic.send(scene.game, 'POST /api/moves', { json: { ...move, cell: 0 } });
    expect([won.status, taken.status]).toEqual([200, 409]);
    await scene.untilScraped();

    const [target] = targetsOf('tic-tac-toe') as [Target];
    const answers = await valuesAt(target, 'http_requests_total{endpoint="/api/moves"}', 'method', 'status');
    expect(answers).toEqual({ 'POST 200': 1, 'POST 409': 1 });
    const finished = await valuesAt(target, 'tictactoe_games_finished_total > 0', 'result', 'opponent');
    expect(finished).toEqual({ 'x_won person': 1 });
    expect(await valuesAt(target, 'tictactoe_moves_refused_total > 0', 'code')).toEqual({ cell_taken: 1 });
    const limited = await valuesAt(target, 'rate_limit_requests_total', 'limiter', 'outcome');
    expect(limited).toEqual({ 'moves allowed': 2, 'moves limited': 0 });
    const increase = await valuesAt(target, 'increase(tictactoe_games_finished_total[5m]) >= 1', 'result');
    expect(Object.keys(increase)).toEqual(['x_won']);
  });
});
