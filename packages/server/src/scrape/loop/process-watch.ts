import type { Layout } from '../series/layout.ts';
import { DROPPED, DUPLICATE } from '../series/layout.ts';

/** Evidence is remembered for so many scrapes. */
const MEMORY = 20;
/** So often a start time has to come back before it is called more than an accident. */
const ENOUGH_STARTS = 2;
/** Counters may have other reasons to fall. */
const ENOUGH_RETURNS = 3;
const MAX_COUNTERS = 8;

const START_TIME = 'process_start_time_seconds';

export const SEVERAL_PROCESSES =
  'Several processes seem to answer behind this address in turn, each with counters of its own';

/** One number of a target, watched for values that go away and come back. */
interface Watched {
  /** What is shown. */
  readonly series: string;
  line: number;
  last: number;
  /** What it fell to last. A process of its own counts on from there. */
  lastLow: number;
  /** The highest value before a fall that has not been made up for. */
  lostPeak: number;
  /** Of the scrapes at which what had been lost was there again. */
  returns: number[];
}

/**
 * Notices when a target's answers come from several processes in turn, as behind a load balancer: a counter falls, and is
 * back above where it was a scrape or two later, again and again. A process that restarts falls too, but has to count up again.
 */
export class ProcessWatch {
  #layout: Layout | undefined;
  #startTime: Watched | undefined;
  #starts: number[] = [];
  #counters: Watched[] = [];
  #scrape = 0;

  /** Looks at the values of a scrape that was taken; a sentence if there is something to say. */
  observe(layout: Layout): string | undefined {
    this.#scrape++;
    if (layout !== this.#layout) this.#choose(layout);
    const start = this.#startTime;
    if (start !== undefined) return this.#observeStart(start, layout.values[start.line]);
    for (const counter of this.#counters) this.#observeCounter(counter, layout.values[counter.line]);
    const jumping = this.#counters.find((counter) => counter.returns.length >= ENOUGH_RETURNS);
    return jumping && `${SEVERAL_PROCESSES}: ${jumping.series} falls and comes back (now ${jumping.last}).`;
  }

  #observeStart(start: Watched, value: number): string | undefined {
    if (value !== start.last && this.#starts.includes(value)) start.returns.push(this.#scrape);
    start.returns = start.returns.filter((scrape) => scrape > this.#scrape - MEMORY);
    if (!this.#starts.includes(value)) this.#starts = [value, ...this.#starts].slice(0, MEMORY);
    start.last = value;
    if (start.returns.length < ENOUGH_STARTS) return undefined;
    return `${SEVERAL_PROCESSES}: ${START_TIME} goes back and forth (now ${value}).`;
  }

  #observeCounter(counter: Watched, value: number): void {
    if (value < counter.last) {
      // What starts from nothing each time is a process that is restarted again and again.
      const countsOn = value > 0 && value >= counter.lastLow;
      counter.lostPeak = countsOn ? Math.max(counter.lostPeak, counter.last) : 0;
      counter.lastLow = value;
    } else if (value >= counter.lostPeak) {
      if (counter.lostPeak > 0) counter.returns.push(this.#scrape);
      counter.lostPeak = 0;
    }
    counter.returns = counter.returns.filter((scrape) => scrape > this.#scrape - MEMORY);
    counter.last = value;
  }

  /** What was known about series that are still there is kept. */
  #choose(layout: Layout): void {
    const known = new Map<string, Watched>();
    for (const watched of this.#counters) known.set(watched.series, watched);
    if (this.#startTime !== undefined) known.set(START_TIME, this.#startTime);
    this.#layout = layout;
    this.#startTime = undefined;
    this.#counters = [];
    for (let line = 0; line < layout.length; line++) {
      if ((layout.kinds[line] & (DROPPED | DUPLICATE)) !== 0) continue;
      const isCounter = layout.metricType(line) === 'counter' && this.#counters.length < MAX_COUNTERS;
      if (!isCounter && layout.seriesLength(line) !== START_TIME.length) continue;
      const series = layout.seriesText(line);
      const watched = known.get(series) ?? watch(series, layout.values[line]);
      watched.line = line;
      if (series === START_TIME) this.#startTime = watched;
      else if (isCounter) this.#counters.push(watched);
    }
  }
}

function watch(series: string, value: number): Watched {
  return { series, line: 0, last: value, lastLow: 0, lostPeak: 0, returns: [] };
}
