import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AppMetrics, InstrumentOptions } from '@hearth/instrument';
import { type ExpressMetrics, instrumentExpress } from '@hearth/instrument/express';
import { instrumentFastify } from '@hearth/instrument/fastify';
import express, { type Express } from 'express';
import Fastify from 'fastify';
import { Registry } from 'prom-client';
import { createGate, type Gate } from './gate.ts';
import type { WebApp } from './web-app.ts';

/**
 * An instrumented application with the routes of the Flask original:
 *
 *     GET              /                   a page
 *     GET POST PUT DELETE  /status/:status     that status
 *     GET              /raise              an error
 *     GET              /held               a page, when the gate lets it pass
 */
export interface NodeApp extends WebApp {
  readonly metrics: Pick<AppMetrics<unknown>, 'registry' | 'render'>;
  readonly gate: Gate;
}

export interface NodeFramework {
  readonly name: string;
  start(options: InstrumentOptions): Promise<NodeApp>;
}

export const PAGE = '<!doctype html>\n<title>Tic-tac-toe</title>\n';
const METHODS = ['GET', 'POST', 'PUT', 'DELETE'] as const;
const MISHAP = 'an error that was asked for';

export const FRAMEWORKS: readonly NodeFramework[] = [
  { name: 'Express', start: startExpress },
  { name: 'Fastify', start: startFastify },
];

/** `extend` adds further routes. */
export async function startExpress(
  options: InstrumentOptions,
  extend: (app: Express, metrics: ExpressMetrics) => void = () => undefined,
): Promise<NodeApp> {
  const app = express();
  const metrics = instrumentExpress(app, { registry: new Registry(), ...options });
  const gate = createGate();
  app.get('/', (_req, res) => {
    res.type('html').send(PAGE);
  });
  for (const method of ['get', 'post', 'put', 'delete'] as const) {
    app[method]('/status/:status', (req, res) => {
      res.status(Number(req.params.status)).send(`${req.params.status}\n`);
    });
  }
  app.get('/raise', () => {
    throw new Error(MISHAP);
  });
  app.get('/held', async (_req, res) => {
    await gate.passed();
    res.type('html').send(PAGE);
  });
  extend(app, metrics);
  const { url, close } = await serve(app);
  return { url, metrics, gate, close };
}

export async function startFastify(options: InstrumentOptions): Promise<NodeApp> {
  const app = Fastify({ forceCloseConnections: true });
  const metrics = instrumentFastify(app, { registry: new Registry(), ...options });
  const gate = createGate();
  app.get('/', async (_request, reply) => reply.type('text/html; charset=utf-8').send(PAGE));
  app.route<{ Params: { status: string } }>({
    method: [...METHODS],
    url: '/status/:status',
    handler: async (request, reply) => reply.code(Number(request.params.status)).send(`${request.params.status}\n`),
  });
  app.get('/raise', async () => {
    throw new Error(MISHAP);
  });
  app.get('/held', async (_request, reply) => {
    await gate.passed();
    return reply.type('text/html; charset=utf-8').send(PAGE);
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return { url, metrics, gate, close: () => app.close() };
}

/** Serves a handler on a free port of the loopback interface. */
export async function serve(handler: RequestListener): Promise<WebApp> {
  const server: Server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
