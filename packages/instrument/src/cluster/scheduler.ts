import { performance } from 'node:perf_hooks';

/** Takes back what was scheduled; does nothing once it has run. */
export type Cancel = () => void;

/** Time and its passing. What is scheduled to run later keeps no process alive. */
export interface Scheduler {
  nowMs(): number;
  /** Runs once the event loop has gone round. */
  soon(run: () => void): void;
  after(delayMs: number, run: () => void): Cancel;
}

export const systemScheduler: Scheduler = {
  nowMs: () => performance.now(),
  soon: (run) => void setImmediate(run),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs).unref();
    return () => clearTimeout(timer);
  },
};

/** Lets others use the event loop. */
export function goRound(scheduler: Scheduler): Promise<void> {
  return new Promise((resolve) => scheduler.soon(resolve));
}
