export interface RateLimit {
  /** One request every so many milliseconds, */
  readonly intervalMs: number;
  /** and so many at once. */
  readonly burst: number;
}

/** Lets requests through at the rate of the web configuration file: a bucket of `burst` that fills one by one. */
export class RequestLimit {
  readonly #nowMs: () => number;
  #left = Infinity;
  #sinceMs = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Whether the request may pass: then it has taken its place. */
  admits({ intervalMs, burst }: RateLimit): boolean {
    if (intervalMs <= 0) return true;
    const nowMs = this.#nowMs();
    this.#left = Math.min(burst, this.#left + (nowMs - this.#sinceMs) / intervalMs);
    this.#sinceMs = nowMs;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
