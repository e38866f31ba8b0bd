/** What an engine needs of time. */
export interface EngineClock {
  /** Milliseconds that never go back. Only differences mean something. */
  nowMs(): number;
  /** Calls back once, `delayMs` from now, unless it is cancelled. */
  after(delayMs: number, callback: () => void): { cancel(): void };
}

/** A longer delay overflows timers, which then fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export const systemClock: EngineClock = {
  nowMs: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, Math.min(delayMs, MAX_DELAY_MS));
    return { cancel: () => clearTimeout(timer) };
  },
};
