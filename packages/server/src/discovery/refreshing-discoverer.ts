import { isSameConfig } from '../config/is-same.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { Discoverer, OnFailure, OnGroups } from './discoverer.ts';
import type { TargetGroup } from './target-group.ts';

export interface RefreshOptions {
  /** Such as `dns`. */
  readonly kind: string;
  readonly refreshIntervalMs: number;
  readonly clock: Clock;
  readonly onFailure: OnFailure;
  /** Finds all groups that are there now. Rejects if that cannot be said: then those that were there stay. */
  readonly look: (signal: AbortSignal) => Promise<readonly TargetGroup[]>;
}

/** Looks for targets again and again, and passes on what has changed. */
export class RefreshingDiscoverer implements Discoverer {
  readonly #options: RefreshOptions;
  readonly #stop = new AbortController();
  #onGroups: OnGroups = () => {};
  #known: readonly TargetGroup[] | undefined;
  #timer: Timer | undefined;
  #underWay: Promise<void> | undefined;
  #isLooking = false;
  #isWanted = false;

  constructor(options: RefreshOptions) {
    this.#options = options;
  }

  start(onGroups: OnGroups): void {
    this.#onGroups = onGroups;
    this.lookAgain();
  }

  /** Looks now, or once more after the look that is under way. */
  lookAgain(): void {
    this.#isWanted = true;
    if (this.#isLooking || this.#stop.signal.aborted) return;
    this.#isLooking = true;
    this.#timer?.cancel();
    this.#underWay = this.#lookWhileWanted();
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error('the discovery is stopped'));
    this.#timer?.cancel();
    await this.#underWay;
  }

  async #lookWhileWanted(): Promise<void> {
    const { signal } = this.#stop;
    while (this.#isWanted && !signal.aborted) {
      this.#isWanted = false;
      await this.#look();
    }
    this.#isLooking = false;
    if (signal.aborted) return;
    const { clock, refreshIntervalMs } = this.#options;
    this.#timer = clock.after(refreshIntervalMs, () => this.lookAgain());
  }

  async #look(): Promise<void> {
    const { look, kind, onFailure } = this.#options;
    const { signal } = this.#stop;
    try {
      const found = await unlessAborted(look(signal), signal);
      if (signal.aborted || (this.#known !== undefined && isSameConfig(this.#known, found))) return;
      this.#known = found;
    } catch (error) {
      if (!signal.aborted) onFailure({ kind, message: error instanceof Error ? error.message : String(error) });
      return;
    }
    this.#onGroups(this.#known);
  }
}

/** Not everything that looks can be ended: a DNS server that does not answer keeps a lookup for seconds. */
async function unlessAborted<T>(running: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([running, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
