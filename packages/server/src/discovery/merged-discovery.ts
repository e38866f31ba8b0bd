import type { Clock, Timer } from '../time/clock.ts';
import type { Discoverer, OnGroups } from './discoverer.ts';
import type { TargetGroup } from './target-group.ts';

/** However often something changes, no more often than this is it passed on. Prometheus' own figure. */
const REST_MS = 5_000;

export interface MergedDiscoveryOptions {
  readonly clock: Clock;
  /** So long after the first of the discoverers has found something the others are waited for. */
  readonly patienceMs: number;
}

/** Several discoverers as one, whose groups come in their order. */
export class MergedDiscovery implements Discoverer {
  readonly #discoverers: readonly Discoverer[];
  readonly #options: MergedDiscoveryOptions;
  readonly #groups: (readonly TargetGroup[] | undefined)[];
  #timer: Timer | undefined;
  #firstMs: number | undefined;
  #lastMs = -Infinity;
  #isStopped = false;

  constructor(discoverers: readonly Discoverer[], options: MergedDiscoveryOptions) {
    this.#discoverers = discoverers;
    this.#options = options;
    this.#groups = discoverers.map(() => undefined);
  }

  start(onGroups: OnGroups): void {
    if (this.#discoverers.length === 0) this.#arm(onGroups);
    for (const [i, discoverer] of this.#discoverers.entries()) {
      discoverer.start((groups) => {
        this.#groups[i] = groups;
        this.#arm(onGroups);
      });
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await Promise.all(this.#discoverers.map((discoverer) => discoverer.stop()));
  }

  #arm(onGroups: OnGroups): void {
    if (this.#isStopped) return;
    const { clock, patienceMs } = this.#options;
    const nowMs = clock.nowMs();
    this.#firstMs ??= nowMs;
    const isComplete = this.#groups.every((groups) => groups !== undefined);
    const dueMs = Math.max(this.#lastMs + REST_MS, isComplete ? nowMs : this.#firstMs + patienceMs);
    this.#timer?.cancel();
    this.#timer = clock.after(Math.max(0, dueMs - nowMs), () => this.#emit(onGroups));
  }

  #emit(onGroups: OnGroups): void {
    this.#lastMs = this.#options.clock.nowMs();
    onGroups(this.#groups.flatMap((groups) => groups ?? []));
  }
}
