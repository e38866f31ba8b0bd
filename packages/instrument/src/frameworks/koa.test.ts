import { createServer } from 'node:http';
import Router from '@koa/router';
import Koa from 'koa';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { koaFramework } from '../testing/apps/koa-app.ts';
import { serve, type WatchedApp } from '../testing/launch.ts';
import { describeContract } from './contract.suite.ts';
import { instrumentKoa } from './koa.ts';

describeContract(koaFramework);

describe('Koa 3', () => {
  function start(): Promise<WatchedApp> {
    const app = new Koa();
    app.silent = true;
    const metrics = instrumentKoa(app, { registry: new Registry(), runtimeMetrics: false });
    const inner = new Router();
    inner.use((ctx, next) => {
      if (ctx.query.lock) ctx.throw(401);
      if (ctx.query.break) throw new Error('broken');
      return next();
    });
    inner.get('/games/:id', (ctx) => {
      ctx.body = 'game';
    });
    const router = new Router({ prefix: '/api/:version' });
    router.get('/string', () => {
      // oxlint-disable-next-line typescript/only-throw-error -- anything can be thrown
      throw 'a string';
    });
    router.get('/unavailable', (ctx) => ctx.throw(503));
    router.get('/next/:x', (_ctx, next) => next());
    router.get(/^\/numbers\/(\d+)$/, (ctx) => {
      ctx.body = 'number';
    });
    router.use('/inner/:y', inner.routes());
    app.use(router.routes()).use(router.allowedMethods());
    app.use((ctx) => {
      if (ctx.path === '/plain') ctx.body = 'plain';
    });
    const handle = app.callback();
    return serve(
      createServer((req, res) => void handle(req, res)),
      metrics,
    );
  }

  it.each([
    ['GET /api/1/inner/q/games/7', 'GET /api/:version/inner/:y/games/:id 200', false],
    ['HEAD /api/1/inner/q/games/7', 'HEAD /api/:version/inner/:y/games/:id 200', false],
    ['GET /api/1/next/7', 'GET /api/:version/next/:x 404', false],
    ['POST /api/1/next/7', 'POST unmatched 405', false],
    ['GET /plain', 'GET unmatched 200', false],
    ['GET /api/1/string', 'GET /api/:version/string 500', true],
    ['GET /api/1/unavailable', 'GET /api/:version/unavailable 503', true],
    // Middleware of a router that answers or fails before the route does.
    ['GET /api/1/inner/q/games/7?lock=1', 'GET /api/:version/inner/:y/games/:id 401', false],
    ['HEAD /api/1/inner/q/games/7?lock=1', 'HEAD /api/:version/inner/:y/games/:id 401', false],
    ['GET /api/1/inner/q/games/7?break=1', 'GET /api/:version/inner/:y/games/:id 500', true],
  ])('%s is %s', async (request, counted, isException) => {
    const app = await start();
    await app.send(request);
    expect(await app.requests()).toEqual({ [counted]: 1 });
    expect(await app.exceptions()).toEqual(isException ? { [counted.replace(/ \d+$/, '')]: 1 } : {});
  });
});
