import { createServer, type RequestListener, type Server } from 'node:http';
import { instrumentExpress } from '@hearth/instrument/express';
import { instrumentFastify } from '@hearth/instrument/fastify';
import { instrumentHandler } from '@hearth/instrument/node';
import express, { type Express } from 'express';
import promBundle from 'express-prom-bundle';
import Fastify, { type FastifyInstance } from 'fastify';
import fastifyMetrics from 'fastify-metrics';

/** One server of the comparison: the same small application, with or without something that measures it. */
export interface Variant {
  readonly framework: 'node:http' | 'express' | 'fastify';
  readonly instrumentation: 'none' | 'hearth' | 'express-prom-bundle' | 'fastify-metrics';
  start(): Promise<Server>;
}

export const VARIANTS: readonly Variant[] = [
  { framework: 'node:http', instrumentation: 'none', start: () => listen(answerGame) },
  {
    framework: 'node:http',
    instrumentation: 'hearth',
    start: () => listen(instrumentHandler(answerGame, { routes: ['/games/:id'] }).handler),
  },
  { framework: 'express', instrumentation: 'none', start: () => startExpress(() => undefined) },
  { framework: 'express', instrumentation: 'hearth', start: () => startExpress((app) => instrumentExpress(app)) },
  {
    framework: 'express',
    instrumentation: 'express-prom-bundle',
    start: () =>
      startExpress((app) =>
        app.use(promBundle({ includeMethod: true, includePath: true, normalizePath: [['^/games/.*', '/games/#id']] })),
      ),
  },
  { framework: 'fastify', instrumentation: 'none', start: () => startFastify(() => undefined) },
  { framework: 'fastify', instrumentation: 'hearth', start: () => startFastify((app) => instrumentFastify(app)) },
  {
    framework: 'fastify',
    instrumentation: 'fastify-metrics',
    start: () => startFastify((app) => app.register(fastifyMetrics.default, { endpoint: '/metrics' })),
  },
];

const GAME = { board: 'X.O......', status: 'playing', next: 'X', moves: [0, 2], players: ['Ada', 'Grace'] };

const answerGame: RequestListener = (req, res) => {
  const body = JSON.stringify({ id: req.url?.slice('/games/'.length), ...GAME });
  res.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
  res.end(body);
};

function listen(handler: RequestListener): Promise<Server> {
  const server = createServer(handler);
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function startExpress(instrument: (app: Express) => unknown): Promise<Server> {
  const app = express();
  instrument(app);
  app.get('/games/:id', (req, res) => {
    res.json({ id: req.params.id, ...GAME });
  });
  return listen(app);
}

async function startFastify(instrument: (app: FastifyInstance) => unknown): Promise<Server> {
  const app = Fastify();
  await instrument(app);
  app.get<{ Params: { id: string } }>('/games/:id', async (request) => ({ id: request.params.id, ...GAME }));
  await app.listen({ port: 0, host: '127.0.0.1' });
  return app.server;
}
