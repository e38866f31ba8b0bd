/** How many failures are forgiven at once, and how long one takes to be forgotten. */
const MAX_FAILURES = 10;
const FORGOTTEN_AFTER_MS = 6_000;

/** About a megabyte. When there are more, the oldest are forgotten. */
const MAX_KEYS = 10_000;

export interface FailureLimitOptions {
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  readonly maxKeys?: number;
}

/**
 * Counts failures by a key: an address, or a user. An attempt counts as failed from when it is begun, so that many at once
 * get no further than one after the other.
 */
export class FailureLimit {
  readonly #nowMs: () => number;
  readonly #maxKeys: number;
  /** When all failures of a key will be forgotten. */
  readonly #clearAtMs = new Map<string, number>();

  constructor({ nowMs, maxKeys = MAX_KEYS }: FailureLimitOptions) {
    this.#nowMs = nowMs;
    this.#maxKeys = maxKeys;
  }

  get size(): number {
    return this.#clearAtMs.size;
  }

  /** Milliseconds until another attempt may be made; 0 for at once. */
  waitMs(key: string): number {
    const forgottenInMs = this.#clearAt(key) - this.#nowMs();
    return Math.max(0, forgottenInMs - (MAX_FAILURES - 1) * FORGOTTEN_AFTER_MS);
  }

  begin(key: string): void {
    const clearAtMs = this.#clearAt(key) + FORGOTTEN_AFTER_MS;
    this.#clearAtMs.delete(key);
    this.#clearAtMs.set(key, clearAtMs);
    if (this.#clearAtMs.size <= this.#maxKeys) return;
    const [oldest] = this.#clearAtMs.keys();
    this.#clearAtMs.delete(oldest);
  }

  /** The attempt did not fail. */
  forgive(key: string): void {
    const clearAtMs = this.#clearAt(key) - FORGOTTEN_AFTER_MS;
    if (clearAtMs <= this.#nowMs()) this.#clearAtMs.delete(key);
    else this.#clearAtMs.set(key, clearAtMs);
  }

  #clearAt(key: string): number {
    return Math.max(this.#nowMs(), this.#clearAtMs.get(key) ?? 0);
  }
}
