import { Registry } from 'prom-client';
import { type RenderOptions, registrySource, renderExposition } from '../../expose/exposition.ts';
import { parseSamples, type SampleValues } from '../../testing/text-format-parser.ts';
import { MergedMetrics } from '../primary/merged-metrics.ts';
import { TotalsAnswers } from '../primary/totals-answers.ts';
import { WorkerCollector } from '../primary/worker-collector.ts';
import type { WorkerPort } from '../primary/worker-port.ts';
import { RegistryReader } from '../report/registry-reader.ts';
import { goRound } from '../scheduler.ts';
import { WorkerLink } from '../worker/worker-link.ts';
import { ManualScheduler } from './manual-scheduler.ts';

export interface FakePrimary {
  readonly registry: Registry;
  readonly collector: WorkerCollector;
  render(options?: RenderOptions): Promise<string>;
  samples(): Promise<SampleValues>;
}

/**
 * The primary and the workers of a cluster in one process: messages go as JSON and arrive in order, a turn of the event loop
 * later, also those that a worker had sent before it died.
 */
export class FakeCluster {
  readonly scheduler = new ManualScheduler();
  readonly log: string[] = [];
  readonly #workers = new Map<number, FakeWorker>();
  #primary: FakePrimary | undefined;
  #sessions = 0;
  #nextWorker = 1;

  /** Begins to collect, greeting the workers that are there. */
  collect(timeoutMs = 1000): FakePrimary {
    const { scheduler } = this;
    const log = (message: string) => void this.log.push(message);
    const registry = new Registry();
    const merged = new MergedMetrics({
      maxMetricsPerProcess: 100,
      maxLinesPerProcess: 10_000,
      maxLinesLeftBehind: 10_000,
      log,
    });
    const context = { log, nowMs: () => 0, yieldToEventLoop: async () => undefined };
    const source = { metrics: () => merged.metrics(), defaultLabels: {} };
    const render = async (options: RenderOptions = {}) => {
      await collector.collect();
      return renderExposition(source, options, context);
    };
    const collector = new WorkerCollector({
      session: `session ${this.#sessions++}`,
      merged,
      ownReader: new RegistryReader({ registries: new Set([registry]), includesOmitted: true, scheduler, log }),
      answers: new TotalsAnswers(render, log),
      timeoutMs,
      scheduler,
      log,
    });
    const text = async (options?: RenderOptions) => (await render(options)).body;
    this.#primary = { registry, collector, render: text, samples: async () => parseSamples(await text()) };
    for (const worker of this.#workers.values()) collector.greet(worker.port);
    return this.#primary;
  }

  /** The primary takes no messages any longer. */
  stopCollecting(): void {
    this.#primary?.collector.close();
    this.#primary = undefined;
  }

  fork(): FakeWorker {
    const worker = new FakeWorker(this.#nextWorker++, this.scheduler, {
      log: (message) => void this.log.push(message),
      toPrimary: (message) => this.#primary?.collector.receive(worker.port, message),
      onDisconnect: () => {
        this.#workers.delete(worker.port.id);
        this.#primary?.collector.left(worker.port);
      },
    });
    this.#workers.set(worker.port.id, worker);
    return worker;
  }
}

interface Surroundings {
  readonly log: (message: string) => void;
  readonly toPrimary: (message: unknown) => void;
  readonly onDisconnect: () => void;
}

export class FakeWorker {
  readonly registry = new Registry();
  readonly port: WorkerPort;
  /** Messages to a hung worker wait. */
  isHung = false;
  readonly #surroundings: Surroundings;
  readonly #scheduler: ManualScheduler;
  readonly #inbox: unknown[] = [];
  #link: WorkerLink | undefined;
  #isDead = false;

  constructor(id: number, scheduler: ManualScheduler, surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#scheduler = scheduler;
    this.port = {
      id,
      name: `worker ${id}`,
      send: async (message) => {
        const text = JSON.stringify(message);
        await goRound(scheduler);
        this.#inbox.push(JSON.parse(text));
        this.#readInbox();
      },
    };
  }

  /** As the instrumentation of the worker's application does it. */
  get link(): WorkerLink {
    if (this.#link === undefined) {
      const { log } = this.#surroundings;
      this.#link = new WorkerLink({ send: (message) => this.send(message), scheduler: this.#scheduler, log });
      this.#link.add(this.registry);
    }
    return this.#link;
  }

  /** What is there to be read at the worker's own endpoint. */
  async render(options: RenderOptions = {}): Promise<string> {
    const own = (ownOptions: RenderOptions) =>
      renderExposition(registrySource(this.registry), ownOptions, {
        log: this.#surroundings.log,
        nowMs: () => 0,
        yieldToEventLoop: async () => undefined,
      });
    return (await this.link.render(own, options)).body;
  }

  /** Sends anything to the primary. */
  send(message: unknown): void {
    if (this.#isDead) return;
    const text = JSON.stringify(message);
    this.#scheduler.soon(() => this.#surroundings.toPrimary(JSON.parse(text)));
  }

  resume(): void {
    this.isHung = false;
    this.#readInbox();
  }

  /** Ends as by `process.exit()`. */
  exit(): void {
    this.link.flush();
    this.kill();
  }

  /** Ends as by `kill -9`. */
  kill(): void {
    this.#isDead = true;
    this.#scheduler.soon(() => this.#surroundings.onDisconnect());
  }

  #readInbox(): void {
    if (this.isHung || this.#isDead) return;
    for (const message of this.#inbox.splice(0)) this.link.receive(message);
  }
}
