import type { Log } from '../../log.ts';
import type { RegistryReader } from '../report/registry-reader.ts';
import { ReportWriter } from '../report/report-writer.ts';
import { type Cancel, goRound, type Scheduler } from '../scheduler.ts';
import { shareNextRun } from '../share-next-run.ts';
import { MAX_PART_WEIGHT } from '../wire/limits.ts';
import { type ReportBody, type ToPrimary, toWorker } from '../wire/messages.ts';
import { readFromWorker } from '../wire/read-message.ts';
import type { MergedMetrics } from './merged-metrics.ts';
import type { ProcessMetrics } from './process-metrics.ts';
import type { TotalsAnswers } from './totals-answers.ts';
import type { WorkerPort } from './worker-port.ts';

export interface WorkerCollectorOptions {
  /** Tells this collecting from an earlier one in the same process. */
  readonly session: string;
  readonly merged: MergedMetrics;
  /** Reads the primary's own metrics. */
  readonly ownReader: RegistryReader;
  readonly answers: TotalsAnswers;
  /** How long a scrape waits for processes that do not answer. */
  readonly timeoutMs: number;
  readonly scheduler: Scheduler;
  readonly log: Log;
}

/** A worker that reports, or that was invited to. */
interface Member {
  readonly port: WorkerPort;
  /** Undefined until its first report. */
  metrics: ProcessMetrics | undefined;
  /** Called when it has answered the last question, or is gone. */
  answered: () => void;
}

/** The part that the primary has in the collecting: takes the reports of workers and asks for fresh ones at every scrape. */
export class WorkerCollector {
  /**
   * Brings the totals up to date; fulfilled when everybody has answered, or has had the time to. Who is silent is represented
   * by its last report. Never rejects.
   */
  readonly collect: () => Promise<void>;
  readonly #options: WorkerCollectorOptions;
  readonly #members = new Map<number, Member>();
  readonly #ownMetrics: ProcessMetrics;
  readonly #ownChanges = new ReportWriter(MAX_PART_WEIGHT);
  readonly #updateOwn: () => Promise<void>;
  #question = 0;

  constructor(options: WorkerCollectorOptions) {
    this.#options = options;
    this.#ownMetrics = options.merged.join({ name: OWN_NAME, isPrimary: true });
    this.#updateOwn = shareNextRun(() => this.#readOwn());
    this.collect = shareNextRun(() => this.#askAll());
  }

  /**
   * Invites a worker, which reports from then on if it is instrumented. The next scrape waits for it: what it has counted
   * before should not look as if it had been counted between two scrapes.
   */
  greet(port: WorkerPort): void {
    this.#memberOf(port);
    void port.send(toWorker({ kind: 'hello', session: this.#options.session }));
  }

  /** Takes a message of a worker; those of others are passed over. */
  receive(port: WorkerPort, value: unknown): void {
    const reading = readFromWorker(value);
    if (reading.kind === 'message') this.#handle(port, reading.message);
    else if (reading.kind === 'broken') {
      this.#options.log(`a message of ${port.name} was not understood and passed over: ${reading.why}`);
    }
  }

  /** The worker's channel is closed: everything that it has sent was received. */
  left(port: WorkerPort): void {
    this.#options.answers.left(port);
    const member = this.#members.get(port.id);
    if (member === undefined) return;
    this.#members.delete(port.id);
    member.metrics?.leave();
    member.answered();
  }

  /** Tells the workers that nobody collects any longer. */
  close(): void {
    const { session } = this.#options;
    for (const { port } of this.#members.values()) void port.send(toWorker({ kind: 'bye', session }));
    this.#members.clear();
  }

  #handle(port: WorkerPort, message: ToPrimary): void {
    switch (message.kind) {
      case 'hello':
        this.greet(port);
        break;
      case 'report':
        this.#take(port, message);
        break;
      case 'answer':
        this.#answered(port, message);
        break;
      case 'scrape':
        void this.#options.answers.answer(port, message.id, message);
        break;
      default:
        throw new Error(`BUG: no such message: ${JSON.stringify(message satisfies never)}`);
    }
  }

  #take(port: WorkerPort, { session, sequence, metrics }: ReportBody): void {
    if (session !== this.#options.session) return;
    const member = this.#memberOf(port);
    member.metrics ??= this.#options.merged.join({ name: port.name, isPrimary: false });
    member.metrics.apply(metrics);
    void port.send(toWorker({ kind: 'acknowledge', session, sequence }));
  }

  #memberOf(port: WorkerPort): Member {
    let member = this.#members.get(port.id);
    if (member === undefined) {
      member = { port, metrics: undefined, answered: () => undefined };
      this.#members.set(port.id, member);
    }
    return member;
  }

  #answered(port: WorkerPort, { session, id }: { readonly session: string; readonly id: number }): void {
    // An answer to an earlier question comes too late: what it stands for may be older than the scrape.
    if (session === this.#options.session && id === this.#question) this.#members.get(port.id)?.answered();
  }

  async #askAll(): Promise<void> {
    const { timeoutMs, scheduler } = this.#options;
    this.#question++;
    let isOwnSilent = true;
    const own = this.#updateOwn().then(() => {
      isOwnSilent = false;
    });
    const silent = new Set(this.#members.values());
    const answers = [...silent].map((member) => this.#ask(member).then(() => silent.delete(member)));
    let cancelTimeout: Cancel = () => undefined;
    const timeout = new Promise<void>((resolve) => {
      cancelTimeout = scheduler.after(timeoutMs, resolve);
    });
    await Promise.race([Promise.all([own, ...answers]), timeout]);
    cancelTimeout();
    if (isOwnSilent) this.#complain(OWN_NAME);
    for (const { port, metrics } of silent) {
      if (metrics !== undefined) this.#complain(port.name);
      // It is not instrumented, or will say hello when it is.
      else this.#members.delete(port.id);
    }
  }

  #complain(name: string): void {
    const { log, timeoutMs } = this.#options;
    log(`${name} did not answer within ${timeoutMs} ms; its last report stands for it`);
  }

  #ask(member: Member): Promise<void> {
    return new Promise((resolve) => {
      member.answered = resolve;
      void member.port.send(toWorker({ kind: 'collect', session: this.#options.session, id: this.#question }));
    });
  }

  async #readOwn(): Promise<void> {
    const { ownReader, scheduler } = this.#options;
    await ownReader.writeAll(this.#ownChanges);
    for (let part = this.#ownChanges.take(); part !== undefined; part = this.#ownChanges.take()) {
      this.#ownMetrics.apply(part);
      if (!this.#ownChanges.isEmpty) await goRound(scheduler);
    }
  }
}

const OWN_NAME = 'the primary process';
