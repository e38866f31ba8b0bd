import type { Clock } from '../time/clock.ts';

/**
 * One Ctrl-C can arrive twice: the terminal sends it to every process, and npm passes its own on. A person who means it
 * presses the key again later than this.
 */
const SAME_REQUEST_MS = 200;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What the user wants a long-running command to do. */
export interface StopRequests {
  /** Aborted by the first request. */
  readonly stop: AbortSignal;
  /** Aborted by the second: do not be gentle. */
  readonly hurry: AbortSignal;
  /** Aborts `stop`, for a reason that is not a signal. Never aborts `hurry`. */
  readonly requestStop: () => void;
  /**
   * From now on SIGHUP asks for something else than to stop, as is usual for servers, until the function that this returns
   * is called.
   */
  readonly onHangup: (handle: () => void) => () => void;
}

/**
 * Listens for Ctrl-C, a polite kill and the closing of the terminal. After the second request the signals have their
 * usual effect again, so a third one ends this process whatever it does.
 */
export function listenForStopRequests(source: Pick<NodeJS.EventEmitter, 'on' | 'off'>, clock: Clock): StopRequests {
  const stop = new AbortController();
  const hurry = new AbortController();
  let stoppedAtMs = 0;
  const requestStop = (): void => {
    if (stop.signal.aborted) return;
    stoppedAtMs = clock.nowMs();
    stop.abort();
  };
  let handleHangup: (() => void) | undefined;
  const onSignal = (signal?: NodeJS.Signals): void => {
    if (signal === 'SIGHUP' && handleHangup !== undefined) {
      handleHangup();
    } else if (!stop.signal.aborted) {
      requestStop();
    } else if (clock.nowMs() - stoppedAtMs > SAME_REQUEST_MS) {
      for (const signal of SIGNALS) source.off(signal, onSignal);
      hurry.abort();
    }
  };
  for (const signal of SIGNALS) source.on(signal, onSignal);
  const onHangup = (handle: () => void) => {
    handleHangup = handle;
    return () => {
      handleHangup = undefined;
    };
  };
  return { stop: stop.signal, hurry: hurry.signal, requestStop, onHangup };
}
