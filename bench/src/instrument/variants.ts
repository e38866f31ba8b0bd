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
  { framework: 'node:http', instrumentation: 'none', start: () => listen(answerWithJson) },
  {
    framework: 'node:http',
    instrumentation: 'hearth',
    start: () => listen(instrumentHandler(answerWithJson, { routes: ['/games/:id', '/replays/:id'] }).handler),
  },
  { framework: 'express', instrumentation: 'none', start: () => startExpress(() => undefined) },
  { framework: 'express', instrumentation: 'hearth', start: () => startExpress((app) => instrumentExpress(app)) },
  {
    framework: 'express',
    instrumentation: 'express-prom-bundle',
    start: () =>
      startExpress((app) =>
        app.use(promBundle({ includeMethod: true, includePath: true, normalizePath: [['^/(\\w+)/.*', '/$1/#id']] })),
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

/** What is asked for: an answer that costs next to nothing, and one for which a handler works about as much as real ones do. */
export const PATHS = ['/games/42', '/replays/42'] as const;

const GAME = { board: 'X.O......', status: 'playing', next: 'X', moves: [0, 2], players: ['Ada', 'Grace'] };
const STORED_MOVES = JSON.stringify(
  Array.from({ length: 400 }, (_, i) => ({ at: 1_700_000_000_000 + i * 977, cell: i % 9, player: i % 2 ? 'O' : 'X' })),
);

function answerFor(kind: string | undefined, id: string | undefined): object {
  if (kind === 'games') return { id, ...GAME };
  const moves = JSON.parse(STORED_MOVES) as { at: number; cell: number }[];
  const corners = moves.filter(({ cell }) => cell % 2 === 0).toSorted((a, b) => b.at - a.at);
  return { id, corners: corners.length, last: corners[0] };
}

const answerWithJson: RequestListener = (req, res) => {
  const [, kind, id] = req.url?.split('/') ?? [];
  const body = JSON.stringify(answerFor(kind, id));
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
  for (const kind of ['games', 'replays']) {
    app.get(`/${kind}/:id`, (req, res) => {
      res.json(answerFor(kind, req.params.id));
    });
  }
  return listen(app);
}

async function startFastify(instrument: (app: FastifyInstance) => unknown): Promise<Server> {
  const app = Fastify();
  await instrument(app);
  for (const kind of ['games', 'replays']) {
    app.get<{ Params: { id: string } }>(`/${kind}/:id`, async (request) => answerFor(kind, request.params.id));
  }
  await app.listen({ port: 0, host: '127.0.0.1' });
  return app.server;
}
