import { hostname } from 'node:os';
import type { Db, ReplayProgress } from '@hearth/tsdb';
import { createPace, openDb } from '@hearth/tsdb';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { ConfigHost } from '../config/load-config.ts';
import type { Config } from '../config/types.ts';
import { createDiscoverer } from '../discovery/create-discoverer.ts';
import { createConfigView } from '../http/connect/config-view.ts';
import { createTargetsView } from '../http/connect/targets-view.ts';
import { createHttpServer } from '../http/create-http-server.ts';
import type { HttpServer } from '../http/http-server.ts';
import { createHttpClient } from '../http-client/create-http-client.ts';
import type { Log } from '../log/log.ts';
import { registerBuildInfo } from '../metrics/build-info.ts';
import { registerStorageMetrics } from '../metrics/storage-metrics.ts';
import type { Endpoint } from '../net/endpoint.ts';
import { createScrapeManager } from '../scrape/create-scrape-manager.ts';
import { createScrapeMetrics, registerMetadataMetrics } from '../scrape/create-scrape-metrics.ts';
import type { ScrapeManager } from '../scrape/scrape-manager.ts';
import type { Clock } from '../time/clock.ts';
import { loadWebAccess, type WebAccess } from './access-state.ts';
import { ConfigState } from './config-state.ts';
import { createCorsOrigin } from './cors-origin.ts';
import { createFrontPage } from './front-page.ts';
import { NO_ALERTMANAGERS, NO_RULES } from './no-rules.ts';
import { createQueryEngine } from './query-engine.ts';
import { retentionOf } from './retention.ts';
import type { ServeOptions } from './serve-options.ts';
import { createStatus } from './status.ts';

/** To look every 10 ms, as prom-client does otherwise, takes as much of the processor as scraping does. */
const EVENT_LOOP_LOOKS_MS = 50;

/** What the server needs of the world outside. */
export interface ServeWorld {
  readonly log: Log;
  readonly clock: Clock;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly env: NodeJS.ProcessEnv;
  readonly host: ConfigHost;
  readonly version: string;
}

export interface RunningServer {
  readonly address: Endpoint;
  /** Aborted when somebody asks over HTTP that it stops. */
  readonly quitRequest: AbortSignal;
  /** Rejects with what is wrong; then everything stays as it was. */
  reload(): Promise<void>;
  /** Answers what was asked, ends scraping, and closes the storage: nothing is lost. Twice is fine. */
  stop(): Promise<void>;
}

/**
 * The composition root: starts everything and connects it. Listens before the storage is open, so that a long replay can be
 * watched, and resolves when it scrapes. Throws a HearthError, with nothing left running.
 */
export async function startServer(options: ServeOptions, world: ServeWorld): Promise<RunningServer> {
  const server = new Server(options, world, {
    config: await ConfigState.load({ path: options.configFile, ...world }),
    web: await loadWebAccess(options.web, world.host),
  });
  try {
    await server.start();
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

class Server implements RunningServer {
  readonly #options: ServeOptions;
  readonly #world: ServeWorld;
  readonly #config: ConfigState;
  readonly #registry = new Registry();
  readonly #quit = new AbortController();
  readonly #startTimeMs: number;
  #web: WebAccess;
  #state: 'starting' | 'ready' | 'stopping' = 'starting';
  #replay: ReplayProgress | undefined;
  #http: HttpServer | undefined;
  #db: Db | undefined;
  #scraping: ScrapeManager | undefined;
  #stopped: Promise<void> | undefined;

  constructor(
    options: ServeOptions,
    world: ServeWorld,
    { config, web }: { readonly config: ConfigState; readonly web: WebAccess },
  ) {
    this.#options = options;
    this.#world = world;
    this.#config = config;
    this.#web = web;
    this.#startTimeMs = world.now();
  }

  get address(): Endpoint {
    const address = this.#http?.address;
    if (address === undefined) throw new Error('BUG: a server that does not listen is asked where it does');
    return address;
  }

  get quitRequest(): AbortSignal {
    return this.#quit.signal;
  }

  async start(): Promise<void> {
    const { log, version } = this.#world;
    const eventLoopMonitoringPrecision = EVENT_LOOP_LOOKS_MS;
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision });
    registerBuildInfo(this.#registry, version);
    this.#config.register(this.#registry);
    this.#http = await createHttpServer(this.#httpOptions());
    const address = await this.#http.listen(this.#options.web.listen);
    log.info('Listening', { address: `${address.host}:${address.port}`, tls: this.#web.tls !== undefined });
    this.#db = await this.#openStorage();
    registerStorageMetrics(this.#registry, this.#db);
    if (this.#db.isReadOnly) log.warn('Nothing is scraped: the data directory cannot be written');
    else this.#startScraping(this.#db);
    this.#state = 'ready';
    log.info('Server is ready to receive web requests');
  }

  reload(): Promise<void> {
    return this.#config.reload(async (config) => this.#apply(config));
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const { log } = this.#world;
    this.#state = 'stopping';
    log.info('Stopping');
    await this.#http?.close();
    await this.#scraping?.stop({ endSeries: false });
    await this.#db?.close();
    log.info('Stopped');
  }

  /** What can be applied while it runs. What only a start can do is said. */
  async #apply(config: Config): Promise<void> {
    const { web, storage } = this.#options;
    const { log, host } = this.#world;
    const access = await loadWebAccess(web, host);
    const before = retentionOf(storage, this.#config.current);
    const after = retentionOf(storage, config);
    if (before.retentionMs !== after.retentionMs || before.maxBytes !== after.maxBytes) {
      log.warn('The retention in the configuration takes effect at the next start');
    }
    this.#http?.checkAccess(access.access);
    this.#web = access;
    if (access.tls !== undefined) this.#http?.renewTls(access.tls);
    this.#scraping?.apply(config.scrapeConfigs);
  }

  #startScraping(db: Db): void {
    const { log, clock, now, env, version } = this.#world;
    const userAgent = `Hearth/${version}`;
    this.#scraping = createScrapeManager({
      storage: db,
      clock,
      now,
      metrics: createScrapeMetrics(this.#registry),
      log: ({ level, message, job, target }) => log[level](message, { job, target }),
      createClient: ({ httpClient }) => createHttpClient({ config: httpClient, environment: env }),
      createDiscoverer: (config, onFailure) =>
        createDiscoverer(config, { clock, environment: env, userAgent }, onFailure),
      userAgent,
      offsetSeed: `${hostname()} ${this.#config.current.global.externalLabels.key}`,
    });
    registerMetadataMetrics(this.#registry, this.#scraping);
    this.#scraping.apply(this.#config.current.scrapeConfigs);
  }

  #openStorage(): Promise<Db> {
    const { storage } = this.#options;
    const { log } = this.#world;
    return openDb({
      directory: storage.directory,
      log: ({ level, message }) => log[level](message),
      ...retentionOf(storage, this.#config.current),
      walCompression: storage.compressesWal ? 'snappy' : 'none',
      maxExemplars: Math.max(0, this.#config.current.storage.maxExemplars),
      replayProgress: (progress) => {
        this.#replay = progress;
      },
    });
  }

  #httpOptions() {
    const { web, query, flags, storage } = this.#options;
    const { log, clock, now, version } = this.#world;
    const evaluationIntervalMs = () => this.#config.current.global.evaluationIntervalMs;
    return {
      engine: createQueryEngine({ ...query, evaluationIntervalMs }, this.#registry),
      storage: () => {
        if (this.#db === undefined) throw new Error('BUG: the storage is asked for before it is open');
        return this.#db;
      },
      readiness: { state: () => this.#state },
      targets: createTargetsView({ jobs: () => this.#scraping?.jobs() ?? [] }),
      rules: NO_RULES,
      alertmanagers: NO_ALERTMANAGERS,
      config: createConfigView(this.#options.configFile, () => this.#config.current),
      status: createStatus({
        version,
        flags,
        startTimeMs: this.#startTimeMs,
        config: this.#config,
        retention: retentionOf(storage, this.#config.current),
        replay: () => (this.#state === 'starting' ? this.#replay : undefined),
        corruptions: () => this.#db?.counters().head.walRepairs ?? 0,
      }),
      registry: this.#registry,
      pages: createFrontPage(version),
      reportError: (error: Error) => log.error(error.message, { stack: error.stack }),
      lifecycle: web.isLifecycleEnabled ? this.#lifecycle() : undefined,
      isAdminApiEnabled: web.isAdminApiEnabled,
      access: () => this.#web.access,
      corsOrigin: createCorsOrigin(web.corsOrigin),
      ...(web.externalUrl !== undefined && { externalUrl: web.externalUrl }),
      routePrefix: web.routePrefix,
      lookbackMs: query.lookbackMs,
      tls: this.#web.tls,
      allowsOpen: web.allowsOpen,
      maxConnections: web.maxConnections,
      readTimeoutMs: web.readTimeoutMs,
      pace: createPace(),
      clock,
      now,
    };
  }

  #lifecycle() {
    return {
      reload: () => this.reload(),
      quit: () => {
        const isFirst = !this.#quit.signal.aborted;
        this.#quit.abort();
        return isFirst;
      },
    };
  }
}
