import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { basicAuth, bearerToken, everybody } from '../expose/guard.ts';
import type { InstrumentOptions } from '../options.ts';
import type { Framework } from '../testing/apps/framework.ts';
import { launch, type WatchedApp } from '../testing/launch.ts';
import { parseSamples, rowsOf } from '../testing/text-format-parser.ts';

const OPENMETRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const PLAIN = 'text/plain; version=0.0.4; charset=utf-8';
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';

export function describeEndpoint(framework: Framework): void {
  const start = (instrument: InstrumentOptions = {}) => launch(framework, { instrument });

  describe('/metrics', () => {
    it('shows the metrics, byte for byte', async () => {
      const app = await start();
      await app.send('GET /hello');
      await app.send('POST /echo', { body: 'abc' });
      await app.untilInFlight(0);
      const { status, headers, text } = await app.send('GET /metrics?name[]=http_requests_total');
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        'content-type': PLAIN,
        'content-length': String(text.length),
        'cache-control': 'no-store',
        vary: 'Accept, Accept-Encoding',
      });
      expect(text).toBe(
        [
          '# HELP http_requests_total Total count of HTTP requests',
          '# TYPE http_requests_total counter',
          'http_requests_total{method="GET",endpoint="/hello",status="200"} 1',
          'http_requests_total{method="POST",endpoint="/echo",status="200"} 1',
          '',
        ].join('\n'),
      );
    });

    it('is not counted itself, in whatever way it ends', async () => {
      const app = await start();
      const before = await app.text();
      const forwarded = { headers: { 'x-forwarded-for': '1.2.3.4' } };
      expect((await app.send('GET /metrics')).text).toContain('\nhttp_requests_in_flight 0\n');
      expect((await app.send('GET /metrics?a=b', forwarded)).status).toBe(403);
      expect((await app.send('POST /metrics')).status).toBe(405);
      const uptime = /^app_uptime_seconds .*$/m;
      expect((await app.text()).replace(uptime, '')).toBe(before.replace(uptime, ''));
      expect(app.handedOn()).toBe(0);
    });

    it('is only what is exactly there', async () => {
      const app = await start();
      for (const path of ['/metrics/', '/metricsx', '/METRICS', '//metrics', '/x/metrics']) {
        expect((await app.send(`GET ${path}`)).status).toBe(404);
      }
      expect(await app.requests()).toEqual({ 'GET unmatched 404': 5 });
    });

    it('can be elsewhere', async () => {
      const app = await start({ endpoint: { path: '/internal/metrics' } });
      expect((await app.send('GET /internal/metrics')).text).toContain('http_requests_in_flight 0\n');
      expect((await app.send('GET /metrics')).status).toBe(404);
    });

    it('can be nowhere, and be rendered by hand', async () => {
      const app = await start({ endpoint: false });
      expect((await app.send('GET /metrics')).status).toBe(404);
      await app.untilInFlight(0);
      const { contentType, body } = await app.metrics.render({ names: ['http_requests_total'] });
      expect(contentType).toBe(PLAIN);
      expect(body).toMatch(/http_requests_total\{method="GET",endpoint="unmatched",status="404"\} 1\n$/);
      expect((await app.metrics.render({ accept: OPENMETRICS })).contentType).toBe(OPENMETRICS);
    });

    it('answers HEAD with the same headers and no body', async () => {
      const app = await start();
      const target = '/metrics?name[]=http_requests_in_flight';
      const got = await app.send(`GET ${target}`);
      const asked = await app.send(`HEAD ${target}`);
      expect(asked.bytes).toHaveLength(0);
      expect({ ...asked.headers, date: '' }).toEqual({ ...got.headers, date: '' });
      expect(got.headers['content-length']).toBe(String(got.bytes.length));
    });

    it('leaves the connection to further requests, in whatever way it ends', async () => {
      const app = await start();
      await app.send('GET /hello');
      const client = await app.connect();
      const ask = (request: string, ...headers: string[]) =>
        client.write([`${request} HTTP/1.1`, 'Host: a', ...headers, '', ''].join('\r\n'));
      ask('GET /metrics');
      await client.received('http_response_size_bytes_count{method="GET",endpoint="/hello"} 1\n');
      ask('HEAD /metrics');
      await client.received('HTTP/1.1 200 OK', 2);
      ask('GET /metrics', 'X-Forwarded-For: 1.2.3.4');
      await client.received('HTTP/1.1 403 Forbidden');
      ask('POST /metrics', 'Content-Length: 0');
      await client.received('HTTP/1.1 405 Method Not Allowed');
      ask('GET /hello', 'Connection: close');
      expect(await client.closed).toMatch(/\r\n\r\nhello$/);
    });

    it('answers other methods with 405', async () => {
      const app = await start();
      for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PURGE']) {
        const { status, headers, text } = await app.send(`${method} /metrics`);
        expect([status, headers.allow, text]).toEqual([405, 'GET, HEAD', 'Only GET and HEAD are answered here.\n']);
      }
    });

    it('compresses for those who ask, from a size on', async () => {
      const app = await start();
      await app.send('GET /hello');
      await app.untilInFlight(0);
      const gzip = { headers: { 'accept-encoding': 'gzip, br' } };
      const large = await app.send('GET /metrics', gzip);
      expect(large.headers['content-encoding']).toBe('gzip');
      expect(large.headers['content-length']).toBe(String(large.bytes.length));
      expect(gunzipSync(large.bytes).toString()).toContain('http_requests_total{method="GET"');
      const small = await app.send('GET /metrics?name[]=http_requests_total', gzip);
      expect(small.headers['content-encoding']).toBeUndefined();
      expect((await app.send('GET /metrics')).headers['content-encoding']).toBeUndefined();
    });

    it('picks metrics by the names of their samples', async () => {
      const app = await start();
      await app.send('GET /hello');
      await app.untilInFlight(0);
      const { text } = await app.send(
        'GET /metrics?name[]=http_request_duration_seconds_bucket&name%5B%5D=http_requests_in_flight&name[]=nothing',
      );
      const families = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
      expect(families.toSorted()).toEqual(['http_request_duration_seconds', 'http_requests_in_flight']);
    });
  });

  describe('OpenMetrics', () => {
    const asOpenMetrics = (app: WatchedApp) =>
      app.send('GET /metrics', { headers: { accept: `${OPENMETRICS},text/plain;q=0.5` } });

    it('is negotiated, with the exemplar of a sampled trace', async () => {
      const app = await start();
      await app.send('GET /hello', { headers: { traceparent: `00-${TRACE_ID}-${SPAN_ID}-01` } });
      await app.untilInFlight(0);
      const { headers, text } = await asOpenMetrics(app);
      expect(headers['content-type']).toBe(OPENMETRICS);
      expect(text).toMatch(/\n# EOF\n$/);
      expect(text).toContain('# TYPE http_requests counter\n');
      const exemplar = `# \\{trace_id="${TRACE_ID}",span_id="${SPAN_ID}"\\}`;
      expect(text).toMatch(
        new RegExp(
          `^http_requests_total\\{method="GET",endpoint="/hello",status="200"\\} 1 ${exemplar} 1 \\d+(\\.\\d+)?$`,
          'm',
        ),
      );
      expect(text).toMatch(new RegExp(`^http_request_duration_seconds_bucket\\{le="[^"]+",.*\\} 1 ${exemplar} `, 'm'));
      const samples = parseSamples(text);
      expect(rowsOf(samples, 'http_requests_total', ['method', 'endpoint', 'status'])).toEqual({ 'GET /hello 200': 1 });
      expect((await app.send('GET /metrics')).text).not.toContain('trace_id');
    });

    it.each([
      ['a trace that was not sampled', `00-${TRACE_ID}-${SPAN_ID}-00`],
      ['a header that is none', 'nonsense'],
    ])('shows no exemplar for %s', async (_what, traceparent) => {
      const app = await start();
      await app.send('GET /hello', { headers: { traceparent } });
      await app.untilInFlight(0);
      expect((await asOpenMetrics(app)).text).not.toContain('# {');
    });

    it('shows exemplars of one’s own, or none', async () => {
      const own = await start({ exemplar: () => ({ order: '17' }) });
      await own.send('GET /hello');
      await own.untilInFlight(0);
      expect((await asOpenMetrics(own)).text).toContain(' 1 # {order="17"} 1 ');
      const none = await start({ exemplar: false });
      await none.send('GET /hello', { headers: { traceparent: `00-${TRACE_ID}-${SPAN_ID}-01` } });
      await none.untilInFlight(0);
      expect((await asOpenMetrics(none)).text).not.toContain('# {');
    });
  });

  describe('the guard', () => {
    const ask = async (app: WatchedApp, headers: Record<string, string> = {}) => {
      const answer = await app.send('GET /metrics', { headers });
      return [answer.status, answer.headers['www-authenticate'], answer.text.includes('http_requests_in_flight')];
    };

    it.each(['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'])(
      'refuses who comes through a proxy: %s',
      async (header) => {
        const app = await start();
        expect(await ask(app, { [header]: '10.0.0.1' })).toEqual([403, undefined, false]);
        expect(await ask(app)).toEqual([200, undefined, true]);
      },
    );

    it('can ask for a token', async () => {
      const app = await start({ endpoint: { guard: bearerToken('s3cret') } });
      expect(await ask(app)).toEqual([401, 'Bearer realm="metrics"', false]);
      expect(await ask(app, { authorization: 'Bearer S3cret' })).toEqual([401, 'Bearer realm="metrics"', false]);
      expect(await ask(app, { authorization: 'Bearer s3cret', 'x-forwarded-for': '1.2.3.4' })).toEqual([
        200,
        undefined,
        true,
      ]);
    });

    it('can ask for a user and a password', async () => {
      const app = await start({ endpoint: { guard: basicAuth('prom', 'pä:ss') } });
      const encoded = Buffer.from('prom:pä:ss').toString('base64');
      expect(await ask(app)).toEqual([401, 'Basic realm="metrics", charset="UTF-8"', false]);
      expect(await ask(app, { authorization: `Basic ${encoded}` })).toEqual([200, undefined, true]);
    });

    it('can be one’s own, and refuses when it fails', async () => {
      const lines: string[] = [];
      const guard = async (request: { readonly headers: NodeJS.Dict<string | string[]> }) => {
        if (request.headers['x-fail']) throw new Error('no guard');
        return request.headers['x-friend'] === 'yes';
      };
      const app = await start({ endpoint: { guard }, log: (line) => lines.push(line) });
      expect(await ask(app, { 'x-friend': 'yes' })).toEqual([200, undefined, true]);
      expect(await ask(app)).toEqual([403, undefined, false]);
      expect(await ask(app, { 'x-fail': '1' })).toEqual([403, undefined, false]);
      expect(lines).toEqual(['the guard of the metrics threw, the request was refused: Error: no guard']);
    });

    it('can let everybody in', async () => {
      const app = await start({ endpoint: { guard: everybody() } });
      expect(await ask(app, { 'x-forwarded-for': '1.2.3.4' })).toEqual([200, undefined, true]);
    });
  });

  describe('a port of its own', () => {
    it('has the metrics, and the application has them no more', async () => {
      const app = await start({ endpoint: { port: 0 } });
      const server = (await app.metrics.server)!;
      expect(server.url).toBe(`http://127.0.0.1:${server.port}/metrics`);
      expect((await app.send('GET /metrics')).status).toBe(404);
      await app.untilInFlight(0);
      const text = await (await fetch(server.url)).text();
      expect(text).toContain('http_requests_total{method="GET",endpoint="unmatched",status="404"} 1\n');
      expect((await fetch(new URL('/else', server.url))).status).toBe(404);
    });

    it('closes with close(), and so do those opened by listen()', async () => {
      const app = await start({ endpoint: { port: 0 } });
      const first = (await app.metrics.server)!;
      const second = await app.metrics.listen({ port: 0, path: '/m' });
      expect((await fetch(second.url)).status).toBe(200);
      await app.metrics.close();
      await expect(fetch(first.url)).rejects.toThrow('fetch failed');
      await expect(fetch(second.url)).rejects.toThrow('fetch failed');
      expect((await app.send('GET /hello')).text).toBe('hello');
    });

    it('that is taken is a line in the log, and the application runs', async () => {
      const lines: string[] = [];
      const other = await start();
      const app = await start({ endpoint: { port: other.port }, log: (line) => lines.push(line) });
      expect(await app.metrics.server).toBeUndefined();
      expect(lines).toEqual([
        `the metrics have no port: Error: listen EADDRINUSE: address already in use 127.0.0.1:${other.port}`,
      ]);
      expect((await app.send('GET /hello')).text).toBe('hello');
    });
  });
}
