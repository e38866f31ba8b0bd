import type { Clock } from '../time/clock.ts';

export interface ThrottledNoticeOptions {
  readonly clock: Clock;
  readonly everyMs: number;
  readonly log: (line: string) => void;
}

/**
 * A notice of something that may happen thousands of times: the first is said at once, later ones at most once per
 * `everyMs`. `describe` gets how often it has happened since it was last said.
 */
export function createThrottledNotice(
  describe: (count: number) => string,
  { clock, everyMs, log }: ThrottledNoticeOptions,
): () => void {
  let count = 0;
  let quietUntilMs = Number.NEGATIVE_INFINITY;
  return () => {
    count++;
    if (clock.nowMs() < quietUntilMs) return;
    log(describe(count));
    count = 0;
    quietUntilMs = clock.nowMs() + everyMs;
  };
}
