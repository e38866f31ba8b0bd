import type { Exposition, RenderOptions } from '../../expose/exposition.ts';
import { MetricsUnavailable } from '../../expose/metrics-unavailable.ts';
import type { Cancel, Scheduler } from '../scheduler.ts';
import { MAX_TEXT_LENGTH } from '../wire/limits.ts';
import { type ToPrimary, type TotalsBody, toPrimary } from '../wire/messages.ts';

interface Pending {
  readonly parts: string[];
  readonly cancelTimeout: Cancel;
  readonly resolve: (exposition: Exposition) => void;
  readonly reject: (error: MetricsUnavailable) => void;
}

/** The primary itself waits for hung workers, which takes less than this. */
const TIMEOUT_MS = 8000;

/** Asks the primary for the totals of all workers, as text. */
export class TotalsRequests {
  readonly #send: (message: ToPrimary) => void;
  readonly #scheduler: Scheduler;
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;

  constructor(send: (message: ToPrimary) => void, scheduler: Scheduler) {
    this.#send = send;
    this.#scheduler = scheduler;
  }

  /** Rejects with {@link MetricsUnavailable}, never with the numbers of one worker. */
  request({ accept, names = [] }: RenderOptions): Promise<Exposition> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const cancelTimeout = this.#scheduler.after(TIMEOUT_MS, () =>
        this.refused(id, `the primary process did not answer within ${TIMEOUT_MS / 1000} s`),
      );
      this.#pending.set(id, { parts: [], cancelTimeout, resolve, reject });
      this.#send(toPrimary({ kind: 'scrape', id, accept: accept?.slice(0, MAX_TEXT_LENGTH), names }));
    });
  }

  received({ id, contentType, part, isLast }: TotalsBody): void {
    const pending = this.#pending.get(id);
    pending?.parts.push(part);
    if (isLast) this.#settle(id)?.resolve({ contentType, body: pending!.parts.join('') });
  }

  refused(id: number, reason: string): void {
    this.#settle(id)?.reject(unavailable(reason));
  }

  refusedAll(reason: string): void {
    for (const id of this.#pending.keys()) this.refused(id, reason);
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.cancelTimeout();
    return pending;
  }
}

export function unavailable(reason: string): MetricsUnavailable {
  return new MetricsUnavailable(
    `The totals of all workers are not to be had: ${reason}. The numbers of this one worker are not shown in their place, since they would be wrong.`,
  );
}
