/** What a limiter says of one client when it has decided on a request of it. */
export interface ClientWindow {
  /** What is left to the client in its window, after this request. */
  readonly remaining: number;
  /** What the window holds altogether. */
  readonly limit?: number | undefined;
  /** Until the window ends; `Infinity` if it never does. */
  readonly endsInMs: number;
}

/** Until `endsAtMs` some client has no more than `remaining` of `limit` left. */
interface Step {
  readonly endsAtMs: number;
  readonly remaining: number;
  readonly limit: number | undefined;
}

/** How finely the ends of windows are told apart. */
const GRANULES_PER_WINDOW = 60;
const MIN_GRANULE_MS = 1000;

/**
 * Knows which client of a limiter is nearest to its limit, without keeping the clients.
 *
 * A client matters only as long as no other has less left for longer. So what is kept is a staircase: steps in the order of
 * their ends, each with more left than the one before; the first that has not ended is the answer. The ends are rounded up, to
 * a second within the coming minute and to twice as much for each doubling of the distance, which keeps about 60 steps for
 * windows of a minute, 250 for an hour and 1,300 for any.
 */
export class ClientWindows {
  readonly #nowMs: () => number;
  #steps: Step[] = [];
  #limit: number | undefined;

  /** `nowMs` is the Unix time by the clock of the limiter. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** What the nearest client has left; the whole limit if no window is open, and undefined as long as that is not known. */
  get remaining(): number | undefined {
    const nearest = this.#nearest();
    return nearest === undefined ? this.#limit : nearest.remaining;
  }

  /** The limit of the nearest client, or else the one that was said last. */
  get limit(): number | undefined {
    return this.#nearest()?.limit ?? this.#limit;
  }

  /** How many steps are kept. */
  get size(): number {
    return this.#steps.length;
  }

  /** Anything but a number from 0 on is ignored. */
  setLimit(limit: number | undefined): void {
    if (Number.isFinite(limit) && limit! >= 0) this.#limit = limit;
  }

  /** Ignores what is not numbers, and a window that has ended. */
  observe({ remaining, limit, endsInMs }: ClientWindow): void {
    this.setLimit(limit);
    if (!Number.isFinite(remaining) || !(endsInMs > 0)) return;
    const nowMs = this.#nowMs();
    this.#dropEnded(nowMs);
    this.#insert({ remaining: Math.max(0, remaining), limit: this.#limit, endsAtMs: roundedEnd(nowMs, endsInMs) });
  }

  /** Forgets the clients, not the limit. */
  clear(): void {
    this.#steps = [];
  }

  #nearest(): Step | undefined {
    this.#dropEnded(this.#nowMs());
    return this.#steps[0];
  }

  #dropEnded(nowMs: number): void {
    let ended = 0;
    while (ended < this.#steps.length && this.#steps[ended]!.endsAtMs <= nowMs) ended++;
    if (ended > 0) this.#steps.splice(0, ended);
  }

  #insert(step: Step): void {
    const steps = this.#steps;
    // The first step that ends with this one or after it: of those, it has the least left.
    let at = steps.length;
    while (at > 0 && steps[at - 1]!.endsAtMs >= step.endsAtMs) at--;
    if (at < steps.length && steps[at]!.remaining <= step.remaining) return;
    let first = at;
    while (first > 0 && steps[first - 1]!.remaining >= step.remaining) first--;
    const end = steps[at]?.endsAtMs === step.endsAtMs ? at + 1 : at;
    steps.splice(first, end - first, step);
  }
}

/** The granules are powers of two of the smallest, so that the ends of far windows fall on those of near ones. */
function roundedEnd(nowMs: number, endsInMs: number): number {
  const doublings = Math.ceil(Math.log2(endsInMs / (GRANULES_PER_WINDOW * MIN_GRANULE_MS)));
  const granuleMs = MIN_GRANULE_MS * 2 ** Math.max(0, doublings);
  return granuleMs === Number.POSITIVE_INFINITY
    ? Number.POSITIVE_INFINITY
    : Math.ceil((nowMs + endsInMs) / granuleMs) * granuleMs;
}
