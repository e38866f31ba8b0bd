import { hostname } from 'node:os';
import type { Engine } from '@hearth/promql';
import { createPace, type Pace } from '@hearth/tsdb';
import type { FastifyPluginAsync, FastifyServerFactory } from 'fastify';
import type { Registry } from 'prom-client';
import { type AccessConfig, OPEN_ACCESS } from './access/access-config.ts';
import type { CorsOrigin } from './cors.ts';
import type { RemoteReadLimits } from './remote-read/remote-read-route.ts';
import type { Role } from './route-config.ts';
import type { AlertmanagersView } from './views/alertmanagers-view.ts';
import type { ConfigView } from './views/config-view.ts';
import type { Lifecycle } from './views/lifecycle.ts';
import type { Readiness } from './views/readiness.ts';
import type { RulesView } from './views/rules-view.ts';
import type { StatusView } from './views/status-view.ts';
import type { StorageView } from './views/storage-view.ts';
import type { TargetsView } from './views/targets-view.ts';

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
  /** `--web.external-url`: under which browsers reach the server. The name of the machine and the port unless it is said. */
  readonly externalUrl?: URL | undefined;
  /** The name of the machine. The operating system's unless it is said. */
  readonly machineName?: string;
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

type Optional = 'externalUrl' | 'lifecycle' | 'pages' | 'serverFactory' | 'watchRoute';

/** `AppOptions` with everything in it. */
export type CompleteAppOptions = Required<Omit<AppOptions, Optional>> & Pick<AppOptions, Optional>;

export function withDefaults(options: AppOptions): CompleteAppOptions {
  return {
    isAdminApiEnabled: false,
    access: () => OPEN_ACCESS,
    corsOrigin: '*',
    machineName: hostname(),
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
