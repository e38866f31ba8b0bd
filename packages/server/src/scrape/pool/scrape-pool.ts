import { isSameConfig } from '../../config/is-same.ts';
import type { ScrapeConfig } from '../../config/types.ts';
import type { TargetGroup } from '../../discovery/target-group.ts';
import type { HttpClient } from '../../http-client/http-client.ts';
import { createRelabeler } from '../../relabel/create-relabeler.ts';
import type { Relabeler } from '../../relabel/relabeler.ts';
import type { Timer } from '../../time/clock.ts';
import { ScrapeLoop } from '../loop/scrape-loop.ts';
import { createScrapeSettings, type ScrapeSettings } from '../loop/scrape-settings.ts';
import type { ScrapeContext } from '../loop/target-scrape.ts';
import { ScrapeError } from '../scrape-error.ts';
import type { ActiveTarget, DroppedTarget } from '../targets/target.ts';
import type { Endings } from './endings.ts';
import { targetsOfGroups } from './targets-of-groups.ts';

export interface ScrapePoolOptions {
  readonly context: ScrapeContext;
  readonly config: ScrapeConfig;
  readonly createClient: (config: ScrapeConfig) => HttpClient;
  readonly endings: Endings;
  readonly userAgent: string;
  readonly offsetSeed: string;
}

/** The targets of one job, each with its loop. */
export class ScrapePool {
  readonly #options: ScrapePoolOptions;
  #config: ScrapeConfig;
  #client: HttpClient;
  #settings: ScrapeSettings;
  #relabeler: Relabeler;
  #groups: readonly TargetGroup[] = [];
  /** By the identity of their targets. */
  #loops = new Map<string, ScrapeLoop>();
  #dropped: readonly DroppedTarget[] = [];
  #droppedCount = 0;
  /** What ends by itself, and is waited for at the stop. */
  readonly #leaving = new Set<Promise<void>>();
  /** Clients of earlier configurations, until the requests that they have are over. */
  readonly #replacedClients = new Map<HttpClient, Timer>();
  #isStopped = false;

  constructor(options: ScrapePoolOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#client = options.createClient(options.config);
    this.#settings = this.#createSettings();
    this.#relabeler = createRelabeler(options.config.relabelRules);
    options.context.metrics.count('pool_created');
    options.context.metrics.setTargetLimit(options.config.jobName, options.config.limits.targets);
  }

  get config(): ScrapeConfig {
    return this.#config;
  }

  activeTargets(): readonly ActiveTarget[] {
    return Array.from(this.#loops.values(), ({ target }) => target);
  }

  droppedTargets(): readonly DroppedTarget[] {
    return this.#dropped;
  }

  /** Also those that are not kept. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  /** Takes what was found in place of what was found before. A target that stays goes on as if nothing had been. */
  sync(groups: readonly TargetGroup[]): void {
    if (this.#isStopped) return;
    const { context, offsetSeed } = this.#options;
    const startedMs = context.clock.nowMs();
    this.#groups = groups;
    const { targets, dropped, droppedCount, failures } = targetsOfGroups(groups, this.#config, this.#relabeler);
    this.#dropped = dropped;
    this.#droppedCount = droppedCount;
    const { jobName: job } = this.#config;
    for (const failure of failures) context.log({ level: 'error', message: `no target: ${failure}`, job });

    const before = this.#loops;
    this.#loops = new Map();
    const started: ScrapeLoop[] = [];
    for (const [identity, target] of targets) {
      const known = before.get(identity);
      if (known === undefined) {
        const loop = new ScrapeLoop({ context, target, settings: this.#settings, offsetSeed });
        started.push(loop);
        this.#loops.set(identity, loop);
      } else {
        known.target.update(target);
        known.followTarget();
        this.#loops.set(identity, known);
      }
    }
    this.#forceTargetLimit();
    for (const loop of started) loop.start();
    for (const [identity, loop] of before) if (!targets.has(identity)) this.#retire(loop);
    const durationMs = context.clock.nowMs() - startedMs;
    context.metrics.observeSync(job, { durationMs, targets: targets.size, failures: failures.length });
  }

  /** Takes another configuration of the same job. Only what is different about it changes. */
  reload(config: ScrapeConfig): void {
    const before = this.#config;
    if (isSameConfig(before, config)) return;
    const { context, createClient } = this.#options;
    const startedMs = context.clock.nowMs();
    this.#config = config;
    if (!isSameConfig(before.httpClient, config.httpClient)) {
      this.#replaceClient(createClient(config), before.scrapeTimeoutMs);
    }
    this.#settings = this.#createSettings();
    this.#relabeler = createRelabeler(config.relabelRules);
    const keepsSeries = isSameConfig(storingParts(before), storingParts(config));
    for (const loop of this.#loops.values()) loop.configure(this.#settings, { keepsSeries });
    this.sync(this.#groups);
    context.metrics.count('pool_reloaded');
    context.metrics.setTargetLimit(config.jobName, config.limits.targets);
    context.metrics.observeReload(config.scrapeIntervalMs, context.clock.nowMs() - startedMs);
  }

  /** Resolves when nothing more is written. The series of its targets go to the endings. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const { context } = this.#options;
    for (const loop of this.#loops.values()) this.#retire(loop);
    this.#loops.clear();
    this.#dropped = [];
    await Promise.all(this.#leaving);
    for (const timer of this.#replacedClients.values()) timer.cancel();
    await Promise.all([this.#client, ...this.#replacedClients.keys()].map((client) => client.close()));
    context.metrics.removeJob(this.#config.jobName);
  }

  #retire(loop: ScrapeLoop): void {
    const left = loop.stop().then(() => {
      this.#options.endings.add(loop);
      this.#leaving.delete(left);
    });
    this.#leaving.add(left);
  }

  /** The old one stays for as long as a scrape may take. */
  #replaceClient(client: HttpClient, scrapeTimeoutMs: number): void {
    const replaced = this.#client;
    this.#client = client;
    const timer = this.#options.context.clock.after(scrapeTimeoutMs, () => {
      this.#replacedClients.delete(replaced);
      void replaced.close();
    });
    this.#replacedClients.set(replaced, timer);
  }

  #createSettings(): ScrapeSettings {
    const { relabel } = createRelabeler(this.#config.metricRelabelRules);
    const { userAgent } = this.#options;
    return createScrapeSettings({ config: this.#config, client: this.#client, relabel, userAgent });
  }

  #forceTargetLimit(): void {
    const { limits } = this.#config;
    const { size } = this.#loops;
    const isExceeded = limits.targets > 0 && size > limits.targets;
    if (isExceeded) this.#options.context.metrics.count('target_limit_exceeded');
    const figures = `number of targets: ${size}, limit: ${limits.targets}`;
    const error = isExceeded ? new ScrapeError('target_limit', `target_limit exceeded (${figures})`) : undefined;
    for (const loop of this.#loops.values()) loop.forceError(error);
  }
}

/** What of a configuration decides which series are stored, and as what. */
function storingParts({ honorLabels, honorTimestamps, metricRelabelRules, limits, ...others }: ScrapeConfig): unknown {
  const { metricNameValidationScheme, metricNameEscapingScheme, scrapeProtocols, fallbackScrapeProtocol } = others;
  const { labels, labelNameLength, labelValueLength } = limits;
  return [
    { honorLabels, honorTimestamps, metricRelabelRules, labels, labelNameLength, labelValueLength },
    { metricNameValidationScheme, metricNameEscapingScheme, scrapeProtocols, fallbackScrapeProtocol },
  ];
}
