import type { Scheduler } from '../scheduler.ts';

/** Shorter gaps would make a report of nearly every request. */
const MIN_GAP_MS = 20;
/** What was counted in the last gap is lost when a worker is killed, so it has to have an end. */
const MAX_GAP_MS = 1000;
/** How many times longer a gap is than the work before it: reporting takes 2 % of a worker's time. */
const GAP_PER_COST = 50;

/**
 * Runs a task soon after it is asked for, at once where the last run is long enough ago and at the end of a gap where it is
 * not. The longer a run took, the longer the gap.
 */
export class Throttle {
  readonly #run: () => Promise<void>;
  readonly #scheduler: Scheduler;
  #state: 'idle' | 'scheduled' | 'running' | 'running and asked again' = 'idle';
  #gapEndsMs = Number.NEGATIVE_INFINITY;

  /** `run` never rejects. */
  constructor(run: () => Promise<void>, scheduler: Scheduler) {
    this.#run = run;
    this.#scheduler = scheduler;
  }

  /** Costs next to nothing when a run is already due. */
  ask(): void {
    if (this.#state === 'running') this.#state = 'running and asked again';
    if (this.#state !== 'idle') return;
    this.#state = 'scheduled';
    const waitMs = this.#gapEndsMs - this.#scheduler.nowMs();
    if (waitMs > 0) this.#scheduler.after(waitMs, () => void this.#runNow());
    else this.#scheduler.soon(() => void this.#runNow());
  }

  async #runNow(): Promise<void> {
    this.#state = 'running';
    const startMs = this.#scheduler.nowMs();
    await this.#run();
    const endMs = this.#scheduler.nowMs();
    this.#gapEndsMs = endMs + Math.min(Math.max((endMs - startMs) * GAP_PER_COST, MIN_GAP_MS), MAX_GAP_MS);
    const isAskedAgain = (this.#state as string) === 'running and asked again';
    this.#state = 'idle';
    if (isAskedAgain) this.ask();
  }
}
