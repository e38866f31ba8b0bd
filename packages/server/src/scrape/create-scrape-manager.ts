import { SymbolTable } from '@hearth/model';
import { createPace } from '@hearth/tsdb';
import { isSameConfig } from '../config/is-same.ts';
import type { DiscoveryConfig, ScrapeConfig } from '../config/types.ts';
import type { Discoverer, OnFailure } from '../discovery/discoverer.ts';
import { MergedDiscovery } from '../discovery/merged-discovery.ts';
import type { HttpClient } from '../http-client/http-client.ts';
import type { Clock } from '../time/clock.ts';
import { createAppendLine } from './failure-log.ts';
import { BodyBuffers } from './loop/body-buffers.ts';
import type { ScrapeContext } from './loop/target-scrape.ts';
import type { ScrapeMetrics } from './metrics.ts';
import { Endings } from './pool/endings.ts';
import { ScrapePool } from './pool/scrape-pool.ts';
import type { ScrapeLog } from './scrape-log.ts';
import type { ScrapeManager } from './scrape-manager.ts';
import type { Storage } from './storage.ts';

/** At the start targets are scraped as soon as there are some. */
const FIRST_PATIENCE_MS = 100;
/** Later those that are scraped already should not be let go because some discoverer is slower than others. */
const RELOAD_PATIENCE_MS = 10_000;

export interface ScrapeManagerOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly metrics: ScrapeMetrics;
  readonly log: ScrapeLog;
  readonly createClient: (config: ScrapeConfig) => HttpClient;
  readonly createDiscoverer: (config: DiscoveryConfig, onFailure: OnFailure) => Discoverer;
  /** Such as `Hearth/0.1.0`. */
  readonly userAgent: string;
  /** Of this server, so that two of them come to a target at different times. */
  readonly offsetSeed: string;
}

/** A job: who finds its targets, and who scrapes them. */
interface Job {
  readonly pool: ScrapePool;
  discovery: MergedDiscovery;
}

export function createScrapeManager(options: ScrapeManagerOptions): ScrapeManager {
  return new Manager(options);
}

class Manager implements ScrapeManager {
  readonly #options: ScrapeManagerOptions;
  readonly #context: ScrapeContext;
  readonly #endings: Endings;
  /** By name, in the order of the configuration. */
  #jobs = new Map<string, Job>();
  /** Jobs that were removed, until nothing of them is under way. */
  readonly #leaving = new Set<Promise<void>>();

  constructor(options: ScrapeManagerOptions) {
    this.#options = options;
    const { storage, clock, now, metrics, log } = options;
    const appendLine = createAppendLine((file, error) => {
      const reason = error instanceof Error ? error.message : String(error);
      log({ level: 'error', message: `failed scrapes cannot be written to ${file}: ${reason}`, job: '' });
    });
    const shared = { symbols: new SymbolTable(), pace: createPace(), buffers: new BodyBuffers(), appendLine };
    this.#context = { storage, clock, now, metrics, log, ...shared };
    this.#endings = new Endings({
      clock,
      now,
      onFailure: ({ target }, error) => {
        const message = `the end of its series could not be stored: ${error instanceof Error ? error.message : String(error)}`;
        log({ level: 'error', message, job: target.scrapePool, target: target.scrapeUrl });
      },
    });
  }

  apply(configs: readonly ScrapeConfig[]): void {
    const before = this.#jobs;
    this.#jobs = new Map();
    for (const config of configs) {
      const known = before.get(config.jobName);
      this.#jobs.set(config.jobName, known === undefined ? this.#createJob(config) : this.#reload(known, config));
      before.delete(config.jobName);
    }
    for (const job of before.values()) this.#remove(job);
  }

  jobs() {
    return Array.from(this.#jobs, ([job, { pool }]) => ({
      job,
      active: pool.activeTargets(),
      dropped: pool.droppedTargets(),
      droppedCount: pool.droppedCount,
    }));
  }

  async stop({ endSeries }: { readonly endSeries: boolean }): Promise<void> {
    for (const job of this.#jobs.values()) this.#remove(job);
    this.#jobs.clear();
    await Promise.all(this.#leaving);
    if (endSeries) await this.#endings.flush();
    else await this.#endings.cancel();
  }

  #createJob(config: ScrapeConfig): Job {
    const { createClient, userAgent, offsetSeed } = this.#options;
    const pool = new ScrapePool({
      context: this.#context,
      config,
      createClient,
      endings: this.#endings,
      userAgent,
      offsetSeed,
    });
    return { pool, discovery: this.#discover(config, pool, FIRST_PATIENCE_MS) };
  }

  #reload(job: Job, config: ScrapeConfig): Job {
    const isSameDiscovery = isSameConfig(job.pool.config.discovery, config.discovery);
    job.pool.reload(config);
    if (isSameDiscovery) return job;
    const replaced = job.discovery;
    this.#leave(replaced.stop());
    job.discovery = this.#discover(config, job.pool, RELOAD_PATIENCE_MS);
    return job;
  }

  #remove({ pool, discovery }: Job): void {
    this.#leave(Promise.all([discovery.stop(), pool.stop()]).then(() => undefined));
  }

  #leave(left: Promise<void>): void {
    const done = left.finally(() => this.#leaving.delete(done));
    this.#leaving.add(done);
  }

  #discover({ discovery, jobName }: ScrapeConfig, pool: ScrapePool, patienceMs: number): MergedDiscovery {
    const { createDiscoverer, log, clock } = this.#options;
    const onFailure: OnFailure = ({ kind, message }) =>
      log({ level: 'warn', message: `${kind} discovery: ${message}`, job: jobName });
    const discoverers = discovery.map((config) => createDiscoverer(config, onFailure));
    const merged = new MergedDiscovery(discoverers, { clock, patienceMs });
    merged.start((groups) => pool.sync(groups));
    return merged;
  }
}
