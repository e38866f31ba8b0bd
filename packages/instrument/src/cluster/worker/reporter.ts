import type { RegistryReader } from '../report/registry-reader.ts';
import { ReportWriter } from '../report/report-writer.ts';
import type { Scheduler } from '../scheduler.ts';
import { shareNextRun } from '../share-next-run.ts';
import { MAX_PART_WEIGHT } from '../wire/limits.ts';
import { type ToPrimary, toPrimary } from '../wire/messages.ts';
import { Throttle } from './throttle.ts';

export interface ReporterOptions {
  readonly session: string;
  /** Has to be a fresh one: a session begins with a report of everything. */
  readonly reader: RegistryReader;
  readonly send: (message: ToPrimary) => void;
  readonly scheduler: Scheduler;
}

/** Things that are counted outside of requests ask for no report, so one is due this often. */
const HEARTBEAT_MS = 1000;

/**
 * Reports the metrics of a worker during one session. Only one part of a report is on its way at a time, so that a primary
 * with much to do is not flooded, and no counts are read before those that were read are gone.
 */
export class Reporter {
  readonly session: string;
  readonly #options: ReporterOptions;
  readonly #throttle: Throttle;
  readonly #writeAll: () => Promise<void>;
  readonly #writer = new ReportWriter(MAX_PART_WEIGHT);
  /** Sent once everything that was written before is sent. */
  #answers: number[] = [];
  /** The part that is on its way. */
  #unacknowledged: number | undefined;
  #nextSequence = 0;
  #hasSkipped = false;
  #isOver = false;
  #stopHeartbeat: () => void = () => undefined;

  constructor(options: ReporterOptions) {
    this.session = options.session;
    this.#options = options;
    this.#throttle = new Throttle(() => this.#reportCounts(), options.scheduler);
    this.#writeAll = shareNextRun(() => options.reader.writeAll(this.#writer));
    // Says that this worker is here, even if it should have counted nothing yet.
    this.#sendPart([]);
    this.#beat();
  }

  /** Something was counted: it is reported soon. */
  notify(): void {
    this.#throttle.ask();
  }

  /** The primary wants to know everything. */
  async answer(id: number): Promise<void> {
    await this.#writeAll();
    this.#answers.push(id);
    this.#pump();
  }

  /** Part `sequence` has arrived. */
  acknowledged(sequence: number): void {
    if (sequence !== this.#unacknowledged) return;
    this.#unacknowledged = undefined;
    this.#pump();
    if (!this.#hasSkipped || this.#unacknowledged !== undefined) return;
    this.#hasSkipped = false;
    this.#throttle.ask();
  }

  /** Sends what was counted up to now without waiting for anything: the process or its channel is about to end. */
  flush(): void {
    this.#options.reader.writeCountsNow(this.#writer);
    while (!this.#writer.isEmpty) this.#sendPart();
  }

  /** The session is over; nothing is sent any longer. */
  stop(): void {
    this.#isOver = true;
    this.#stopHeartbeat();
  }

  #beat(): void {
    this.#stopHeartbeat = this.#options.scheduler.after(HEARTBEAT_MS, () => {
      this.notify();
      this.#beat();
    });
  }

  async #reportCounts(): Promise<void> {
    if (this.#isOver) return;
    if (this.#unacknowledged !== undefined) {
      this.#hasSkipped = true;
      return;
    }
    await this.#options.reader.writeCounts(this.#writer);
    this.#pump();
  }

  #pump(): void {
    if (this.#isOver) return;
    while (this.#unacknowledged === undefined && !this.#writer.isEmpty) this.#sendPart();
    if (!this.#writer.isEmpty) return;
    for (const id of this.#answers.splice(0)) {
      this.#options.send(toPrimary({ kind: 'answer', session: this.session, id }));
    }
  }

  #sendPart(metrics = this.#writer.take()!): void {
    const sequence = this.#nextSequence++;
    this.#unacknowledged = sequence;
    this.#options.send(toPrimary({ kind: 'report', session: this.session, sequence, metrics }));
  }
}
