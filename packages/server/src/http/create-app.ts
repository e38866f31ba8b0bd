import compress from '@fastify/compress';
import fastify, { type FastifyInstance } from 'fastify';
import { guard } from './access/guard.ts';
import { apiRoutes } from './api-routes.ts';
import { type AppOptions, type CompleteAppOptions, withDefaults } from './app-options.ts';
import { allowOrigins } from './cors.ts';
import { createErrorHandler } from './errors/error-handler.ts';
import { answerFederation } from './federate/federate-route.ts';
import { answerHealth } from './health-routes.ts';
import { measureRequests } from './http-metrics.ts';
import { refuseUnknownRoutes } from './known-methods.ts';
import { answerLifecycle } from './lifecycle-routes.ts';
import { answerMetrics } from './metrics-route.ts';
import { takeBodiesAsBytes } from './read-form.ts';
import { refuseUntilReady } from './readiness-gate.ts';
import { registerApi } from './register-api.ts';
import { answerRemoteRead } from './remote-read/remote-read-route.ts';

/** As much as is decoded at one go in a few tens of milliseconds. Go takes two and a half times as much. */
const MAX_FORM_BYTES = 4 * 1024 * 1024;

/** What is shorter is sent as it is. */
const MIN_COMPRESSED_BYTES = 1024;

/** Answers of queries take a third of the time that the usual 6 takes, and come out 2 to 9 % longer. */
const COMPRESSION_LEVEL = 2;

/** The whole server, ready to listen or to be asked by `inject`. */
export async function createApp(given: AppOptions): Promise<FastifyInstance> {
  const options = withDefaults(given);
  const answerError = createErrorHandler(options.reportError);
  const app = fastify({
    bodyLimit: MAX_FORM_BYTES,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    frameworkErrors: answerError,
    routerOptions: { maxParamLength: 4096 },
    ...(options.serverFactory !== undefined && { serverFactory: options.serverFactory }),
  });
  app.setErrorHandler(answerError);
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const each of [method].flat()) options.watchRoute?.({ method: each, url, role: config?.role ?? 'viewer' });
  });
  measureRequests(app, options.registry);
  guard(app, {
    config: options.access,
    ownNames: new Set([options.externalUrl?.hostname ?? options.machineName.toLowerCase()]),
    nowMs: options.monotonicMs,
  });
  refuseUnknownRoutes(app);
  takeBodiesAsBytes(app);
  refuseUntilReady(app, options.readiness);
  await app.register(compress, {
    threshold: MIN_COMPRESSED_BYTES,
    encodings: ['gzip', 'deflate'],
    zlibOptions: { level: COMPRESSION_LEVEL },
    globalDecompression: false,
  });
  await app.register(async (scope) => addRoutes(scope, options), { prefix: options.routePrefix });
  return app;
}

async function addRoutes(app: FastifyInstance, options: CompleteAppOptions): Promise<void> {
  const { storage, config, lookbackMs, now, pace, corsOrigin, pages } = options;
  answerHealth(app);
  answerLifecycle(app, options.lifecycle);
  answerMetrics(app, options.registry);
  answerFederation(app, { storage, config, lookbackMs, now, pace });
  await app.register(
    async (api) => {
      allowOrigins(api, corsOrigin);
      api.options('/*', { config: { isApi: true, needsReadiness: true } }, (_request, reply) =>
        reply.status(204).send(),
      );
      registerApi(api, apiRoutes(options), pace);
      answerRemoteRead(api, { storage, config, pace, limits: options.remoteRead });
    },
    { prefix: '/api/v1' },
  );
  if (pages !== undefined) await app.register(pages);
}
