import type { Clock, Timer } from '../../time/clock.ts';
import type { ScrapeLoop } from '../loop/scrape-loop.ts';

export interface EndingsOptions {
  readonly clock: Clock;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly onFailure: (loop: ScrapeLoop, error: unknown) => void;
}

/**
 * The ends of targets that are not scraped any more. Their series end at the time at which the next scrape would have been, but
 * that is written two intervals later, as in Prometheus: if the target comes back by then under another name or in another
 * job, its series have newer samples, and have not ended.
 */
export class Endings {
  readonly #options: EndingsOptions;
  readonly #waiting = new Map<ScrapeLoop, Timer>();
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: EndingsOptions) {
    this.#options = options;
  }

  /** The loop was stopped. */
  add(loop: ScrapeLoop): void {
    const next = loop.nextScrape;
    if (next === undefined) return;
    const { scrapeIntervalMs } = loop.target;
    const timer = this.#options.clock.after(next.inMs + 1.1 * scrapeIntervalMs, () =>
      this.#end(loop, next.timestampMs),
    );
    this.#waiting.set(loop, timer);
  }

  /** Ends all of them now. */
  async flush(): Promise<void> {
    const timestampMs = this.#options.now();
    for (const loop of this.#waiting.keys()) this.#end(loop, timestampMs);
    await Promise.all(this.#underWay);
  }

  /** Ends none of those that wait. */
  async cancel(): Promise<void> {
    for (const timer of this.#waiting.values()) timer.cancel();
    this.#waiting.clear();
    await Promise.all(this.#underWay);
  }

  #end(loop: ScrapeLoop, timestampMs: number): void {
    this.#waiting.get(loop)?.cancel();
    this.#waiting.delete(loop);
    const ended = loop
      .end(timestampMs)
      .catch((error: unknown) => this.#options.onFailure(loop, error))
      .finally(() => this.#underWay.delete(ended));
    this.#underWay.add(ended);
  }
}
