import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Fastify, { type FastifyInstance, type FastifyPluginCallback, type FastifyRequest } from 'fastify';
import { Registry } from 'prom-client';
import { type FastifyMetrics, instrumentFastify } from '../../frameworks/fastify.ts';
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

export const fastifyFramework: Framework = {
  name: 'Fastify 5',
  traits: {
    brokenEscape: 'answered before any hook',
    dotSegments: 'kept',
    otherMethod: 'unmatched',
    injects: true,
    handledError: 'exception',
  },
  start: (options = {}) => start(options),
};

async function start({ instrument, errorHandler, twice }: StartOptions) {
  const app = Fastify({ forceCloseConnections: true });
  const options = { registry: new Registry(), runtimeMetrics: false, ...instrument };
  const metrics = instrumentFastify(app, options);
  if (twice) instrumentFastify(app, options);
  const gate = createGate();
  let handedOn = 0;
  app.addHook('onRequest', (_request, _reply, done) => {
    handedOn++;
    done();
  });
  // Whatever comes, the application reads it itself.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  addPlainRoutes(app, gate);
  addMeasuredRoutes(app, metrics, gate);
  app.register(teamRoutes, { prefix: '/teams/:team' });
  app.register(
    (leagues, _options, done) => {
      leagues.register(teamRoutes, { prefix: '/teams/:team' });
      done();
    },
    { prefix: '/leagues/:league' },
  );
  if (errorHandler) app.setErrorHandler((_error, _request, reply) => reply.code(500).send('handled'));
  await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    port: (app.server.address() as AddressInfo).port,
    metrics,
    openGate: gate.open,
    handedOn: () => handedOn,
    inject: async (target: string) => (await app.inject(target)).statusCode,
    close: async () => {
      gate.open();
      await app.close();
      await metrics.close();
    },
  };
}

function addPlainRoutes(app: FastifyInstance, gate: Gate): void {
  app.get('/hello', () => 'hello');
  app.post('/echo', async (request) => {
    let bytes = 0;
    // Without a body there is no stream to read.
    for await (const chunk of (request.body ?? []) as AsyncIterable<Buffer>) bytes += chunk.length;
    return `got ${bytes}`;
  });
  app.get('/stream', (_request, reply) => reply.send(Readable.from(PIECES)));
  app.get('/endless', (_request, reply) => {
    const endless = new Readable({ read: () => undefined });
    endless.push('tick');
    return reply.send(endless);
  });
  app.get('/slow', async () => {
    await gate.opened;
    return 'slow';
  });
  app.delete('/empty', (_request, reply) => reply.code(204).send());
  app.get('/throw', () => {
    throw new Error(MISHAP);
  });
  app.get('/reject', async () => {
    await nextTurn();
    throw new Error(MISHAP);
  });
  app.get('/forbidden', () => {
    throw refusal();
  });
}

const teamRoutes: FastifyPluginCallback = (teams, _options, done) => {
  teams.get<{ Params: { team: string; player: string } }>(
    '/players/:player',
    ({ params }) => `${params.player} of ${params.team}`,
  );
  teams.get('/throw', () => {
    throw new Error(MISHAP);
  });
  done();
};

function addMeasuredRoutes(app: FastifyInstance, metrics: FastifyMetrics, gate: Gate): void {
  const client = ({ request }: { readonly request: FastifyRequest }) =>
    String(request.headers[MEASURED.clientHeader] ?? '');
  const paints = metrics.counter({
    name: MEASURED.counter,
    help: 'Paints',
    labels: {
      fixed: 'yes',
      client,
      color: ({ response }) => String(response.getHeader(MEASURED.colorHeader)),
      status: ({ status }) => status,
    },
  });
  app.get<{ Params: { color: string } }>(
    '/measured/:color',
    {
      onRequest: [
        paints,
        metrics.histogram({ name: MEASURED.histogram, help: 'Paint time', buckets: MEASURED.histogramBuckets }),
        metrics.summary({ name: MEASURED.summary, help: 'Paint time', labels: { client } }),
        metrics.gauge({ name: MEASURED.gauge, help: 'Paints in progress', labels: { client } }),
      ],
    },
    async (request, reply) => {
      reply.header(MEASURED.colorHeader, request.params.color);
      if (request.params.color === 'slow') await gate.opened;
      return 'painted';
    },
  );
  const untracked = metrics.counter({ name: MEASURED.untracked, help: 'Untracked requests' });
  app.get('/untracked', { onRequest: [metrics.doNotTrack(), untracked] }, () => 'hello');
  const excluded = [
    metrics.counter({ name: MEASURED.excluded, help: 'Excluded requests' }),
    metrics.gauge({ name: MEASURED.excludedGauge, help: 'Excluded requests in progress' }),
    metrics.excludeAll(),
  ];
  app.get('/excluded', { onRequest: excluded }, () => 'hello');
}
