import type { Registry } from 'prom-client';
import type { Exposition, RenderOptions } from '../../expose/exposition.ts';
import type { Log } from '../../log.ts';
import { RegistryReader } from '../report/registry-reader.ts';
import type { Scheduler } from '../scheduler.ts';
import { type ToPrimary, type ToWorker, toPrimary } from '../wire/messages.ts';
import { readFromPrimary } from '../wire/read-message.ts';
import { Reporter } from './reporter.ts';
import { TotalsRequests, unavailable } from './totals-requests.ts';

export interface WorkerLinkOptions {
  /** Must not throw, also when the channel is closed. */
  readonly send: (message: ToPrimary) => void;
  readonly scheduler: Scheduler;
  readonly log: Log;
}

type Render = (options: RenderOptions) => Promise<Exposition>;

/** How long the first reader of the metrics waits for the primary to say that it collects. */
const GRACE_MS = 1000;

/** The part that a worker has in the collecting: reports what it counts, and asks for the totals when it is asked for them. */
export class WorkerLink {
  readonly #options: WorkerLinkOptions;
  readonly #registries = new Set<Registry>();
  readonly #totals: TotalsRequests;
  /** There while the primary collects. */
  #reporter: Reporter | undefined;
  /** Fulfilled when the primary has said hello, or has had the time to. */
  #grace: Promise<void> | undefined;
  #endGrace: () => void = () => undefined;
  #isDisconnected = false;
  #hasWarned = false;

  constructor(options: WorkerLinkOptions) {
    this.#options = options;
    this.#totals = new TotalsRequests(options.send, options.scheduler);
    options.send(toPrimary({ kind: 'hello' }));
  }

  /** The metrics of this registry are reported, whatever is in it. */
  add(registry: Registry): void {
    this.#registries.add(registry);
    this.notify();
  }

  /** Something was counted. */
  notify(): void {
    this.#reporter?.notify();
  }

  /** Sends what was counted up to now, because no more can be sent after this turn of the event loop. */
  flush(): void {
    if (!this.#isDisconnected) this.#reporter?.flush();
  }

  /** The totals of all workers; what `renderOwn` gives if nobody collects them. */
  async render(renderOwn: Render, options: RenderOptions): Promise<Exposition> {
    if (this.#reporter === undefined) await this.#waitForHello();
    if (this.#reporter === undefined) {
      this.#warn();
      return renderOwn(options);
    }
    if (this.#isDisconnected) throw unavailable(DISCONNECTED);
    return this.#totals.request(options);
  }

  /** Takes a message of the primary; those of others are passed over. */
  receive(value: unknown): void {
    const reading = readFromPrimary(value);
    if (reading.kind === 'message') this.#handle(reading.message);
    else if (reading.kind === 'broken') {
      this.#options.log(`a message of the primary process was not understood: ${reading.why}`);
    }
  }

  /** The channel to the primary is closed. */
  disconnected(): void {
    this.#isDisconnected = true;
    this.#reporter?.stop();
    this.#totals.refusedAll(DISCONNECTED);
  }

  #handle(message: ToWorker): void {
    switch (message.kind) {
      case 'hello':
        this.#beginSession(message.session);
        break;
      case 'acknowledge':
        this.#inSession(message)?.acknowledged(message.sequence);
        break;
      case 'collect':
        void this.#inSession(message)?.answer(message.id);
        break;
      case 'totals':
        this.#totals.received(message);
        break;
      case 'refusal':
        this.#totals.refused(message.id, message.reason);
        break;
      case 'bye':
        this.#endSession(message.session);
        break;
      default:
        throw new Error(`BUG: no such message: ${JSON.stringify(message satisfies never)}`);
    }
  }

  #inSession({ session }: { readonly session: string }): Reporter | undefined {
    return this.#reporter?.session === session ? this.#reporter : undefined;
  }

  /** The primary may say hello twice, when it begins to collect just as this worker comes up. */
  #beginSession(session: string): void {
    if (this.#reporter?.session === session) return;
    const { send, scheduler, log } = this.#options;
    this.#reporter?.stop();
    const reader = new RegistryReader({ registries: this.#registries, includesOmitted: false, scheduler, log });
    this.#reporter = new Reporter({ session, reader, send, scheduler });
    this.#reporter.notify();
    this.#endGrace();
  }

  #endSession(session: string): void {
    if (this.#reporter?.session !== session) return;
    this.#reporter.stop();
    this.#reporter = undefined;
    this.#totals.refusedAll('the primary process has stopped to collect them');
  }

  #waitForHello(): Promise<void> {
    this.#grace ??= new Promise((resolve) => {
      this.#endGrace = resolve;
      this.#options.scheduler.after(GRACE_MS, resolve);
    });
    return this.#grace;
  }

  #warn(): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#options.log(
      'the metrics show what this one worker has counted: nobody collects them from all workers. In the primary process, call collectWorkers() of "@hearth/instrument/cluster" before it forks',
    );
  }
}

const DISCONNECTED = 'this worker is no longer connected to the primary process';
