/** How long to wait before a process that has died is started again. */
export interface Backoff {
  /** Takes how long the process listened before it died; 0 when it never came to listen. */
  nextDelayMs(livedMs: number): number;
}

export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  /** A process that lived this long has recovered: its next death counts as a first one. */
  readonly recoveredAfterMs: number;
}

/** Doubles from `firstMs` up to `maxMs`. */
export function createBackoff({ firstMs, maxMs, recoveredAfterMs }: BackoffOptions): Backoff {
  let delayMs = firstMs;
  return {
    nextDelayMs(livedMs) {
      if (livedMs >= recoveredAfterMs) delayMs = firstMs;
      const chosen = delayMs;
      delayMs = Math.min(delayMs * 2, maxMs);
      return chosen;
    },
  };
}
