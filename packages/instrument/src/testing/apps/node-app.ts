import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { instrumentHandler, type NodeHandler, type NodeMetrics } from '../../frameworks/node.ts';
import { words } from '../words.ts';
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

export const nodeFramework: Framework = {
  name: 'node:http',
  traits: {
    brokenEscape: 'matched',
    dotSegments: 'kept',
    otherMethod: 'matched',
    injects: false,
    handledError: 'exception',
  },
  start: (options = {}) => start(options),
};

/** `METHOD path`, the path being an expression. */
type Route = readonly [method: string, path: RegExp, handler: NodeHandler];

const TEMPLATES = words(`
  /hello /echo /stream /endless /slow /empty /throw /reject /forbidden /measured/:color /untracked /excluded
  /teams/:team/players/:player /teams/:team/throw
  /leagues/:league/teams/:team/players/:player /leagues/:league/teams/:team/throw`);

async function start({ instrument, errorHandler, twice }: StartOptions) {
  const gate = createGate();
  let handedOn = 0;
  const routes: Route[] = [];
  const application: NodeHandler = (req, res) => {
    handedOn++;
    const path = pathOf(req);
    const route = routes.find(([method, expression]) => isMethod(req, method) && expression.test(path));
    if (route !== undefined) return route[2](req, res);
    return res.writeHead(404).end('not found');
  };
  const options = { registry: new Registry(), runtimeMetrics: false, routes: TEMPLATES, ...instrument };
  const metrics = instrumentHandler(application, options);
  const { handler } = twice ? instrumentHandler(metrics.handler, options) : metrics;
  routes.push(...plainRoutes(gate), ...measuredRoutes(metrics, gate));
  const server = createServer((req, res) => {
    const answerError = (error: unknown) => {
      const { status = 500 } = error as { status?: number };
      if (!res.headersSent) res.writeHead(errorHandler ? 500 : status);
      res.end(errorHandler ? 'handled' : 'failed');
    };
    new Promise((resolve) => resolve(handler(req, res))).catch(answerError);
  });
  server.listen(0, '127.0.0.1');
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

/** A target may be a path or a whole URL; either may carry more behind it. */
function pathOf(req: IncomingMessage): string {
  return req.url!.replace(/^[a-z]+:\/\/[^/?#]*/, '').replace(/[?#].*/, '');
}

function isMethod(req: IncomingMessage, method: string): boolean {
  return req.method === method || (req.method === 'HEAD' && method === 'GET');
}

function plainRoutes(gate: Gate): Route[] {
  return [
    ['GET', /^\/hello$/, (_req, res) => res.setHeader('Content-Length', 5).end('hello')],
    ['POST', /^\/echo$/, echo],
    ['GET', /^\/stream$/, streamPieces],
    ['GET', /^\/endless$/, (_req, res) => res.write('tick')],
    ['GET', /^\/slow$/, (_req, res) => gate.opened.then(() => res.end('slow'))],
    ['DELETE', /^\/empty$/, (_req, res) => res.writeHead(204).end()],
    ['GET', /^\/forbidden$/, throwing(refusal)],
    ['GET', /^\/throw$/, throwing(() => new Error(MISHAP))],
    ['GET', /^\/reject$/, () => nextTurn().then(throwing(() => new Error(MISHAP)) as () => void)],
    ['GET', /^(?:\/leagues\/[^/]+)?\/teams\/[^/]+\/throw$/, throwing(() => new Error(MISHAP))],
    ['GET', /^(?:\/leagues\/[^/]+)?\/teams\/[^/]+\/players\/[^/]+$/, sendPlayer],
  ];
}

function throwing(error: () => Error): NodeHandler {
  return () => {
    throw error();
  };
}

async function echo(req: IncomingMessage, res: ServerResponse): Promise<void> {
  let bytes = 0;
  for await (const chunk of req) bytes += (chunk as Buffer).length;
  res.end(`got ${bytes}`);
}

async function streamPieces(_req: IncomingMessage, res: ServerResponse): Promise<void> {
  for (const piece of PIECES) {
    res.write(piece);
    await nextTurn();
  }
  res.end();
}

function sendPlayer(req: IncomingMessage, res: ServerResponse): void {
  const [, team, player] = /\/teams\/([^/]+)\/players\/([^/]+)/.exec(pathOf(req))!.map(tryDecode);
  res.end(`${player} of ${team}`);
}

function tryDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function measuredRoutes(metrics: NodeMetrics, gate: Gate): Route[] {
  const client = ({ request }: { readonly request: IncomingMessage }) =>
    String(request.headers[MEASURED.clientHeader] ?? '');
  const measures = [
    metrics.counter({
      name: MEASURED.counter,
      help: 'Paints',
      labels: {
        fixed: 'yes',
        client,
        color: ({ response }) => String(response.getHeader(MEASURED.colorHeader)),
        status: ({ status }) => status,
      },
    }),
    metrics.histogram({ name: MEASURED.histogram, help: 'Paint time', buckets: MEASURED.histogramBuckets }),
    metrics.summary({ name: MEASURED.summary, help: 'Paint time', labels: { client } }),
    metrics.gauge({ name: MEASURED.gauge, help: 'Paints in progress', labels: { client } }),
  ];
  const paint: NodeHandler = async (req, res) => {
    const color = /\/measured\/([^/]+)/.exec(pathOf(req))![1]!;
    res.setHeader(MEASURED.colorHeader, color);
    if (color === 'slow') await gate.opened;
    res.end('painted');
  };
  const hello: NodeHandler = (_req, res) => res.end('hello');
  const untracked = metrics.counter({ name: MEASURED.untracked, help: 'Untracked requests' });
  const excluded = metrics.counter({ name: MEASURED.excluded, help: 'Excluded requests' });
  const excludedGauge = metrics.gauge({ name: MEASURED.excludedGauge, help: 'Excluded requests in progress' });
  return [
    ['GET', /^\/measured\/[^/]+$/, measures.reduce((inner, measure) => measure(inner), paint)],
    ['GET', /^\/untracked$/, metrics.doNotTrack()(untracked(hello))],
    ['GET', /^\/excluded$/, excluded(excludedGauge(metrics.excludeAll()(hello)))],
  ];
}
