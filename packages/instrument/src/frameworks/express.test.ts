import { createServer } from 'node:http';
import express5 from 'express';
import express4 from 'express4';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { expressFramework } from '../testing/apps/express-app.ts';
import { serve, type WatchedApp } from '../testing/launch.ts';
import { describeContract } from './contract.suite.ts';
import { instrumentExpress } from './express.ts';
import { routerStack } from './express-route.ts';

const EXPRESSES = [
  ['Express 4', express4],
  ['Express 5', express5],
] as const;

for (const [name, express] of EXPRESSES) describeContract(expressFramework(name, express));

describe.each(EXPRESSES)('%s', (_name, express) => {
  const options = () => ({ registry: new Registry(), runtimeMetrics: false });

  /** `deep/:x`, `throw` and `next` behind all kinds of mount paths, and in mounted applications. */
  function start(): Promise<WatchedApp> {
    const app = express();
    const metrics = instrumentExpress(app, options());
    const router = express.Router();
    router.get('/deep/:x', (_req, res) => void res.send('deep'));
    router.get('/throw', () => {
      throw new Error('thrown');
    });
    router.get('/next', (_req, _res, next) => next());
    const admin = express();
    admin.get('/', (_req, res) => void res.send('home'));
    admin.get('/users/:id', (_req, res) => void res.send('user'));
    admin.use('/Sub/:y', router);
    app.use('/admin', admin);
    const tenant = express();
    tenant.get('/users/:id', (_req, res) => void res.send('user'));
    tenant.use('/sub/:y', router);
    app.use('/tenants/:tenant', tenant);
    app.use(['/one/:a', '/two/:b'], router);
    app.use('/pairs/:a/:b', router);
    app.use('/files/:name.json', router);
    app.use('/Plain', router);
    app.use(/^\/v\d+/, router);
    app.get(['/list', '/list/:id'], (_req, res) => void res.send('list'));
    app.get(/^\/numbers\/(\d+)$/, (_req, res) => void res.send('number'));
    app.use('/locked/:id', (_req, res) => void res.status(401).send('no'));
    return serve(createServer(app), metrics);
  }

  it.each([
    ['/admin', '/admin'],
    ['/admin/users/7', '/admin/users/:id'],
    ['/admin/Sub/q/deep/1', '/admin/Sub/:y/deep/:x'],
    ['/tenants/acme/users/7', '/tenants/:tenant/users/:id'],
    ['/tenants/sub/sub/sub/deep/deep', '/tenants/:tenant/sub/:y/deep/:x'],
    ['/one/q/deep/1', '/one/:a/deep/:x'],
    ['/two/q/deep/1', '/two/:b/deep/:x'],
    ['/pairs/x/x/deep/x', '/pairs/:a/:b/deep/:x'],
    ['/pairs/b/a/deep/pairs', '/pairs/:a/:b/deep/:x'],
    ['/files/json.json/deep/1', '/files/:name.json/deep/:x'],
    ['/Plain/deep/1', '/Plain/deep/:x'],
    ['/v12/deep/1', '/^\\/v\\d+/deep/:x'],
    ['/list', '/list|/list/:id'],
    ['/list/7', '/list|/list/:id'],
    ['/numbers/7', '/^\\/numbers\\/(\\d+)$/'],
  ])('%s is %s', async (path, endpoint) => {
    const app = await start();
    await app.send(`GET ${path}`);
    expect(await app.requests()).toEqual({ [`GET ${endpoint} 200`]: 1 });
  });

  it('the case of a path does not get into a label', async () => {
    const app = await start();
    for (const path of ['/plain/deep/1', '/PLAIN/DEEP/1', '/admin/suB/q/deep/1', '/ADMIN/sub/Q/Deep/2']) {
      await app.send(`GET ${path}`);
    }
    expect(await app.requests()).toEqual({ 'GET /Plain/deep/:x 200': 2, 'GET /admin/Sub/:y/deep/:x 200': 2 });
  });

  it('an absolute target is on the same route', async () => {
    const app = await start();
    await app.send('GET http://host/pairs/x/y/deep/z?q');
    expect(await app.requests()).toEqual({ 'GET /pairs/:a/:b/deep/:x 200': 1 });
  });

  it.each([
    ['/two/q/throw', '/two/:b/throw', 500],
    ['/pairs/throw/throw/throw', '/pairs/:a/:b/throw', 500],
    ['/one/q/next', '/one/:a/next', 404],
    // A mounted application leaves no trace of where it was mounted.
    ['/admin/Sub/q/throw', '*/throw', 500],
    ['/tenants/acme/sub/q/next', '*/next', 404],
  ])('%s, which leaves its router, is %s', async (path, endpoint, status) => {
    const app = await start();
    await app.send(`GET ${path}`);
    expect(await app.requests()).toEqual({ [`GET ${endpoint} ${status}`]: 1 });
    expect(await app.exceptions()).toEqual(status === 500 ? { [`GET ${endpoint}`]: 1 } : {});
  });

  it('what middleware answers by itself is unmatched', async () => {
    const app = await start();
    expect((await app.send('GET /locked/7')).status).toBe(401);
    expect(await app.requests()).toEqual({ 'GET unmatched 401': 1 });
  });

  it('a path that was rewritten has one label, not one for each id', async () => {
    const app = express();
    const metrics = instrumentExpress(app, options());
    app.use((req, _res, next) => {
      req.url = req.url.replace('/old', '/new');
      next();
    });
    const router = express.Router();
    router.get('/deep', (_req, res) => void res.send('deep'));
    app.use('/new/:id', router);
    const running = await serve(createServer(app), metrics);
    await running.send('GET /old/1/deep');
    await running.send('GET /old/2/deep');
    expect(await running.requests()).toEqual({ 'GET */deep 200': 2 });
  });

  it('a router can be instrumented alone', async () => {
    const app = express();
    const router = express.Router();
    const metrics = instrumentExpress(router, { ...options(), endpoint: { path: '/api/metrics' } });
    router.get('/games/:id', (_req, res) => void res.send('game'));
    router.get('/throw', () => {
      throw new Error('thrown');
    });
    app.use('/api', router);
    app.get('/other', (_req, res) => void res.send('other'));
    const running = await serve(createServer(app), metrics);
    const layers = () => routerStack(router).length;
    await running.send('GET /api/games/1');
    const before = layers();
    for (const path of ['/api/games/2', '/api/throw', '/other', '/api/none']) await running.send(`GET ${path}`);
    expect(layers()).toBe(before);
    expect((await running.send('GET /api/metrics')).text).toContain('\nhttp_requests_in_flight 0\n');
    expect(await running.requests()).toEqual({
      'GET /api/games/:id 200': 2,
      'GET /api/throw 500': 1,
      'GET unmatched 404': 1,
    });
    expect(await running.exceptions()).toEqual({ 'GET /api/throw': 1 });
  });

  it('routes and error handlers may come while requests do', async () => {
    const app = express();
    const metrics = instrumentExpress(app, options());
    const running = await serve(createServer(app), metrics);
    const layers = () => routerStack(app).length;
    await running.send('GET /late');
    const empty = layers();
    app.get('/late', () => {
      throw new Error('thrown');
    });
    await running.send('GET /late');
    app.use((_error: unknown, _req: express5.Request, res: express5.Response, _next: express5.NextFunction) => {
      res.status(503).send('handled');
    });
    await running.send('GET /late');
    await running.send('GET /late');
    expect(layers()).toBe(empty + 2);
    expect(await running.requests()).toEqual({ 'GET unmatched 404': 1, 'GET /late 500': 1, 'GET /late 503': 2 });
    expect(await running.exceptions()).toEqual({ 'GET /late': 3 });
  });
});
