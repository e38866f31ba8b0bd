import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Router from '@koa/router';
import Koa from 'koa';
import { Registry } from 'prom-client';
import { instrumentKoa, type KoaMetrics } from '../../frameworks/koa.ts';
import {
  createGate,
  type Framework,
  type Gate,
  MEASURED,
  MISHAP,
  PIECES,
  refusal,
  type StartOptions,
} from './framework.ts';

export const koaFramework: Framework = {
  name: 'Koa 3',
  traits: {
    brokenEscape: 'matched',
    dotSegments: 'kept',
    otherMethod: 'unmatched',
    injects: false,
    handledError: 'unseen',
  },
  start: (options = {}) => start(options),
};

async function start({ instrument, errorHandler, twice }: StartOptions) {
  const app = new Koa();
  app.silent = true;
  const options = { registry: new Registry(), runtimeMetrics: false, ...instrument };
  const metrics = instrumentKoa(app, options);
  if (twice) instrumentKoa(app, options);
  const gate = createGate();
  let handedOn = 0;
  app.use((_ctx, next) => {
    handedOn++;
    return next();
  });
  if (errorHandler) {
    app.use(async (ctx, next) => {
      try {
        await next();
      } catch {
        ctx.status = 500;
        ctx.body = 'handled';
      }
    });
  }
  const router = new Router();
  addPlainRoutes(router, gate);
  addMeasuredRoutes(router, metrics, gate);
  router.use('/teams/:team', teamRouter().routes());
  const leagues = new Router();
  leagues.use('/teams/:team', teamRouter().routes());
  router.use('/leagues/:league', leagues.routes());
  app.use(router.routes());
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    metrics,
    openGate: gate.open,
    handedOn: () => handedOn,
    close: async () => {
      gate.open();
      server.close();
      server.closeAllConnections();
      await metrics.close();
    },
  };
}

function addPlainRoutes(router: Router, gate: Gate): void {
  router.get('/hello', (ctx) => {
    ctx.body = 'hello';
  });
  router.post('/echo', async (ctx) => {
    let bytes = 0;
    for await (const chunk of ctx.req) bytes += (chunk as Buffer).length;
    ctx.body = `got ${bytes}`;
  });
  router.get('/stream', (ctx) => {
    ctx.body = Readable.from(PIECES);
  });
  router.get('/endless', (ctx) => {
    const endless = new Readable({ read: () => undefined });
    endless.push('tick');
    ctx.body = endless;
  });
  router.get('/slow', async (ctx) => {
    await gate.opened;
    ctx.body = 'slow';
  });
  router.delete('/empty', (ctx) => {
    ctx.status = 204;
  });
  router.get('/throw', () => {
    throw new Error(MISHAP);
  });
  router.get('/reject', async () => {
    await nextTurn();
    throw new Error(MISHAP);
  });
  router.get('/forbidden', () => {
    throw refusal();
  });
}

function teamRouter(): Router {
  const teams = new Router();
  teams.get('/players/:player', (ctx) => {
    ctx.body = `${ctx.params.player} of ${ctx.params.team}`;
  });
  teams.get('/throw', () => {
    throw new Error(MISHAP);
  });
  return teams;
}

function addMeasuredRoutes(router: Router, metrics: KoaMetrics, gate: Gate): void {
  const client = ({ request }: { readonly request: Koa.Request }) => request.get(MEASURED.clientHeader);
  router.get(
    '/measured/:color',
    metrics.counter({
      name: MEASURED.counter,
      help: 'Paints',
      labels: {
        fixed: 'yes',
        client,
        color: ({ response }) => response.get(MEASURED.colorHeader),
        status: ({ status }) => status,
      },
    }),
    metrics.histogram({ name: MEASURED.histogram, help: 'Paint time', buckets: MEASURED.histogramBuckets }),
    metrics.summary({ name: MEASURED.summary, help: 'Paint time', labels: { client } }),
    metrics.gauge({ name: MEASURED.gauge, help: 'Paints in progress', labels: { client } }),
    async (ctx) => {
      ctx.set(MEASURED.colorHeader, ctx.params.color!);
      if (ctx.params.color === 'slow') await gate.opened;
      ctx.body = 'painted';
    },
  );
  const hello: Koa.Middleware = (ctx) => {
    ctx.body = 'hello';
  };
  router.get(
    '/untracked',
    metrics.doNotTrack(),
    metrics.counter({ name: MEASURED.untracked, help: 'Untracked requests' }),
    hello,
  );
  router.get(
    '/excluded',
    metrics.counter({ name: MEASURED.excluded, help: 'Excluded requests' }),
    metrics.gauge({ name: MEASURED.excludedGauge, help: 'Excluded requests in progress' }),
    metrics.excludeAll(),
    hello,
  );
}
