import type { EngineClock } from './engine-clock.ts';
import { PromqlError } from './errors.ts';

/** The end that a query comes to if it does not come to its own. */
export interface Deadline {
  /** Aborted with a PromqlError: `timeout`, or `canceled` by the caller. */
  readonly signal: AbortSignal;
  /** A pace that also looks at the time: no timer fires while a query computes. */
  watch(pace: () => Promise<void> | undefined): () => Promise<void> | undefined;
  stop(): void;
}

export function startDeadline(clock: EngineClock, limitMs: number, callerSignal?: AbortSignal): Deadline {
  const controller = new AbortController();
  const endMs = clock.nowMs() + limitMs;
  const expire = () => controller.abort(new PromqlError('timeout', 'query timed out in expression evaluation'));
  const timer = clock.after(limitMs, expire);
  const cancel = () => {
    const cause: unknown = callerSignal?.reason;
    controller.abort(new PromqlError('canceled', 'query was canceled in expression evaluation', { cause }));
  };
  if (callerSignal?.aborted === true) cancel();
  callerSignal?.addEventListener('abort', cancel, { once: true });
  return {
    signal: controller.signal,
    watch: (pace) => () => {
      const rest = pace();
      if (rest !== undefined && clock.nowMs() >= endMs) expire();
      controller.signal.throwIfAborted();
      return rest;
    },
    stop: () => {
      timer.cancel();
      callerSignal?.removeEventListener('abort', cancel);
    },
  };
}
