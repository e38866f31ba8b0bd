import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';
import rateLimit, { type Options, type RateLimitRequestHandler, type Store } from 'express-rate-limit';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { type ExpressRateLimitOptions, observeExpressRateLimit } from './express-rate-limit.ts';
import { describeObservedLimiter, samplesOf } from './limiter.suite.ts';

const express4 = createRequire(import.meta.url)('express4') as typeof express;

const quiet: Partial<Options> = {
  keyGenerator: (req) => String(req.headers['x-client']),
  validate: false,
  logger: { error: () => undefined, warn: () => undefined },
};

interface Served {
  get(client: string, path?: string): Promise<Response>;
  close(): Promise<void>;
}

async function serve(app: express.Express): Promise<Served> {
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  const { port } = server.address() as AddressInfo;
  return {
    get: (client, path = '/') => fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'x-client': client } }),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

for (const [version, createApp] of [
  [5, express],
  [4, express4],
] as const) {
  describeObservedLimiter(`express-rate-limit on Express ${version}`, async ({ registry, name, limit, windowMs }) => {
    const app = createApp();
    app.use(observeExpressRateLimit({ registry }, { name, limit }, rateLimit({ ...quiet, limit, windowMs })));
    app.get('/', (_req, res) => {
      res.send('hello');
    });
    const served = await serve(app);
    return {
      request: async (client) => {
        const response = await served.get(client);
        await response.text();
        return response.status === 200;
      },
      close: served.close,
    };
  });
}

describe('express-rate-limit, observed', () => {
  let registry: Registry;
  let served: Served | undefined;
  const samples = (name = 'api') => samplesOf(registry, name);
  const observed = (options: Partial<Options>, observing: Partial<ExpressRateLimitOptions> = {}) =>
    observeExpressRateLimit({ registry }, { name: 'api', ...observing }, rateLimit({ ...quiet, limit: 2, ...options }));

  /** The status and text of each of the requests of one client, one after another. */
  async function answers(requests: number, ...handlers: RequestHandler[]): Promise<string[]> {
    const app = express();
    app.use(...handlers);
    app.get('/', (_req, res) => {
      res.send('hello');
    });
    app.use(((error: Error, _req, res, _next) => {
      res.status(500).send(error.message);
    }) satisfies express.ErrorRequestHandler);
    served = await serve(app);
    const seen: string[] = [];
    for (let i = 0; i < requests; i++) {
      const response = await served.get('ann');
      seen.push(`${response.status} ${await response.text()}`);
    }
    return seen;
  }

  beforeEach(() => {
    registry = new Registry();
  });

  afterEach(async () => {
    vi.useRealTimers();
    await served?.close();
    served = undefined;
  });

  it('is the same handler in everything else', async () => {
    const limiter = rateLimit({ ...quiet, limit: 2 });
    const handler = observeExpressRateLimit({ registry }, { name: 'api' }, limiter);
    expectTypeOf(handler).toEqualTypeOf<RateLimitRequestHandler>();
    expect(handler).toHaveLength(3);
    expect(handler.resetKey).toBe(limiter.resetKey);
    expect(await answers(3, handler)).toEqual(['200 hello', '200 hello', expect.stringMatching(/^429 Too many/)]);
    expect((await handler.getKey('ann'))?.totalHits).toBe(3);
    handler.resetKey('ann');
    expect((await served!.get('ann')).status).toBe(200);
  });

  it('sends the headers that it sends alone', async () => {
    const headersOf = async (limiter: RequestHandler) => {
      await answers(1, limiter);
      const { headers } = await served!.get('ann');
      await served!.close();
      return [...headers].filter(([name]) => name.includes('ratelimit'));
    };
    vi.useFakeTimers({ toFake: ['Date'] });
    const options: Partial<Options> = { standardHeaders: 'draft-7', legacyHeaders: true };
    const alone = await headersOf(rateLimit({ ...quiet, limit: 2, ...options }));
    expect(alone.length).toBeGreaterThan(3);
    expect(await headersOf(observed(options))).toEqual(alone);
  });

  it('shows a limit before the first request only if it was told', async () => {
    observed({});
    observed({}, { name: 'told', limit: 2 });
    expect(await samples()).toMatchObject({ allowed: 0, limited: 0 });
    expect((await samples()).limit).toBeUndefined();
    expect((await samples()).remaining).toBeUndefined();
    expect(await samples('told')).toMatchObject({ remaining: 2, limit: 2 });
  });

  it('counts nothing for requests that are skipped, even where another limiter has left its numbers', async () => {
    const first = observed({}, { name: 'first' });
    const last = observed({}, { name: 'last' });
    const skipping = observed({ skip: () => true });
    expect(await answers(2, first, skipping, last)).toEqual(['200 hello', '200 hello']);
    expect(await samples('first')).toMatchObject({ allowed: 2, limited: 0 });
    expect(await samples('last')).toMatchObject({ allowed: 2, limited: 0 });
    expect(await samples()).toMatchObject({ allowed: 0, limited: 0, errors: 0 });
  });

  it('does not take for its own what is left on a request that it has skipped', async () => {
    const another: RequestHandler = (req, _res, next) => {
      Object.assign(req, { rateLimit: { limit: 1, used: 2, remaining: 0 } });
      next();
    };
    expect(await answers(1, observed({ skip: () => true }), another)).toEqual(['200 hello']);
    expect(await samples()).toMatchObject({ allowed: 0, limited: 0 });
  });

  it('counts for each of several limiters on the way of a request', async () => {
    const wide = observed({ limit: 3 }, { name: 'wide' });
    const narrow = observed({ limit: 1 }, { name: 'narrow' });
    expect((await answers(4, wide, narrow)).map((answer) => answer.slice(0, 3))).toEqual(['200', '429', '429', '429']);
    expect(await samples('wide')).toMatchObject({ allowed: 3, limited: 1, remaining: 0 });
    expect(await samples('narrow')).toMatchObject({ allowed: 1, limited: 2, remaining: 0 });
  });

  it('finds the numbers under the property that the limiter was given', async () => {
    await answers(3, observed({ requestPropertyName: 'quota' }, { requestPropertyName: 'quota' }));
    expect(await samples()).toMatchObject({ allowed: 2, limited: 1, limit: 2 });
  });

  it('calls the handler that refuses requests, and counts as limited what it lets pass', async () => {
    const handler = vi.fn<Options['handler']>((_req, _res, next) => next());
    expect(await answers(4, observed({ handler }))).toEqual(Array(4).fill('200 hello'));
    expect(handler).toHaveBeenCalledTimes(2);
    expect(await samples()).toMatchObject({ allowed: 2, limited: 2, hits: 2 });
  });

  it('passes on what the handler throws', async () => {
    const handler = () => {
      throw new Error('from the handler');
    };
    expect(await answers(3, observed({ handler }))).toEqual(['200 hello', '200 hello', '500 from the handler']);
    expect(await samples()).toMatchObject({ allowed: 2, limited: 1, errors: 0 });
  });

  it('takes the limit of each client, and shows that of the one with the least left', async () => {
    await answers(0, observed({ limit: (req) => (req.headers['x-client'] === 'ann' ? 10 : 100) }));
    await served!.get('ann');
    await served!.get('bob');
    expect(await samples()).toMatchObject({ allowed: 2, remaining: 9, limit: 10 });
  });

  describe('with a store of its own', () => {
    const store = (increment: Store['increment']): Store => ({
      increment,
      decrement: () => undefined,
      resetKey: () => undefined,
    });
    const broken = store(() => Promise.reject(new Error('store down')));

    it('counts an error that is handed on', async () => {
      expect(await answers(1, observed({ store: broken }))).toEqual(['500 store down']);
      expect(await samples()).toMatchObject({ allowed: 0, limited: 0, errors: 1 });
    });

    it('counts nothing for a request that passes in spite of an error', async () => {
      expect(await answers(1, observed({ store: broken, passOnStoreError: true }))).toEqual(['200 hello']);
      expect(await samples()).toMatchObject({ allowed: 0, limited: 0, errors: 0 });
    });

    it('takes a window to be as long as it was told, if the store does not say when it ends', async () => {
      vi.useFakeTimers({ toFake: ['Date'], now: 1_767_225_600_000 });
      const endless = store(() => ({ totalHits: 2, resetTime: undefined }));
      await answers(1, observed({ store: endless, limit: 5 }, { windowMs: 10_000 }));
      expect((await samples()).remaining).toBe(3);
      vi.setSystemTime(Date.now() + 10_000);
      expect((await samples()).remaining).toBe(5);
    });

    it('stays out of the way of a store that says nonsense', async () => {
      const odd = store(() => ({ totalHits: Number.NaN, resetTime: new Date(Number.NaN) }));
      expect(await answers(1, observed({ store: odd }))).toEqual(['200 hello']);
      expect(await samples()).toMatchObject({ allowed: 1, limited: 0, remaining: 2 });
    });
  });

  it('leaves errors of later handlers to them', async () => {
    const failing: RequestHandler = (_req, _res, next) => next(new Error('from a later handler'));
    expect(await answers(1, observed({}), failing)).toEqual(['500 from a later handler']);
    expect(await samples()).toMatchObject({ allowed: 1, limited: 0, errors: 0 });
  });

  it('hands on directions to the router', async () => {
    const handler: Options['handler'] = (_req, _res, next) => next('router');
    expect((await answers(3, observed({ handler })))[2]).toMatch(/^404/);
    expect(await samples()).toMatchObject({ allowed: 2, limited: 1, errors: 0 });
  });
});
