/** Time for the storage. */
export interface DbClock {
  /** Unix milliseconds. */
  now(): number;
  /** Calls `run` once, later; not if the function that comes back is called before. Keeps no process alive. */
  after(delayMs: number, run: () => void): () => void;
}

export const systemClock: DbClock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
