import type { Timer } from '../../time/clock.ts';
import type { ScrapeError } from '../scrape-error.ts';
import type { Target } from '../targets/target.ts';
import type { ScrapeSettings } from './scrape-settings.ts';
import { alignTime, delayUntilOffset } from './scrape-times.ts';
import { type ScrapeContext, TargetScrape } from './target-scrape.ts';

export interface ScrapeLoopOptions {
  readonly context: ScrapeContext;
  readonly target: Target;
  readonly settings: ScrapeSettings;
  /** Shifts the times of all targets, so that two servers come at different times. */
  readonly offsetSeed: string;
}

/** Scrapes one target again and again, at the same place within each interval. */
export class ScrapeLoop {
  readonly target: Target;
  readonly #context: ScrapeContext;
  readonly #scrape: TargetScrape;
  readonly #offsetSeed: string;
  readonly #stop = new AbortController();
  #forcedError: ScrapeError | undefined;
  #intervalMs: number;
  /** When the next scrape is due, by the clock. */
  #dueMs = 0;
  /** Unix time that the timestamps keep to. */
  #alignedMs = 0;
  #lastMs: number | undefined;
  #timer: Timer | undefined;
  #underWay: Promise<void> | undefined;
  #isScraping = false;

  constructor({ context, target, settings, offsetSeed }: ScrapeLoopOptions) {
    this.target = target;
    this.#context = context;
    this.#scrape = new TargetScrape(context, target, settings);
    this.#offsetSeed = offsetSeed;
    this.#intervalMs = target.scrapeIntervalMs;
  }

  start(): void {
    const { clock, now } = this.#context;
    this.#intervalMs = this.target.scrapeIntervalMs;
    const delayMs = delayUntilOffset(now(), this.#intervalMs, this.target.offsetMs(this.#offsetSeed));
    this.#dueMs = clock.nowMs() + delayMs;
    this.#alignedMs = now() + delayMs - this.#intervalMs;
    this.#arm();
  }

  /** What each scrape fails with instead of being made; `undefined` to go on. */
  forceError(error: ScrapeError | undefined): void {
    this.#forcedError = error;
  }

  /** Other settings from the next scrape on, and another interval if the target has one now. */
  configure(settings: ScrapeSettings, options: { readonly keepsSeries: boolean }): void {
    this.#scrape.configure(settings, options);
    this.followTarget();
  }

  /** Starts anew if the target has another interval: at once, or when the scrape that is under way has ended. */
  followTarget(): void {
    if (this.#intervalMs === this.target.scrapeIntervalMs || this.#stop.signal.aborted || this.#isScraping) return;
    this.#timer?.cancel();
    this.start();
  }

  /** Resolves when nothing more is written. Gives up a request that is under way. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('the target is not scraped any more'));
    this.#timer?.cancel();
    await this.#underWay;
  }

  /** Of a loop that was stopped: when its next scrape would have been, by both clocks. `undefined` if it never had one. */
  get nextScrape(): { readonly inMs: number; readonly timestampMs: number } | undefined {
    if (this.#lastMs === undefined) return undefined;
    const inMs = Math.max(0, this.#dueMs - this.#context.clock.nowMs());
    return { inMs, timestampMs: Math.round(this.#context.now() + inMs) };
  }

  /** Of a loop that was stopped: marks all its series as ended. */
  async end(timestampMs: number): Promise<void> {
    if (this.#lastMs !== undefined) await this.#scrape.end(timestampMs);
  }

  #arm(): void {
    const { clock } = this.#context;
    this.#timer = clock.after(Math.max(0, this.#dueMs - clock.nowMs()), () => {
      this.#underWay = this.#tick();
    });
  }

  async #tick(): Promise<void> {
    const { clock, now, metrics } = this.#context;
    const tickMs = clock.nowMs();
    if (this.#lastMs !== undefined) metrics.observeInterval(this.#intervalMs, tickMs - this.#lastMs);
    this.#lastMs = tickMs;
    const { timestampMs, alignedMs } = alignTime(now(), this.#alignedMs, this.#intervalMs);
    this.#alignedMs = alignedMs;
    this.#isScraping = true;
    await this.#scrape.scrape(timestampMs, this.#stop.signal, this.#forcedError);
    this.#isScraping = false;
    if (this.#stop.signal.aborted) return;
    if (this.#intervalMs !== this.target.scrapeIntervalMs) {
      this.start();
    } else {
      this.#setNext();
      this.#arm();
    }
  }

  /** One interval after the last one. What was missed meanwhile is left out, but for the newest of it. */
  #setNext(): void {
    const late = this.#context.clock.nowMs() - this.#dueMs;
    this.#dueMs += this.#intervalMs * Math.max(1, Math.floor(late / this.#intervalMs));
  }
}
