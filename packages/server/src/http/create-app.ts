import compress from '@fastify/compress';
import type { Engine } from '@hearth/promql';
import { createPace, type Pace } from '@hearth/tsdb';
import fastify, { type FastifyInstance, type FastifyPluginAsync, type FastifyServerFactory } from 'fastify';
import type { Registry } from 'prom-client';
import { type AccessConfig, OPEN_ACCESS } from './access/access-config.ts';
import { guard } from './access/guard.ts';
import { apiRoutes } from './api-routes.ts';
import { allowOrigins, type CorsOrigin } from './cors.ts';
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
import { answerRemoteRead, type RemoteReadLimits } from './remote-read/remote-read-route.ts';
import type { Role } from './route-config.ts';
import type { AlertmanagersView } from './views/alertmanagers-view.ts';
import type { ConfigView } from './views/config-view.ts';
import type { Lifecycle } from './views/lifecycle.ts';
import type { Readiness } from './views/readiness.ts';
import type { RulesView } from './views/rules-view.ts';
import type { StatusView } from './views/status-view.ts';
import type { StorageView } from './views/storage-view.ts';
import type { TargetsView } from './views/targets-view.ts';

/** As much as is decoded at one go in a few tens of milliseconds. Go takes two and a half times as much. */
const MAX_FORM_BYTES = 4 * 1024 * 1024;

/** What is shorter is sent as it is. */
const MIN_COMPRESSED_BYTES = 1024;

/** Answers of queries take a third of the time that the usual 6 takes, and come out 2 to 9 % longer. */
const COMPRESSION_LEVEL = 2;

const DEFAULT_LOOKBACK_MS = 5 * 60 * 1000;

/** Everything that the server reads and does. It owns none of it. */
export interface AppOptions {
  readonly engine: Engine;
  /** Asked for only while `readiness` says so. */
  readonly storage: () => StorageView;
  readonly readiness: Readiness;
  readonly targets: TargetsView;
  readonly rules: RulesView;
  readonly alertmanagers: AlertmanagersView;
  readonly config: ConfigView;
  readonly status: StatusView;
  /** Where its own metrics go, and what `/metrics` shows. */
  readonly registry: Registry;
  /** Takes errors that nobody foresaw. */
  readonly reportError: (error: Error) => void;
  /** `--web.enable-lifecycle`: `undefined` where it is not given. */
  readonly lifecycle?: Lifecycle | undefined;
  /** `--web.enable-admin-api`. */
  readonly isAdminApiEnabled?: boolean;
  /** Who may come in. Everybody may do everything unless it is said. */
  readonly access?: () => AccessConfig;
  /** `--web.cors.origin`: all of them unless it is said, as in Prometheus. */
  readonly corsOrigin?: CorsOrigin;
  /** `--web.external-url`: under which browsers, and links in messages, reach the server. */
  readonly externalUrl?: URL;
  /** `--web.route-prefix`: `/hearth`, without a slash at the end. Nothing unless it is said. */
  readonly routePrefix?: string;
  /** The port it listens on, once it does. */
  readonly listenPort?: () => number | undefined;
  /** `--query.lookback-delta`: how far `/federate` looks back. */
  readonly lookbackMs?: number;
  readonly remoteRead?: Partial<RemoteReadLimits>;
  /** Told of every route that is added, by method. */
  readonly watchRoute?: (route: RegisteredRoute) => void;
  /** The pages, added below the route prefix. */
  readonly pages?: FastifyPluginAsync;
  /** Unix milliseconds. */
  readonly now?: () => number;
  /** Monotonic milliseconds. */
  readonly monotonicMs?: () => number;
  readonly pace?: Pace;
  readonly serverFactory?: FastifyServerFactory;
}

export interface RegisteredRoute {
  readonly method: string;
  readonly url: string;
  readonly role: Role;
}

type Optional = 'lifecycle' | 'pages' | 'serverFactory' | 'watchRoute';

/** `AppOptions` with everything in it. */
export type CompleteAppOptions = Required<Omit<AppOptions, Optional>> & Pick<AppOptions, Optional>;

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
    ownNames: new Set([options.externalUrl.hostname]),
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

function withDefaults(options: AppOptions): CompleteAppOptions {
  return {
    isAdminApiEnabled: false,
    access: () => OPEN_ACCESS,
    corsOrigin: '*',
    externalUrl: new URL('http://localhost'),
    routePrefix: '',
    listenPort: () => undefined,
    lookbackMs: DEFAULT_LOOKBACK_MS,
    remoteRead: {},
    now: Date.now,
    monotonicMs: () => performance.now(),
    pace: createPace(),
    ...options,
  };
}
