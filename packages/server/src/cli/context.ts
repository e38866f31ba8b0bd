import type { Terminal } from '../terminal/terminal.ts';
import type { Clock } from '../time/clock.ts';
import type { StopRequests } from './stop-requests.ts';

/** What the commands know of the world outside. */
export interface CliContext {
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly env: NodeJS.ProcessEnv;
  readonly stopRequests: StopRequests;
  /** What comes in through a pipe, until `signal` ends that. Asked for once, by a command that reads it. */
  readonly openInput: (signal: AbortSignal) => AsyncIterable<Uint8Array>;
  /** Finds the file that a replica of the sample application runs. Throws when it is not installed. */
  readonly locateSampleApplication: () => URL;
}
