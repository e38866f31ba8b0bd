import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type express from 'express';
import type { Express, NextFunction, Request, RequestHandler, Response, Router } from 'express';
import { Registry } from 'prom-client';
import { type ExpressMetrics, instrumentExpress } from '../../frameworks/express.ts';
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

type ExpressModule = typeof express;

export function expressFramework(name: string, express: ExpressModule): Framework {
  return {
    name,
    traits: {
      brokenEscape: 'unmatched',
      dotSegments: 'kept',
      otherMethod: 'unmatched',
      injects: false,
      handledError: 'exception',
    },
    start: (options = {}) => start(express, options),
  };
}

async function start(express: ExpressModule, { instrument, errorHandler, twice }: StartOptions) {
  const app = express();
  const handedOn = countHandled(app);
  const options = { registry: new Registry(), runtimeMetrics: false, ...instrument };
  const metrics = instrumentExpress(app, options);
  if (twice) instrumentExpress(app, options);
  const gate = createGate();
  addPlainRoutes(app, gate);
  addMeasuredRoutes(app, metrics, gate);
  app.use('/teams/:team', teamRouter(express));
  const leagues = express.Router();
  leagues.use('/teams/:team', teamRouter(express));
  app.use('/leagues/:league', leagues);
  if (errorHandler) {
    app.use((_error: unknown, _req: Request, res: Response, _next: NextFunction) => {
      res.status(500).send('handled');
    });
  }
  const server: Server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    metrics,
    openGate: gate.open,
    handedOn,
    close: async () => {
      gate.open();
      server.close();
      server.closeAllConnections();
      await metrics.close();
    },
  };
}

/** Express answers some requests before any middleware, so they are counted where they enter it. */
function countHandled(app: Express): () => number {
  const entrance = app as Express & { handle(...args: unknown[]): unknown };
  const { handle } = entrance;
  let handled = 0;
  entrance.handle = (...args) => {
    handled++;
    return handle.apply(app, args);
  };
  return () => handled;
}

/** Express 4 does not look at the promise of a handler, which is no harm to a newer one. */
function async(handler: (req: Request, res: Response) => Promise<unknown>): RequestHandler {
  return (req, res, next) => {
    handler(req, res).catch(next);
  };
}

function addPlainRoutes(app: Express, gate: Gate): void {
  app.get('/hello', (_req, res) => {
    res.send('hello');
  });
  app.post('/echo', (req, res) => {
    let bytes = 0;
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    req.on('end', () => res.send(`got ${bytes}`));
  });
  app.get(
    '/stream',
    async(async (_req, res) => {
      for (const piece of PIECES) {
        res.write(piece);
        await nextTurn();
      }
      res.end();
    }),
  );
  app.get('/endless', (_req, res) => {
    res.write('tick');
  });
  app.get(
    '/slow',
    async(async (_req, res) => {
      await gate.opened;
      res.send('slow');
    }),
  );
  app.delete('/empty', (_req, res) => {
    res.status(204).end();
  });
  app.get('/throw', () => {
    throw new Error(MISHAP);
  });
  app.get(
    '/reject',
    async(async () => {
      await nextTurn();
      throw new Error(MISHAP);
    }),
  );
  app.get('/forbidden', () => {
    throw refusal();
  });
}

function teamRouter(express: ExpressModule): Router {
  const teams = express.Router({ mergeParams: true });
  teams.get('/players/:player', (req: Request<{ team: string; player: string }>, res) => {
    res.send(`${req.params.player} of ${req.params.team}`);
  });
  teams.get('/throw', () => {
    throw new Error(MISHAP);
  });
  return teams;
}

function addMeasuredRoutes(app: Express, metrics: ExpressMetrics, gate: Gate): void {
  const client = ({ request }: { readonly request: Request }) => request.get(MEASURED.clientHeader);
  app.get(
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
    (req, res, next) => {
      const { color } = req.params;
      res.set(MEASURED.colorHeader, color);
      const isReady = color === 'slow' ? gate.opened : Promise.resolve();
      isReady.then(() => res.send('painted')).catch(next);
    },
  );
  app.get(
    '/untracked',
    metrics.doNotTrack(),
    metrics.counter({ name: MEASURED.untracked, help: 'Untracked requests' }),
    (_req, res) => void res.send('hello'),
  );
  app.get(
    '/excluded',
    metrics.counter({ name: MEASURED.excluded, help: 'Excluded requests' }),
    metrics.gauge({ name: MEASURED.excludedGauge, help: 'Excluded requests in progress' }),
    metrics.excludeAll(),
    (_req, res) => void res.send('hello'),
  );
}
