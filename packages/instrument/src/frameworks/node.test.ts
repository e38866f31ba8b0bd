import { once } from 'node:events';
import { createServer } from 'node:http';
import { type ClientHttp2Session, connect, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Registry } from 'prom-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createGate } from '../testing/apps/framework.ts';
import { nodeFramework } from '../testing/apps/node-app.ts';
import { serve } from '../testing/launch.ts';
import { until } from '../testing/until.ts';
import { describeContract } from './contract.suite.ts';
import { instrumentHandler, type NodeHandler, type NodeMetrics } from './node.ts';

describeContract(nodeFramework);

const options = () => ({ registry: new Registry(), runtimeMetrics: false });

describe('node:http', () => {
  it('the first template that fits is the endpoint', async () => {
    const routes = ['/games/new', '/games/:id', '/games/:id/moves', '/files/*', '/a.b'];
    const metrics = instrumentHandler((_req, res) => res.end(), { ...options(), routes });
    const app = await serve(createServer(metrics.handler), metrics);
    for (const path of ['/games/new', '/games/7', '/games/7/moves', '/files/a/b', '/a.b', '/aXb', '/games']) {
      await app.send(`GET ${path}`);
    }
    expect(await app.requests()).toEqual({
      'GET /games/new 200': 1,
      'GET /games/:id 200': 1,
      'GET /games/:id/moves 200': 1,
      'GET /files/* 200': 1,
      'GET /a.b 200': 1,
      'GET unmatched 200': 2,
    });
  });

  it('a client that has gone before the instrumentation is reached is a 499', async () => {
    const gate = createGate();
    let waiting = 0;
    let gone = 0;
    const metrics = instrumentHandler((_req, res) => res.end('late'), options());
    const server = createServer((req, res) => {
      waiting++;
      res.once('close', () => gone++);
      void gate.opened.then(() => metrics.handler(req, res));
    });
    const app = await serve(server, metrics);
    const client = await app.connect();
    client.write('GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n');
    await until('both requests came', () => waiting === 2);
    client.reset();
    await until('the client has gone', () => gone > 0);
    gate.open();
    await until('both are counted', async () => Object.keys(await app.requests()).length > 0);
    expect(await app.requests()).toEqual({ 'GET unmatched 499': 2 });
  });

  it('a promise of the handler that is rejected is given back to who called it', async () => {
    const failing: NodeHandler = async () => {
      throw new Error('rejected');
    };
    const metrics = instrumentHandler(failing, options());
    const server = createServer((req, res) => {
      new Promise((resolve) => resolve(metrics.handler(req, res))).catch((error: Error) => res.end(error.message));
    });
    const app = await serve(server, metrics);
    expect((await app.send('GET /')).text).toBe('rejected');
    expect(await app.exceptions()).toEqual({ 'GET unmatched': 1 });
  });

  it('pieces of all kinds are counted, and what comes after the end is not', async () => {
    const handler: NodeHandler = (_req, res) => {
      res.on('error', () => undefined);
      res.write('żółć');
      res.write('6869', 'hex');
      res.write(new Uint8Array(3));
      res.write('callback', () => undefined);
      res.end('last', 'latin1');
      res.write('never');
      res.end('never');
    };
    const metrics = instrumentHandler(handler, options());
    const app = await serve(createServer(metrics.handler), metrics);
    const { bytes } = await app.send('GET /');
    expect(bytes).toHaveLength(8 + 2 + 3 + 8 + 4);
    expect(await app.rows('http_response_size_bytes_sum', 'method', 'endpoint')).toEqual({
      'GET unmatched': bytes.length,
    });
  });
});

describe('node:http2', () => {
  const handler: NodeHandler = async (req, res) => {
    if (req.method === 'POST') res.end(`got ${(await text(req)).length}`);
    else if (req.url === '/endless') res.write('tick');
    else if (req.url === '/stream') {
      res.write('one ');
      res.end('two');
    } else res.end('hello');
  };

  async function start(): Promise<{ metrics: NodeMetrics; session: ClientHttp2Session }> {
    const metrics = instrumentHandler(handler, { ...options(), routes: ['/hello', '/stream', '/endless', '/echo'] });
    const server = createHttp2Server(metrics.handler as never);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    onTestFinished(() => {
      session.destroy();
      server.close();
    });
    return { metrics, session };
  }

  const lines = async (metrics: NodeMetrics, name: string) =>
    (await metrics.render({ names: [name] })).body
      .split('\n')
      .filter((line) => line.startsWith(name) && !line.includes('_bucket'));

  it('is counted with sizes', async () => {
    const { metrics, session } = await start();
    expect(await text(session.request({ ':path': '/hello' }))).toBe('hello');
    expect(await text(session.request({ ':path': '/stream' }))).toBe('one two');
    const post = session.request({ ':path': '/echo', ':method': 'POST', 'content-length': '3' });
    post.end('abc');
    expect(await text(post)).toBe('got 3');
    expect(await text(session.request({ ':path': '/hello', ':method': 'HEAD' }))).toBe('');
    await until('all are over', async () =>
      (await lines(metrics, 'http_requests_in_flight')).includes('http_requests_in_flight 0'),
    );
    expect(await lines(metrics, 'http_response_size_bytes_sum')).toEqual([
      'http_response_size_bytes_sum{method="GET",endpoint="/hello"} 5',
      'http_response_size_bytes_sum{method="GET",endpoint="/stream"} 7',
      'http_response_size_bytes_sum{method="POST",endpoint="/echo"} 5',
      'http_response_size_bytes_sum{method="HEAD",endpoint="/hello"} 0',
    ]);
    expect(await lines(metrics, 'http_request_size_bytes_sum')).toContain(
      'http_request_size_bytes_sum{method="POST",endpoint="/echo"} 3',
    );
  });

  it('a stream that is reset is counted once', async () => {
    const { metrics, session } = await start();
    const stream = session.request({ ':path': '/endless' });
    stream.on('error', () => undefined);
    await once(stream, 'data');
    stream.close();
    await until('it is over', async () => (await lines(metrics, 'http_requests_total')).length > 0);
    expect(await lines(metrics, 'http_requests_total')).toEqual([
      'http_requests_total{method="GET",endpoint="/endless",status="200"} 1',
    ]);
    expect(await lines(metrics, 'http_requests_in_flight')).toEqual(['http_requests_in_flight 0']);
  });
});
