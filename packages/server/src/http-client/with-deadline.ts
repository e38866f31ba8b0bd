import type { Clock } from '../time/clock.ts';

export interface DeadlineOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** What it is given up with when its time is over. */
  readonly createError: () => Error;
  /** Ends it earlier. It may live long: nothing stays attached to it. */
  readonly signal: AbortSignal;
}

/** Runs something that has so much time, with a signal that tells when that is over. */
export async function withDeadline<T>(options: DeadlineOptions, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { clock, timeoutMs, createError, signal } = options;
  const ending = new AbortController();
  const onAbort = () => ending.abort(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  const timer = clock.after(timeoutMs, () => ending.abort(createError()));
  try {
    return await run(ending.signal);
  } finally {
    timer.cancel();
    signal.removeEventListener('abort', onAbort);
  }
}
