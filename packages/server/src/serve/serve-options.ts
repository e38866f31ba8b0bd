import type { Endpoint } from '../net/endpoint.ts';

/** What the command line of `hearth serve` comes to. */
export interface ServeOptions {
  readonly configFile: string;
  readonly storage: StorageOptions;
  readonly web: WebOptions;
  readonly query: QueryOptions;
  /** All flags by name, with their defaults, to be shown. */
  readonly flags: Readonly<Record<string, string>>;
}

export interface StorageOptions {
  readonly directory: string;
  /** `undefined`: what the configuration file says, and else 15 days. */
  readonly retentionMs: number | undefined;
  /** `undefined`: what the configuration file says, and else no limit. */
  readonly maxBytes: number | undefined;
  readonly compressesWal: boolean;
}

export interface WebOptions {
  readonly listen: Endpoint;
  /** Prometheus' web configuration file: TLS, users, headers. */
  readonly configFile: string | undefined;
  /** Users of that file who may see everything and change nothing. */
  readonly viewers: readonly string[];
  readonly allowsOpen: boolean;
  readonly externalUrl: URL | undefined;
  /** `''`, or such as `/hearth`. */
  readonly routePrefix: string;
  readonly isLifecycleEnabled: boolean;
  readonly isAdminApiEnabled: boolean;
  readonly corsOrigin: string;
  readonly maxConnections: number;
  readonly readTimeoutMs: number;
}

export interface QueryOptions {
  readonly lookbackMs: number;
  readonly timeoutMs: number;
  readonly maxConcurrency: number;
  readonly maxSamples: number;
  readonly experimentalFunctions: boolean;
  readonly delayedNameRemoval: boolean;
}

const MINUTE_MS = 60_000;

export const DEFAULT_STORAGE: StorageOptions = {
  directory: 'data',
  retentionMs: undefined,
  maxBytes: undefined,
  compressesWal: true,
};

export const DEFAULT_WEB: WebOptions = {
  listen: { host: '127.0.0.1', port: 9090 },
  configFile: undefined,
  viewers: [],
  allowsOpen: false,
  externalUrl: undefined,
  routePrefix: '',
  isLifecycleEnabled: false,
  isAdminApiEnabled: false,
  corsOrigin: '.*',
  maxConnections: 512,
  readTimeoutMs: 5 * MINUTE_MS,
};

export const DEFAULT_QUERY: QueryOptions = {
  lookbackMs: 5 * MINUTE_MS,
  timeoutMs: 2 * MINUTE_MS,
  maxConcurrency: 20,
  maxSamples: 50_000_000,
  experimentalFunctions: false,
  delayedNameRemoval: false,
};
