import type { Server } from 'node:http';
import Fastify, { type FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fastifyFramework } from '../testing/apps/fastify-app.ts';
import { serve, type WatchedApp } from '../testing/launch.ts';
import { describeContract } from './contract.suite.ts';
import { type FastifyMetrics, instrumentFastify } from './fastify.ts';

describeContract(fastifyFramework);

describe('Fastify 5', () => {
  async function start(build: (app: FastifyInstance, metrics: FastifyMetrics) => void): Promise<WatchedApp> {
    const app = Fastify({ forceCloseConnections: true });
    const metrics = instrumentFastify(app, { registry: new Registry(), runtimeMetrics: false });
    build(app, metrics);
    onTestFinished(() => app.close());
    await app.ready();
    return serve(app.server as Server, metrics);
  }

  const games = (app: FastifyInstance) => {
    app.get('/games/:id', () => 'game');
    app.get('/files/*', () => 'file');
    app.get('/optional/:x?', () => 'optional');
    app.get('/pictures/:name(^\\d+).png', () => 'picture');
    app.get('/away', (_request, reply) => reply.redirect('/games/1'));
    app.get('/hijacked', (_request, reply) => {
      reply.hijack();
      reply.raw.end('hijacked');
    });
    app.get('/string', () => {
      // oxlint-disable-next-line typescript/only-throw-error -- anything can be thrown
      throw 'a string';
    });
    const querystring = { type: 'object', required: ['size'], properties: { size: { type: 'number' } } };
    app.get('/checked', { schema: { querystring } }, () => 'checked');
    app.addHook('preHandler', async (request, reply) => {
      if (request.url.endsWith('?lock')) return reply.code(401).send('no');
      if (request.url.endsWith('?break')) throw new Error('broken');
    });
    app.setNotFoundHandler((_request, reply) => reply.code(404).send('none'));
  };

  it.each([
    ['GET /games/7', 'GET /games/:id 200', false],
    ['HEAD /games/7', 'HEAD /games/:id 200', false],
    ['GET /files/a/b', 'GET /files/* 200', false],
    ['GET /optional', 'GET /optional/:x? 200', false],
    ['GET /pictures/12.png', 'GET /pictures/:name(^\\d+).png 200', false],
    ['GET /away', 'GET /away 302', false],
    ['GET /hijacked', 'GET /hijacked 200', false],
    ['GET /string', 'GET /string 500', true],
    ['GET /checked', 'GET /checked 400', false],
    ['GET /games/7?lock', 'GET /games/:id 401', false],
    ['GET /games/7?break', 'GET /games/:id 500', true],
    ['GET /none', 'GET unmatched 404', false],
    ['PUT /games/7', 'PUT unmatched 404', false],
  ])('%s is %s', async (request, counted, isException) => {
    const app = await start(games);
    await app.send(request);
    expect(await app.requests()).toEqual({ [counted]: 1 });
    expect(await app.exceptions()).toEqual(isException ? { [counted.replace(/ \d+$/, '')]: 1 } : {});
  });

  it('a hook of a plugin is for its routes alone', async () => {
    const app = await start((root, metrics) => {
      root.register(
        (plugin, _options, done) => {
          plugin.addHook('onRequest', metrics.doNotTrack());
          plugin.addHook('onRequest', metrics.counter({ name: 'inner_total', help: 'Inner requests' }));
          plugin.get('/games/:id', () => 'game');
          done();
        },
        { prefix: '/inner/:y' },
      );
      root.get('/outer', () => 'outer');
    });
    await app.send('GET /inner/1/games/2');
    await app.send('GET /outer');
    expect(await app.requests()).toEqual({ 'GET /outer 200': 1 });
    expect(await app.rows('inner_total')).toEqual({ '': 1 });
  });

  it('the metrics can be read without a connection', async () => {
    const app = Fastify();
    instrumentFastify(app, { registry: new Registry(), runtimeMetrics: false });
    app.get('/hello', () => 'hello');
    onTestFinished(() => app.close());
    await app.inject('/hello');
    const { statusCode, body } = await app.inject('/metrics?name[]=http_requests_total');
    expect(statusCode).toBe(200);
    expect(body).toMatch(/\nhttp_requests_total\{method="GET",endpoint="\/hello",status="200"\} 1\n$/);
  });
});
