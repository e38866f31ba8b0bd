/** A timer of this process is late by so much at most when nothing else goes on; as in Prometheus. */
const TOLERANCE_MS = 2;

/** How long it is until the next time that is `offsetMs` into an interval, as Unix time counts them. */
export function delayUntilOffset(nowMs: number, intervalMs: number, offsetMs: number): number {
  const delay = intervalMs - (nowMs % intervalMs) + offsetMs;
  return delay > intervalMs ? delay - intervalMs : delay;
}

export interface AlignedTime {
  /** What the samples of the scrape get. */
  readonly timestampMs: number;
  /** The time on the grid that the next one is compared with. */
  readonly alignedMs: number;
}

/**
 * Timestamps that lie exactly one interval apart take a fraction of the room of others on disk. So a scrape that starts
 * within the tolerance of its time gets that time, and any other the time at which it starts.
 */
export function alignTime(nowMs: number, lastAlignedMs: number, intervalMs: number): AlignedTime {
  const steps = Math.round((nowMs - lastAlignedMs) / intervalMs);
  // Not on the grid any more, or the clock was set back.
  if (steps < 1) return { timestampMs: nowMs, alignedMs: nowMs };
  const alignedMs = lastAlignedMs + steps * intervalMs;
  const tolerance = Math.min(intervalMs / 100, TOLERANCE_MS);
  return { timestampMs: Math.abs(nowMs - alignedMs) <= tolerance ? alignedMs : nowMs, alignedMs };
}
