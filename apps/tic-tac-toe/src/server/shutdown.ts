/** An orchestrator kills what has not stopped ten seconds after its signal, so nothing here takes longer. */
export const DEADLINE_MS = 10_000;

/** Leaves two of the ten seconds for the last answers. */
export const LONGEST_DRAIN_MS = 8_000;

export interface ShutdownOptions {
  /** How long to go on answering, as a replica that wants no new clients, before the listener closes. */
  readonly drainMs: number;
  /** Stops listening and resolves when the last request has been answered. */
  readonly close: () => Promise<void>;
  readonly exit: (code: number) => void;
  readonly log: (line: string) => void;
  readonly setTimeout: (callback: () => void, ms: number) => unknown;
}

export interface Shutdown {
  readonly isDraining: () => boolean;
  /** Stops for a reason such as `SIGTERM`. The same reason twice means that somebody is tired of waiting. */
  readonly stop: (reason: string) => void;
}

/**
 * Drain, close, exit 0; exit 1 when that takes too long or the same signal comes again. Different signals do not add
 * up: on Ctrl+C a terminal sends SIGINT to a program and to the one that started it, which then passes its own on.
 */
export function createShutdown({ drainMs, close, exit, log, setTimeout }: ShutdownOptions): Shutdown {
  let firstReason: string | undefined;
  let ended = false;

  function end(code: number, line: string): void {
    if (ended) return;
    ended = true;
    log(line);
    exit(code);
  }

  function closeNow(): void {
    close().then(
      () => end(0, `stopped (${firstReason})`),
      (error: unknown) => end(1, `failed to stop: ${String(error)}`),
    );
  }

  function stop(reason: string): void {
    if (firstReason === undefined) {
      firstReason = reason;
      setTimeout(
        () => end(1, `had not stopped ${DEADLINE_MS / 1000} seconds after ${reason} and was ended`),
        DEADLINE_MS,
      );
      setTimeout(closeNow, drainMs);
    } else if (reason === firstReason) {
      end(1, `was ended by a second ${reason}`);
    }
  }

  return { isDraining: () => firstReason !== undefined, stop };
}
