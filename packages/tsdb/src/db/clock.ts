/** Time for the storage. */
export interface DbClock {
  /** Unix milliseconds. */
  now(): number;
  /**
   * Calls `run` once, later; not if the function that comes back is called before. Keeps no process alive unless it is
   * asked to, as when nothing else goes on until then.
   */
  after(delayMs: number, run: () => void, options?: { readonly keepsAlive: boolean }): () => void;
}

export const systemClock: DbClock = {
  now: () => Date.now(),
  after(delayMs, run, options) {
    const timer = setTimeout(run, delayMs);
    if (options?.keepsAlive !== true) timer.unref();
    return () => clearTimeout(timer);
  },
};
