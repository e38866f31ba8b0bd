import { hostname } from 'node:os';
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyInstance } from 'fastify';
import type { RandomSource } from '../game/computer.ts';
import { answerAbout } from './about.ts';
import { answerMoves } from './api.ts';
import { addCommonHeaders } from './common-headers.ts';
import { letConnectionsEnd } from './connections.ts';
import { BODY_LIMIT_BYTES, createErrorHandler } from './error-handler.ts';
import { answerHealth } from './health.ts';
import { type MetricsOptions, measureApp, ownPortOf } from './metrics.ts';
import { servePages } from './pages.ts';
import { DEFAULT_RATE_LIMIT_MAX, rateLimitOptions } from './rate-limit.ts';
import { answerUnknownRoutes, watchRoutes } from './unknown-routes.ts';
import { VERSION } from './version.ts';

/** A client gets this long to send its whole request. */
const REQUEST_TIMEOUT_MS = 10_000;

/** All are optional. */
export interface AppOptions {
  /** Requests to the moves API that one client address may make in ten seconds. Default: 120. */
  readonly rateLimitMax?: number;
  /** How the requests are measured, and where the metrics are read. Default: under `/metrics`. */
  readonly metrics?: MetricsOptions;
  /** Picks among equally good moves. Default: `Math.random`. */
  readonly random?: RandomSource;
  /** The name of this replica's machine. Default: the operating system's. */
  readonly hostname?: string;
  /** Whether clients should be sent elsewhere because this replica is about to stop. Default: never. */
  readonly isDraining?: () => boolean;
  /** Takes errors that nobody foresaw. Default: `console.error`. */
  readonly reportError?: (error: Error) => void;
}

/** The whole application, ready to `listen` or to be asked by `inject`. */
export function createApp(options: AppOptions = {}): FastifyInstance {
  const { random = Math.random, isDraining = () => false, reportError = console.error } = options;
  const answerError = createErrorHandler(reportError);
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    return503OnClosing: false,
    frameworkErrors: answerError,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  });
  const knownRoutes = watchRoutes(app);
  const metrics = measureApp(app, { version: VERSION, ...options.metrics });
  letConnectionsEnd(app);
  addCommonHeaders(app, { hostname: options.hostname ?? hostname(), isDraining });
  answerUnknownRoutes(app, knownRoutes);
  app.setErrorHandler(answerError);
  app.removeContentTypeParser('text/plain');

  answerHealth(app, { version: VERSION, isDraining });
  answerAbout(app, { version: VERSION, metrics: publicMetricsPath(options.metrics) });
  servePages(app);
  app.register(async (api) => {
    await api.register(
      rateLimit,
      metrics.observeRateLimit(rateLimitOptions(options.rateLimitMax ?? DEFAULT_RATE_LIMIT_MAX)),
    );
    answerMoves(api, { random, metrics });
  });
  return app;
}

/** The link on the page leads nowhere when the metrics need a token or have a port of their own. */
function publicMetricsPath(options: MetricsOptions = {}): string | null {
  const { endpoint = {} } = options;
  if (endpoint === false || endpoint.guard !== undefined || ownPortOf(options) !== undefined) return null;
  return endpoint.path ?? '/metrics';
}
