import { createPace, type Pace } from '@hearth/tsdb';

/** A pace that throws the reason of `signal` once it is aborted, and so ends work that would go on for long. */
export function createStoppablePace(signal: AbortSignal): Pace {
  const pace = createPace();
  return () => {
    signal.throwIfAborted();
    return pace();
  };
}
