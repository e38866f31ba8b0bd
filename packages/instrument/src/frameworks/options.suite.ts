import { Counter, collectDefaultMetrics, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import type { InstrumentOptions } from '../options.ts';
import { type Framework, MEASURED } from '../testing/apps/framework.ts';
import { launch } from '../testing/launch.ts';

export function describeOptions(framework: Framework): void {
  const start = (instrument: InstrumentOptions) => launch(framework, { instrument });

  describe('names', () => {
    it('are those of Flask when asked for', async () => {
      const app = await start({ names: 'flask' });
      await app.send('GET /teams/reds/players/7');
      await app.send('GET /throw');
      expect(await app.rows('flask_http_request_total', 'method', 'status')).toEqual({ 'GET 200': 1, 'GET 500': 1 });
      expect(await app.rows('flask_http_request_duration_seconds_count', 'method', 'path', 'status')).toEqual({
        'GET /teams/:team/players/:player 200': 1,
        'GET /throw 500': 1,
      });
      expect(await app.rows('flask_http_request_exceptions_total', 'method', 'status')).toEqual({ 'GET 500': 1 });
      expect(await app.rows('flask_http_request_in_progress')).toEqual({ '': 0 });
      expect(await app.text()).not.toMatch(/^http_/m);
    });

    it('get a prefix', async () => {
      const app = await start({ prefix: 'shop_' });
      await app.send('GET /hello');
      expect(await app.rows('shop_http_requests_total', 'method', 'endpoint', 'status')).toEqual({
        'GET /hello 200': 1,
      });
      expect(await app.text()).not.toMatch(/^http_/m);
    });
  });

  describe('default labels', () => {
    it('go on every HTTP metric, fixed and derived', async () => {
      const app = await start({
        defaultLabels: { zone: 'b', tenant: ({ path }) => path.split('/')[2], outcome: ({ status }) => `${status}`[0] },
      });
      await app.send('GET /teams/reds/players/7');
      await app.send('GET /nowhere');
      expect(
        await app.rows('http_requests_total', 'method', 'endpoint', 'status', 'zone', 'tenant', 'outcome'),
      ).toEqual({ 'GET /teams/:team/players/:player 200 b reds 2': 1, 'GET unmatched 404 b  4': 1 });
      expect(
        await app.rows('http_response_size_bytes_count', 'method', 'endpoint', 'zone', 'tenant', 'outcome'),
      ).toEqual({ 'GET /teams/:team/players/:player b reds 2': 1, 'GET unmatched b  4': 1 });
    });

    it('that throw are empty, with one line in the log, and the request is counted', async () => {
      const lines: string[] = [];
      const app = await start({
        log: (line) => lines.push(line),
        defaultLabels: {
          bad: () => {
            throw new Error('no label');
          },
        },
      });
      await app.send('GET /hello');
      await app.send('GET /nowhere');
      expect(await app.rows('http_requests_total', 'method', 'endpoint', 'status', 'bad')).toEqual({
        'GET /hello 200 ': 1,
        'GET unmatched 404 ': 1,
      });
      expect(lines).toEqual(['the function for label bad threw: Error: no label']);
    });
  });

  describe('grouping', () => {
    it('by path keeps the path without its query', async () => {
      const app = await start({ groupBy: 'path' });
      await app.send('GET /teams/reds/players/7?x=1');
      await app.send('GET /nowhere?x=2');
      expect(await app.requests()).toEqual({ 'GET /teams/reds/players/7 200': 1, 'GET /nowhere 404': 1 });
    });

    it('by a function names its own label; without a value it is unmatched', async () => {
      const app = await start({
        groupBy: { label: 'area', value: ({ endpoint }) => (endpoint.startsWith('/teams') ? 'sport' : undefined) },
      });
      await app.send('GET /teams/reds/players/7');
      await app.send('GET /hello');
      expect(await app.rows('http_requests_total', 'method', 'area', 'status')).toEqual({
        'GET sport 200': 1,
        'GET unmatched 200': 1,
      });
    });
  });

  it('a metric that reaches its cap counts the rest as overflow, and says so once', async () => {
    const lines: string[] = [];
    const app = await start({ groupBy: 'path', maxSeries: 3, log: (line) => lines.push(line) });
    for (let i = 0; i < 10; i++) await app.send(`GET /${i}`);
    await app.send('GET /1');
    expect(await app.requests()).toEqual({
      'GET /0 404': 1,
      'GET /1 404': 2,
      'GET /2 404': 1,
      'GET overflow 404': 7,
    });
    expect(await app.rows('http_response_size_bytes_count', 'method', 'endpoint')).toMatchObject({ 'GET overflow': 7 });
    const said = lines.filter((line) => line.startsWith('http_requests_total '));
    expect(said).toEqual([
      'http_requests_total has reached its cap of 3 series; the rest is counted under endpoint="overflow". First refused: {"method":"GET","endpoint":"/3","status":"404"}',
    ]);
    expect(lines.every((line) => line.includes('has reached its cap'))).toBe(true);
    expect(new Set(lines.map((line) => line.split(' ')[0])).size).toBe(lines.length);
  });

  describe('excluded paths', () => {
    const excludedPaths = ['/hello', '/teams/*', /^\/untr/];
    const ask = ['GET /hello?x', 'GET /teams/reds/players/7', 'GET /untracked', 'GET /stream', 'GET /measured/red'];

    it('are in no metric', async () => {
      const app = await start({ excludedPaths: [...excludedPaths, '/measured/red'] });
      for (const request of ask) await app.send(request);
      expect(await app.requests()).toEqual({ 'GET /stream 200': 1 });
      expect(await app.rows(MEASURED.untracked)).toEqual({ '': 0 });
      expect(await app.rows(`${MEASURED.histogram}_count`)).toEqual({ '': 0 });
    });

    it('stay in per-route metrics when asked for', async () => {
      const app = await start({ excludedPaths: [...excludedPaths, '/measured/red'], excludeMeasures: false });
      for (const request of ask) await app.send(request);
      expect(await app.requests()).toEqual({ 'GET /stream 200': 1 });
      expect(await app.rows(MEASURED.untracked)).toEqual({ '': 1 });
      expect(await app.rows(`${MEASURED.histogram}_count`)).toEqual({ '': 1 });
    });
  });

  it('the HTTP metrics can be left out, per-route metrics stay', async () => {
    const app = await start({ httpMetrics: false });
    await app.send('GET /measured/red');
    await app.send('GET /untracked');
    expect(await app.text()).not.toMatch(/^http_/m);
    expect(await app.rows(MEASURED.untracked)).toEqual({ '': 1 });
    expect(await app.rows(`${MEASURED.histogram}_count`)).toEqual({ '': 1 });
  });

  it('durations can be a summary, or have buckets of their own', async () => {
    const summed = await start({ durationAs: 'summary' });
    await summed.send('GET /hello');
    expect(await summed.rows('http_request_duration_seconds_count', 'method', 'endpoint')).toEqual({ 'GET /hello': 1 });
    expect(await summed.text()).not.toContain('http_request_duration_seconds_bucket');
    const bucketed = await start({ buckets: [0.5, 30], sizeBuckets: [4, 5] });
    await bucketed.send('GET /hello');
    const text = await bucketed.text();
    expect(text.match(/^http_request_duration_seconds_bucket.*/gm)).toEqual([
      'http_request_duration_seconds_bucket{le="0.5",method="GET",endpoint="/hello"} 1',
      'http_request_duration_seconds_bucket{le="30.0",method="GET",endpoint="/hello"} 1',
      'http_request_duration_seconds_bucket{le="+Inf",method="GET",endpoint="/hello"} 1',
    ]);
    expect(text.match(/^http_response_size_bytes_bucket.*/gm)).toEqual([
      'http_response_size_bytes_bucket{le="4.0",method="GET",endpoint="/hello"} 0',
      'http_response_size_bytes_bucket{le="5.0",method="GET",endpoint="/hello"} 1',
      'http_response_size_bytes_bucket{le="+Inf",method="GET",endpoint="/hello"} 1',
    ]);
  });

  describe("the user's own metrics", () => {
    it('live in the same registry, in both directions', async () => {
      const registry = new Registry();
      const sales = new Counter({ name: 'sales_total', help: 'Sales', labelNames: ['item'], registers: [registry] });
      const app = await start({ registry });
      sales.inc({ item: 'hat' }, 2);
      await app.send('GET /hello');
      expect(await app.rows('sales_total', 'item')).toEqual({ hat: 2 });
      expect(await registry.metrics()).toContain(
        'http_requests_total{method="GET",endpoint="/hello",status="200"} 1\n',
      );
      expect(await registry.metrics()).toContain('sales_total{item="hat"} 2\n');
      registry.resetMetrics();
      expect(await app.requests()).toEqual({ 'GET /hello 200': 0 });
      await app.send('GET /hello');
      expect(await app.requests()).toEqual({ 'GET /hello 200': 1 });
    });

    it('and those of the runtime are collected once', async () => {
      const registry = new Registry();
      collectDefaultMetrics({ register: registry });
      const app = await start({ registry, runtimeMetrics: true });
      expect(Object.keys(await app.rows('process_cpu_user_seconds_total'))).toEqual(['']);
      expect(Object.keys(await app.rows('nodejs_version_info', 'version', 'major', 'minor', 'patch'))).toHaveLength(1);
    });
  });

  it('the application says who it is', async () => {
    const app = await start({ version: '1.2.3', info: { commit: 'abc' } });
    app.metrics.info('shop_info', 'The shop', { town: 'Ulm' }).set({ town: 'Ulm' }, 3);
    const node = process.version.slice(1);
    expect(await app.rows('app_info', 'version', 'node_version', 'commit')).toEqual({ [`1.2.3 ${node} abc`]: 1 });
    expect(await app.rows('shop_info', 'town')).toEqual({ Ulm: 3 });
    expect((await app.rows('app_uptime_seconds'))['']).toBeGreaterThan(0);
  });
}
