import type { EngineClock } from './engine-clock.ts';

/** How long an evaluation works before it lets others have the event loop. */
const SLICE_MS = 8;

/** Resolves once the event loop has looked after everything else; in browsers timers are the nearest to that. */
const rest: () => Promise<void> =
  typeof setImmediate === 'function'
    ? () => new Promise((resolve) => setImmediate(resolve))
    : () => new Promise((resolve) => setTimeout(resolve, 0));

export function createPace(clock: EngineClock): () => Promise<void> | undefined {
  let sliceEnd = clock.nowMs() + SLICE_MS;
  return () => {
    if (clock.nowMs() < sliceEnd) return undefined;
    return rest().then(() => {
      sliceEnd = clock.nowMs() + SLICE_MS;
    });
  };
}
