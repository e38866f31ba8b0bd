import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import { Hono, type HonoRequest } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { stream } from 'hono/streaming';
import { Registry } from 'prom-client';
import { type HonoMetrics, instrumentHono } from '../../frameworks/hono.ts';
import { createGate, type Framework, type Gate, MEASURED, MISHAP, PIECES, type StartOptions } from './framework.ts';

export const honoFramework: Framework = {
  name: 'Hono 4',
  traits: {
    brokenEscape: 'matched',
    dotSegments: 'resolved',
    otherMethod: 'unmatched',
    injects: true,
    handledError: 'exception',
  },
  start: (options = {}) => start(options),
};

async function start({ instrument, errorHandler, twice }: StartOptions) {
  const app = new Hono();
  const options = { registry: new Registry(), runtimeMetrics: false, ...instrument };
  const metrics = instrumentHono(app, options);
  if (twice) instrumentHono(app, options);
  const gate = createGate();
  let handedOn = 0;
  app.use(async (_c, next) => {
    handedOn++;
    await next();
  });
  addPlainRoutes(app, gate);
  addMeasuredRoutes(app, metrics, gate);
  app.route('/teams/:team', teamRoutes());
  app.route('/leagues/:league', new Hono().route('/teams/:team', teamRoutes()));
  app.onError((error, c) => {
    if (errorHandler) return c.text('handled', 500);
    return error instanceof HTTPException ? error.getResponse() : c.text('Internal Server Error', 500);
  });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    metrics,
    openGate: gate.open,
    handedOn: () => handedOn,
    inject: async (target: string) => (await app.request(target)).status,
    close: async () => {
      gate.open();
      server.close();
      server.closeAllConnections();
      await metrics.close();
    },
  };
}

function addPlainRoutes(app: Hono, gate: Gate): void {
  app.get('/hello', (c) => c.text('hello'));
  app.post('/echo', async (c) => c.text(`got ${(await c.req.arrayBuffer()).byteLength}`));
  app.get('/stream', (c) =>
    stream(c, async (pieces) => {
      for (const piece of PIECES) {
        await pieces.write(piece);
        await nextTurn();
      }
    }),
  );
  app.get('/endless', (c) =>
    stream(c, async (pieces) => {
      await pieces.write('tick');
      await new Promise<void>((resolve) => pieces.onAbort(resolve));
    }),
  );
  app.get('/slow', async (c) => {
    await gate.opened;
    return c.text('slow');
  });
  app.delete('/empty', (c) => c.body(null, 204));
  app.get('/throw', () => {
    throw new Error(MISHAP);
  });
  app.get('/reject', async () => {
    await nextTurn();
    throw new Error(MISHAP);
  });
  app.get('/forbidden', () => {
    throw new HTTPException(403, { message: 'not for you' });
  });
}

function teamRoutes(): Hono {
  const teams = new Hono();
  teams.get('/players/:player', (c) => c.text(`${c.req.param('player')} of ${c.req.param('team')}`));
  teams.get('/throw', () => {
    throw new Error(MISHAP);
  });
  return teams;
}

function addMeasuredRoutes(app: Hono, metrics: HonoMetrics, gate: Gate): void {
  const client = ({ request }: { readonly request: HonoRequest }) => request.header(MEASURED.clientHeader);
  const paints = metrics.counter({
    name: MEASURED.counter,
    help: 'Paints',
    labels: {
      fixed: 'yes',
      client,
      color: ({ response }) => response.res.headers.get(MEASURED.colorHeader),
      status: ({ status }) => status,
    },
  });
  app.get(
    '/measured/:color',
    paints,
    metrics.histogram({ name: MEASURED.histogram, help: 'Paint time', buckets: MEASURED.histogramBuckets }),
    metrics.summary({ name: MEASURED.summary, help: 'Paint time', labels: { client } }),
    metrics.gauge({ name: MEASURED.gauge, help: 'Paints in progress', labels: { client } }),
    async (c) => {
      c.header(MEASURED.colorHeader, c.req.param('color'));
      if (c.req.param('color') === 'slow') await gate.opened;
      return c.text('painted');
    },
  );
  app.get(
    '/untracked',
    metrics.doNotTrack(),
    metrics.counter({ name: MEASURED.untracked, help: 'Untracked requests' }),
    (c) => c.text('hello'),
  );
  app.get(
    '/excluded',
    metrics.counter({ name: MEASURED.excluded, help: 'Excluded requests' }),
    metrics.gauge({ name: MEASURED.excludedGauge, help: 'Excluded requests in progress' }),
    metrics.excludeAll(),
    (c) => c.text('hello'),
  );
}
