import type { Target } from '../balancer/target.ts';
import type { Endpoint } from '../net/endpoint.ts';

/** One copy of an application: a process that is kept running, always on the same port. */
export interface Replica extends Target {
  readonly name: string;

  /** Where it listens; `undefined` before it does, and between a death and the restart. */
  readonly endpoint: Endpoint | undefined;

  /**
   * Resolves when it listens for the first time, on the wanted port or the first free one after it. From then on a
   * process that dies is started again on the same port, until `stop`. Call it once. Throws HEARTH_REPLICA_START,
   * HEARTH_NO_FREE_PORT, and HEARTH_STOPPED when `stop` comes first; after that nothing is started again.
   */
  start(): Promise<void>;

  /**
   * Ends the process: gently, and by force when it takes too long or when `hurry` is aborted. Resolves when it is gone.
   * May be called at any time; later calls wait for the first. Never rejects.
   */
  stop(hurry: AbortSignal): Promise<void>;
}
