import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { honoFramework } from '../testing/apps/hono-app.ts';
import { serve, type WatchedApp } from '../testing/launch.ts';
import { describeContract } from './contract.suite.ts';
import { type HonoMetrics, instrumentHono } from './hono.ts';

describeContract(honoFramework);

describe('Hono 4', () => {
  function create(): { app: Hono; metrics: HonoMetrics } {
    const app = new Hono();
    const metrics = instrumentHono(app, { registry: new Registry(), runtimeMetrics: false });
    app.onError((_error, c) => c.text('handled', 500));
    app.notFound((c) => {
      if (c.req.query('break')) throw new Error('broken');
      return c.text('none', 404);
    });
    app.use('/locked/*', async (c, next) => (c.req.query('lock') ? c.text('no', 401) : next()));
    app.get('/locked/:id', (c) => c.text('open'));
    app.get('/string', () => {
      // oxlint-disable-next-line typescript/only-throw-error -- anything can be thrown
      throw 'a string';
    });
    app.get('/files/*', (c) => c.text('file'));
    app.get('/optional/:x?', (c) => c.text('optional'));
    app.on(['GET', 'PUT'], ['/one', '/two/:x'], (c) => c.text('on'));
    app.get('/raw', () => new Response('raw', { status: 201 }));
    const inner = new Hono().basePath('/base');
    inner.onError((_error, c) => c.text('handled inside', 500));
    inner.get('/games/:id', (c) => c.text('game'));
    inner.get('/throw', () => {
      throw new Error('thrown');
    });
    app.route('/inner/:y', inner);
    return { app, metrics };
  }

  const CASES: [request: string, counted: string, isException: boolean][] = [
    ['GET /inner/q/base/games/7', 'GET /inner/:y/base/games/:id 200', false],
    ['GET /inner/q/base/throw', 'GET /inner/:y/base/throw 500', true],
    ['GET /files/a/b', 'GET /files/* 200', false],
    ['GET /optional', 'GET /optional/:x? 200', false],
    ['GET /optional/1', 'GET /optional/:x? 200', false],
    ['PUT /two/1', 'PUT /two/:x 200', false],
    ['GET /raw', 'GET /raw 201', false],
    ['GET /locked/7', 'GET /locked/:id 200', false],
    // Middleware that answers before the route does.
    ['GET /locked/7?lock=1', 'GET /locked/:id 401', false],
    ['GET /locked/7/8?lock=1', 'GET unmatched 401', false],
    ['GET /none', 'GET unmatched 404', false],
    ['GET /none?break=1', 'GET unmatched 500', true],
    // What is thrown and is no `Error` goes past the error handler.
    ['GET /string', 'GET /string 500', true],
  ];

  it.each(CASES)('%s is %s', async (request, counted, isException) => {
    const { app, metrics } = create();
    const running = await serve(createAdaptorServer({ fetch: app.fetch }) as Server, metrics);
    await running.send(request);
    await expectCounted(running, counted, isException);
  });

  it.each(CASES)('%s without a connection is %s', async (request, counted, isException) => {
    const { app, metrics } = create();
    const running = await serve(createAdaptorServer({ fetch: app.fetch }) as Server, metrics);
    const [method, path] = request.split(' ') as [string, string];
    await Promise.resolve(app.request(path, { method })).catch((thrown: unknown) => expect(thrown).toBe('a string'));
    await expectCounted(running, counted, isException);
  });

  async function expectCounted(running: WatchedApp, counted: string, isException: boolean): Promise<void> {
    expect(await running.requests()).toEqual({ [counted]: 1 });
    expect(await running.exceptions()).toEqual(isException ? { [counted.replace(/ \d+$/, '')]: 1 } : {});
  }

  it('without a connection sizes are those of the headers, and an absurd one is 0', async () => {
    const { app, metrics } = create();
    app.post('/sized', (c) => c.body('abc', 200, { 'content-length': '3' }));
    const running = await serve(createAdaptorServer({ fetch: app.fetch }) as Server, metrics);
    await app.request('/sized', { method: 'POST', headers: { 'content-length': '17' } });
    await app.request('/sized', { method: 'POST', headers: { 'content-length': 'absurd' } });
    expect(await running.rows('http_request_size_bytes_sum', 'method', 'endpoint')).toEqual({ 'POST /sized': 17 });
    expect(await running.rows('http_response_size_bytes_sum', 'method', 'endpoint')).toEqual({ 'POST /sized': 6 });
  });
});
