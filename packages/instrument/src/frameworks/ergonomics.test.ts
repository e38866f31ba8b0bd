import type { RequestListener } from 'node:http';
import Router from '@koa/router';
import express, { type Request, type RequestHandler, type Response } from 'express';
import Fastify, {
  type FastifyReply,
  type FastifyRequest,
  type FastifyTypeProvider,
  type onRequestHookHandler,
} from 'fastify';
import { type Context, Hono, type HonoRequest, type MiddlewareHandler } from 'hono';
import Koa, { type Middleware } from 'koa';
import { Registry } from 'prom-client';
import { describe, expectTypeOf, it } from 'vitest';
import type { AppMetrics, InstrumentOptions } from '../index.ts';
import { instrumentExpress } from './express.ts';
import { instrumentFastify } from './fastify.ts';
import { instrumentHono } from './hono.ts';
import { instrumentKoa } from './koa.ts';
import { instrumentHandler, type NodeHandler } from './node.ts';

const options = () => ({ registry: new Registry(), runtimeMetrics: false });

/** What a user writes has to compile without a cast; the type checker is what runs these tests. */
describe('types', () => {
  it('Express: label functions see its requests and responses', () => {
    const app = express();
    const metrics = instrumentExpress(app, {
      ...options(),
      defaultLabels: {
        tenant: ({ request }) => {
          expectTypeOf(request).toEqualTypeOf<Request>();
          return request.get('x-tenant');
        },
        cached: ({ response }) => response.get('x-cache') === 'hit',
      },
      groupBy: { label: 'area', value: ({ request }) => request.path.split('/')[1] },
      exemplar: (request) => ({ id: request.ip ?? '' }),
    });
    const counter = metrics.counter({
      name: 'games_total',
      help: 'Games',
      labels: {
        fixed: 1,
        kind: ({ request, response, status, method, path, endpoint, durationSeconds }) => {
          expectTypeOf(response).toEqualTypeOf<Response>();
          expectTypeOf({ status, durationSeconds }).toEqualTypeOf<{ status: number; durationSeconds: number }>();
          expectTypeOf({ method, path, endpoint }).toEqualTypeOf<{ method: string; path: string; endpoint: string }>();
          return request.params.kind?.length;
        },
      },
    });
    expectTypeOf(counter).toExtend<RequestHandler>();
    app.get('/games/:kind', counter, metrics.histogram({ name: 'games_seconds', help: 'Games' }), (req, res) => {
      expectTypeOf(req.params.kind).toEqualTypeOf<string>();
      res.end();
    });
    app.use('/quiet', metrics.doNotTrack(), express.Router());
    app.use(metrics.excludeAll());
    app.all('/own/metrics', (req, res) => metrics.handle(req, res));
  });

  it('Fastify: any logger, type provider and server', () => {
    interface Provider extends FastifyTypeProvider {
      readonly validator: unknown;
    }
    const metrics = instrumentFastify(Fastify(), {
      ...options(),
      defaultLabels: {
        tenant: ({ request }) => {
          expectTypeOf(request).toEqualTypeOf<FastifyRequest>();
          return request.hostname;
        },
        cached: ({ response }) => {
          expectTypeOf(response).toEqualTypeOf<FastifyReply>();
          return response.hasHeader('x-cache');
        },
      },
    });
    instrumentFastify(Fastify({ logger: false }), options());
    instrumentFastify(Fastify({ logger: { level: 'silent' } }), options());
    const silent = () => undefined;
    const log = {
      info: silent,
      error: silent,
      debug: silent,
      fatal: silent,
      warn: silent,
      trace: silent,
      silent,
      level: 'info',
    };
    const loggerInstance = { ...log, child: () => loggerInstance, extra: 1 };
    instrumentFastify(Fastify({ loggerInstance }), options());
    instrumentFastify(Fastify().withTypeProvider<Provider>(), options());
    instrumentFastify(Fastify({ http2: true }), options());

    const counter = metrics.counter({
      name: 'games_total',
      help: 'Games',
      labels: { id: ({ request }) => request.id },
    });
    expectTypeOf(counter).toEqualTypeOf<onRequestHookHandler>();
    const app = Fastify().withTypeProvider<Provider>();
    app.get<{ Params: { id: string } }>(
      '/games/:id',
      { onRequest: [counter, metrics.doNotTrack()] },
      ({ params }) => params.id,
    );
    app.addHook('onRequest', counter);
    app.get('/typed', { onRequest: counter, schema: {} }, async () => 'typed');
    const http2 = Fastify({ http2: true });
    http2.get('/own/metrics', (request, reply) => {
      reply.hijack();
      expectTypeOf(metrics.handle).returns.resolves.toEqualTypeOf<void>();
      return request.url;
    });
  });

  it('Koa: with state, context and a router', () => {
    const app = new Koa<{ user: string }, { tenant: string }>();
    const metrics = instrumentKoa(app, {
      ...options(),
      defaultLabels: { tenant: ({ request }) => request.get('x-tenant'), kind: ({ response }) => response.type },
    });
    const counter = metrics.counter({
      name: 'games_total',
      help: 'Games',
      labels: {
        who: ({ request, response }) => {
          expectTypeOf(request).toEqualTypeOf<Koa.Request>();
          expectTypeOf(response).toEqualTypeOf<Koa.Response>();
          return request.ctx.state.user as string;
        },
      },
    });
    expectTypeOf(counter).toEqualTypeOf<Middleware>();
    const router = new Router<{ user: string }, { tenant: string }>();
    router.get('/games/:id', counter, metrics.doNotTrack(), (ctx) => {
      expectTypeOf(ctx.tenant).toEqualTypeOf<string>();
      ctx.body = ctx.params.id;
    });
    router.use(counter);
    app.use(counter).use(router.routes());
  });

  it('Hono: with bindings, variables and base paths', () => {
    interface Env {
      Bindings: { DB: string };
      Variables: { user: string };
    }
    const app = new Hono<Env>();
    const metrics = instrumentHono(app, {
      ...options(),
      defaultLabels: {
        tenant: ({ request }) => {
          expectTypeOf(request).toEqualTypeOf<HonoRequest>();
          return request.header('x-tenant');
        },
        cached: ({ response }) => {
          expectTypeOf(response).toEqualTypeOf<Context>();
          return response.res.headers.get('x-cache');
        },
      },
    });
    const counter = metrics.counter({ name: 'games_total', help: 'Games' });
    expectTypeOf(counter).toEqualTypeOf<MiddlewareHandler>();
    const typed = app.get('/games/:id', counter, metrics.doNotTrack(), (c) => {
      expectTypeOf(c.req.param('id')).toEqualTypeOf<string>();
      expectTypeOf(c.get('user')).toEqualTypeOf<string>();
      return c.text(c.env.DB);
    });
    instrumentHono(typed.basePath('/api'), options());
  });

  it('node:http: a handler in, a handler out', () => {
    const metrics = instrumentHandler((req, res) => res.end(req.url), {
      ...options(),
      routes: ['/games/:id'],
      defaultLabels: {
        agent: ({ request }) => request.headers['user-agent'],
        kind: ({ response }) => response.statusMessage,
      },
    });
    const counted = metrics.counter({ name: 'games_total', help: 'Games' });
    expectTypeOf(counted).toEqualTypeOf<(handler: NodeHandler) => NodeHandler>();
    counted(async (_req, res) => {
      res.end();
    });
    expectTypeOf(metrics.handler).toEqualTypeOf<NodeHandler>();
    expectTypeOf(metrics.handler).toExtend<RequestListener>();
  });

  it('options that know no framework fit all of them', () => {
    const shared: InstrumentOptions = {
      ...options(),
      names: 'flask',
      defaultLabels: { area: ({ path }) => path.split('/')[1], ok: ({ status }) => status < 400 },
      groupBy: 'path',
      endpoint: false,
    };
    const all: readonly Pick<AppMetrics<never>, 'render' | 'close'>[] = [
      instrumentExpress(express(), shared),
      instrumentFastify(Fastify(), shared),
      instrumentKoa(new Koa(), shared),
      instrumentHono(new Hono(), shared),
      instrumentHandler(() => undefined, shared),
    ];
    expectTypeOf(all).toExtend<readonly unknown[]>();
  });

  it('what cannot be is refused', () => {
    const metrics = instrumentExpress(express(), options());
    // @ts-expect-error -- a metric needs a help text
    metrics.counter({ name: 'x_total' });
    // @ts-expect-error -- a list is no label
    metrics.counter({ name: 'y_total', help: 'y', labels: { list: ['a'] } });
    // @ts-expect-error -- there is no such naming
    const wrong: InstrumentOptions = { names: 'django' };
    expectTypeOf(wrong).toBeObject();
  });
});
