/** How many failures are forgiven at once, and how long one takes to be forgotten. */
const MAX_FAILURES = 10;
const FORGOTTEN_AFTER_MS = 6_000;

/** About a megabyte. When there are more, the oldest are forgotten. */
const MAX_KEYS = 10_000;

interface Failures {
  /** As of `sinceMs`; falls by one every `FORGOTTEN_AFTER_MS`. */
  count: number;
  sinceMs: number;
}

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
  readonly #byKey = new Map<string, Failures>();

  constructor({ nowMs, maxKeys = MAX_KEYS }: FailureLimitOptions) {
    this.#nowMs = nowMs;
    this.#maxKeys = maxKeys;
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** Milliseconds until another attempt may be made; 0 for at once. */
  waitMs(key: string): number {
    const count = this.#countNow(key);
    return count <= MAX_FAILURES - 1 ? 0 : Math.ceil((count - (MAX_FAILURES - 1)) * FORGOTTEN_AFTER_MS);
  }

  begin(key: string): void {
    const count = this.#countNow(key) + 1;
    this.#byKey.delete(key);
    this.#byKey.set(key, { count, sinceMs: this.#nowMs() });
    if (this.#byKey.size <= this.#maxKeys) return;
    const [oldest] = this.#byKey.keys();
    this.#byKey.delete(oldest);
  }

  /** The attempt did not fail. */
  forgive(key: string): void {
    const count = this.#countNow(key) - 1;
    if (count <= 0) this.#byKey.delete(key);
    else this.#byKey.set(key, { count, sinceMs: this.#nowMs() });
  }

  #countNow(key: string): number {
    const failures = this.#byKey.get(key);
    if (failures === undefined) return 0;
    return Math.max(0, failures.count - (this.#nowMs() - failures.sinceMs) / FORGOTTEN_AFTER_MS);
  }
}
