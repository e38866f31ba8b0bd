import type { ToWorker } from '../wire/messages.ts';

/** A worker, as the primary talks to it. */
export interface WorkerPort {
  /** Not used again for another worker. */
  readonly id: number;
  /** For the log. */
  readonly name: string;
  /** Fulfilled when the message is on its way, or will never be because the worker has gone. Never rejects. */
  send(message: ToWorker): Promise<void>;
}
