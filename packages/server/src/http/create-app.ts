import compress from '@fastify/compress';
import type { Queryable } from '@hearth/model';
import type { Engine } from '@hearth/promql';
import { createPace, type Pace } from '@hearth/tsdb';
import fastify, { type FastifyInstance } from 'fastify';
import { labelRoutes } from './api/labels.ts';
import { queryRoutes } from './api/queries.ts';
import type { ApiRoute } from './api/route.ts';
import { seriesRoutes } from './api/series.ts';
import { allowOrigins, type CorsOrigin } from './cors.ts';
import { createErrorHandler } from './errors/error-handler.ts';
import { refuseUnknownRoutes } from './known-methods.ts';
import { takeBodiesAsBytes } from './read-form.ts';
import { refuseUntilReady } from './readiness-gate.ts';
import { registerApi } from './register-api.ts';
import type { Readiness } from './views/readiness.ts';

/** As long as a form may be in Go. */
const MAX_FORM_BYTES = 10 * 1024 * 1024;

/** What is shorter is sent as it is. */
const MIN_COMPRESSED_BYTES = 1024;

const API_PREFIX = '/api/v1';

/** Everything that the server reads and does: it owns none of it. */
export interface AppOptions {
  readonly engine: Engine;
  readonly storage: Queryable;
  readonly readiness: Readiness;
  /** Takes errors that nobody foresaw. */
  readonly reportError: (error: Error) => void;
  /** The pages of which sites may read the API: of all unless said otherwise, as in Prometheus. */
  readonly corsOrigin?: CorsOrigin;
  /** Unix milliseconds. */
  readonly now?: () => number;
  readonly pace?: Pace;
}

/** The whole server, ready to listen or to be asked by `inject`. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { readiness, reportError, corsOrigin = '*', pace = createPace() } = options;
  const answerError = createErrorHandler(reportError);
  const app = fastify({
    bodyLimit: MAX_FORM_BYTES,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    frameworkErrors: answerError,
  });
  app.setErrorHandler(answerError);
  refuseUnknownRoutes(app);
  takeBodiesAsBytes(app);
  refuseUntilReady(app, readiness);
  await app.register(compress, { threshold: MIN_COMPRESSED_BYTES, encodings: ['gzip', 'deflate'] });
  await app.register(
    async (api) => {
      allowOrigins(api, corsOrigin);
      api.options('/*', { config: { isApi: true, needsReadiness: true } }, (_request, reply) =>
        reply.status(204).send(),
      );
      registerApi(api, apiRoutes(options), pace);
    },
    { prefix: API_PREFIX },
  );
  return app;
}

function apiRoutes({ engine, storage, now = Date.now }: AppOptions): readonly ApiRoute[] {
  return [...queryRoutes({ engine, storage, now }), ...seriesRoutes(storage), ...labelRoutes(storage)];
}
