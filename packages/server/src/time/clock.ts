export interface Timer {
  /** Without effect when the timer has fired. */
  cancel(): void;
}

/** Where time comes from, passed in so that tests turn the hands themselves. */
export interface Clock {
  /** Milliseconds that never go back. Only differences mean something. */
  nowMs(): number;

  /** Calls `callback` once, `delayMs` from now, never before the caller has returned. A waiting timer keeps the process alive. */
  after(delayMs: number, callback: () => void): Timer;
}
