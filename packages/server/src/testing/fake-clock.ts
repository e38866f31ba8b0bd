import type { Clock } from '../time/clock.ts';

/** A clock whose hands only move when a test moves them. */
export interface FakeClock extends Clock {
  /** Moves the hands and calls what falls due, in order. */
  advance(ms: number): void;
  /** Resolves when somebody waits for exactly this long, at once if somebody does already. */
  whenArmed(delayMs: number): Promise<void>;
  /** The delays of the timers that wait, in the order they were set. */
  waiting(): readonly number[];
}

interface Waiting {
  readonly delayMs: number;
  readonly dueMs: number;
  readonly callback: () => void;
}

export function createFakeClock(): FakeClock {
  let nowMs = 0;
  const timers = new Set<Waiting>();
  const watchers = new Set<{ readonly delayMs: number; readonly resolve: () => void }>();
  return {
    nowMs: () => nowMs,
    after(delayMs, callback) {
      const timer = { delayMs, dueMs: nowMs + delayMs, callback };
      timers.add(timer);
      for (const watcher of watchers) {
        if (watcher.delayMs !== delayMs) continue;
        watchers.delete(watcher);
        watcher.resolve();
      }
      return {
        cancel: () => {
          timers.delete(timer);
        },
      };
    },
    advance(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        const [next] = [...timers].filter(({ dueMs }) => dueMs <= untilMs).toSorted((a, b) => a.dueMs - b.dueMs);
        if (next === undefined) break;
        timers.delete(next);
        nowMs = next.dueMs;
        next.callback();
      }
      nowMs = untilMs;
    },
    whenArmed(delayMs) {
      return new Promise((resolve) => {
        if ([...timers].some((timer) => timer.delayMs === delayMs)) resolve();
        else watchers.add({ delayMs, resolve });
      });
    },
    waiting: () => [...timers].map(({ delayMs }) => delayMs),
  };
}
