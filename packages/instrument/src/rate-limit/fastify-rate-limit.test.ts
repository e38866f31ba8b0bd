import fastifyRateLimit, {
  type FastifyRateLimitStore,
  type FastifyRateLimitStoreCtor,
  type RateLimitPluginOptions,
} from '@fastify/rate-limit';
import { type FastifyInstance, type FastifyRequest, fastify } from 'fastify';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { observeWithStores } from './fastify-limiter.ts';
import { observeFastifyRateLimit } from './fastify-rate-limit.ts';
import { describeObservedLimiter, samplesOf } from './limiter.suite.ts';

const byClient = { keyGenerator: (request: FastifyRequest) => String(request.headers['x-client']) };

async function createApp(options: RateLimitPluginOptions): Promise<FastifyInstance> {
  const app = fastify();
  await app.register(fastifyRateLimit, options);
  app.get('/', () => 'hello');
  return app;
}

async function statusOf(app: FastifyInstance, client: string, url = '/'): Promise<number> {
  return (await app.inject({ url, headers: { 'x-client': client } })).statusCode;
}

const variants: Record<string, RateLimitPluginOptions> = {
  'as it comes': {},
  'with the headers of the draft': { enableDraftSpec: true },
  'without headers': {
    addHeaders: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    addHeadersOnExceeding: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
  },
};

for (const [variant, options] of Object.entries(variants)) {
  describeObservedLimiter(`@fastify/rate-limit ${variant}`, async ({ registry, name, limit, windowMs }) => {
    const app = await createApp(
      observeFastifyRateLimit({ registry }, { name }, { ...byClient, ...options, max: limit, timeWindow: windowMs }),
    );
    return { request: async (client) => (await statusOf(app, client)) === 200, close: () => app.close() };
  });
}

describeObservedLimiter('@fastify/rate-limit on a route', async ({ registry, name, limit, windowMs }) => {
  const app = fastify();
  await app.register(
    fastifyRateLimit,
    observeFastifyRateLimit({ registry: new Registry() }, { name: 'plugin' }, { ...byClient, global: false }),
  );
  const config = { rateLimit: observeFastifyRateLimit({ registry }, { name }, { max: limit, timeWindow: windowMs }) };
  app.get('/', { config }, () => 'hello');
  await app.ready();
  return { request: async (client) => (await statusOf(app, client)) === 200, close: () => app.close() };
});

describe('@fastify/rate-limit, observed', () => {
  let registry: Registry;
  let app: FastifyInstance | undefined;
  const log = vi.fn<(message: string) => void>();
  const samples = (name = 'api') => samplesOf(registry, name);
  const observe = <Options extends RateLimitPluginOptions>(options: Options, name = 'api'): Options =>
    observeFastifyRateLimit({ registry }, { name, log }, options);

  beforeEach(() => {
    registry = new Registry();
    log.mockReset();
  });

  afterEach(async () => {
    vi.useRealTimers();
    expect(log.mock.calls).toEqual([]);
    await app?.close();
    app = undefined;
  });

  /** The statuses of requests of these clients, one after another. */
  async function statuses(clients: string[], url = '/'): Promise<number[]> {
    const seen: number[] = [];
    for (const client of clients) seen.push(await statusOf(app!, client, url));
    return seen;
  }

  it('keeps the type and the values of the options, and leaves those it was given alone', () => {
    const options = { max: 2, timeWindow: '1 minute', ban: 3 };
    const observed = observe(options);
    expectTypeOf(observed).toEqualTypeOf<{ max: number; timeWindow: string; ban: number }>();
    expect(observed).toMatchObject(options);
    expect(Object.keys(options)).toEqual(['max', 'timeWindow', 'ban']);
  });

  it('knows the type of a request in the options', () => {
    observe({ keyGenerator: (request) => request.ip, onExceeded: (request, key) => request.log.warn(key) });
  });

  it('answers as it does alone, headers included', async () => {
    const options: RateLimitPluginOptions = { ...byClient, max: 1, ban: 1, continueExceeding: true };
    const answersOf = async (given: RateLimitPluginOptions) => {
      const tried = await createApp(given);
      const answers = [];
      for (let i = 0; i < 4; i++) {
        const { statusCode, headers, body } = await tried.inject({ url: '/', headers: { 'x-client': 'ann' } });
        answers.push({ statusCode, headers, body });
      }
      await tried.close();
      return answers;
    };
    vi.useFakeTimers({ toFake: ['Date'] });
    const alone = await answersOf(options);
    expect(alone.map(({ statusCode }) => statusCode)).toEqual([200, 429, 403, 403]);
    expect(await answersOf(observe(options))).toEqual(alone);
    expect(await samples()).toMatchObject({ allowed: 1, limited: 3, hits: 3 });
  });

  it('calls the hooks of the application as the plugin does', async () => {
    const onExceeding = vi.fn();
    const onExceeded = vi.fn();
    const onBanReach = vi.fn();
    app = await createApp(observe({ ...byClient, max: 1, ban: 0, onExceeding, onExceeded, onBanReach }));
    await statuses(['ann', 'ann']);
    for (const hook of [onExceeding, onExceeded, onBanReach]) {
      expect(hook.mock.calls).toEqual([[expect.objectContaining({ routeOptions: expect.anything() }), 'ann']]);
      expect(hook.mock.contexts[0]).toMatchObject({ max: 1 });
    }
  });

  it('passes on what a hook throws', async () => {
    const onExceeding = () => {
      throw new Error('from a hook');
    };
    app = await createApp(observe({ max: 1, onExceeding }));
    expect((await app.inject('/')).json()).toMatchObject({ statusCode: 500, message: 'from a hook' });
    expect(await samples()).toMatchObject({ allowed: 1 });
  });

  it('counts nothing for clients on the allow list', async () => {
    app = await createApp(observe({ ...byClient, max: 1, allowList: ['ann'] }));
    expect(await statuses(['ann', 'ann', 'bob'])).toEqual([200, 200, 200]);
    expect(await samples()).toMatchObject({ allowed: 1, limited: 0 });
  });

  it("shows the plugin's own limit when none is given", async () => {
    app = await createApp(observe({}));
    expect(await samples()).toMatchObject({ remaining: 1000, limit: 1000 });
  });

  it('shows the limit of the client with the least left when each has its own', async () => {
    const max = (_request: FastifyRequest, client: string) => (client === 'ann' ? 10 : 100);
    app = await createApp(observe({ ...byClient, max }));
    expect((await samples()).limit).toBeUndefined();
    await statuses(['ann', 'bob']);
    expect(await samples()).toMatchObject({ allowed: 2, remaining: 9, limit: 10 });
  });

  it('keeps showing 0 for as long as a client goes on exceeding', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_767_225_600_000 });
    app = await createApp(observe({ ...byClient, max: 1, timeWindow: 10_000, continueExceeding: true }));
    await statuses(['ann', 'ann']);
    vi.setSystemTime(Date.now() + 9000);
    expect(await statuses(['ann'])).toEqual([429]);
    vi.setSystemTime(Date.now() + 9000);
    expect((await samples()).remaining).toBe(0);
    vi.setSystemTime(Date.now() + 1000);
    expect((await samples()).remaining).toBe(1);
  });

  it('counts for a route that is a limiter of its own, and for all others by the name of the plugin', async () => {
    const onExceeded = vi.fn();
    app = await createApp(observe({ ...byClient, max: 3, onExceeded }));
    app.get('/login', { config: { rateLimit: observe({ max: 1 }, 'login') } }, () => 'hello');
    app.get('/plain', { config: { rateLimit: { max: 2 } } }, () => 'hello');
    expect(await statuses(['ann', 'ann'], '/login')).toEqual([200, 429]);
    expect(await samples('login')).toMatchObject({ allowed: 1, limited: 1, remaining: 0, limit: 1 });
    expect(await samples()).toMatchObject({ allowed: 0, limited: 0, remaining: 3 });
    expect(await statuses(['ann'])).toEqual([200]);
    expect(await samples()).toMatchObject({ allowed: 1, limited: 0, remaining: 2, limit: 3 });
    expect(await statuses(['ann', 'ann', 'ann'], '/plain')).toEqual([200, 200, 429]);
    expect(await samples()).toMatchObject({ allowed: 3, limited: 1, remaining: 0, limit: 2 });
    // A route without hooks of its own has those of the plugin.
    expect(onExceeded).toHaveBeenCalledTimes(2);
  });

  it('prefers the hooks of a route to those of the plugin', async () => {
    const ofPlugin = vi.fn();
    const ofRoute = vi.fn();
    app = await createApp(observe({ onExceeding: ofPlugin }));
    app.get('/login', { config: { rateLimit: observe({ max: 1, onExceeding: ofRoute }, 'login') } }, () => 'hello');
    await app.inject('/login');
    expect([ofPlugin, ofRoute].map((hook) => hook.mock.calls.length)).toEqual([0, 1]);
  });

  it('counts for a route whose plugin is not observed, and says what is missing', async () => {
    app = await createApp({ global: false });
    app.get('/login', { config: { rateLimit: observe({ max: 1 }, 'login') } }, () => 'hello');
    expect(await statuses(['ann', 'ann', 'ann'], '/login')).toEqual([200, 429, 429]);
    expect(await samples('login')).toMatchObject({ allowed: 1, limited: 2 });
    expect((await samples('login')).remaining).toBeUndefined();
    expect(log.mock.calls).toEqual([[expect.stringContaining('"login" is observed but its plugin is not')]]);
    log.mockReset();
  });

  it('only counts when the stores of the plugin cannot be had', async () => {
    const options = observeWithStores(() => undefined, { registry }, { name: 'api', log }, { ...byClient, max: 1 });
    app = await createApp(options);
    expect(await statuses(['ann', 'ann'])).toEqual([200, 429]);
    expect(await samples()).toMatchObject({ allowed: 1, limited: 1, hits: 1 });
    expect((await samples()).remaining).toBeUndefined();
    expect(log.mock.calls).toEqual([[expect.stringContaining('remaining stays unknown')]]);
    log.mockReset();
  });

  describe('with a store of its own', () => {
    /** Counts for ever, and fails for clients named `fail`. */
    class Store implements FastifyRateLimitStore {
      #counts = new Map<string, number>();

      incr(key: string, callback: Parameters<FastifyRateLimitStore['incr']>[1]): void {
        const current = (this.#counts.get(key) ?? 0) + 1;
        this.#counts.set(key, current);
        if (key === 'fail') callback(new Error('store down'));
        else callback(null, { current, ttl: 60_000 });
      }

      child(): FastifyRateLimitStore {
        return new Store();
      }
    }
    const store: FastifyRateLimitStoreCtor = Store;

    it('uses it, for the routes too', async () => {
      app = await createApp(observe({ ...byClient, store, max: 2 }));
      app.get('/login', { config: { rateLimit: observe({ max: 1 }, 'login') } }, () => 'hello');
      expect(await statuses(['ann', 'ann', 'ann'])).toEqual([200, 200, 429]);
      expect(await statuses(['ann', 'ann'], '/login')).toEqual([200, 429]);
      expect(await samples()).toMatchObject({ allowed: 2, limited: 1, remaining: 0 });
      expect(await samples('login')).toMatchObject({ allowed: 1, limited: 1, remaining: 0 });
    });

    it('counts its failures', async () => {
      app = await createApp(observe({ ...byClient, store, max: 2 }));
      expect(await statuses(['fail'])).toEqual([500]);
      expect(await samples()).toMatchObject({ allowed: 0, limited: 0, errors: 1 });
    });

    it('counts a request that passes in spite of a failure both as allowed and as an error', async () => {
      app = await createApp(observe({ ...byClient, store, max: 2, skipOnError: true }));
      expect(await statuses(['fail'])).toEqual([200]);
      expect(await samples()).toMatchObject({ allowed: 1, limited: 0, errors: 1, remaining: 2 });
    });
  });
});
