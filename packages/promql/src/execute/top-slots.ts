import type { Row } from './kernels/window-kernel.ts';

/** The values of one series that are among the best: cell `i` from `from` up to `to` is that of step `stepAt[i]`. */
interface Winner {
  readonly series: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The best values of one group at every step, with the numbers of their series. Each step has a heap of its own, the worst of
 * its values on top; slot `s` of all steps lies in one pair of columns, so that columns come only as heaps grow. Values are
 * negated for `bottomk`. NaN is worse than any other value; of equal values the first stays.
 */
export class TopSlots {
  readonly #sign: number;
  readonly #limits: Float64Array;
  readonly #sizes: Int32Array;
  readonly #values: Float64Array[] = [];
  readonly #series: Int32Array[] = [];

  /** `limits` says how many values each step wants. */
  constructor(operator: 'topk' | 'bottomk', limits: Float64Array) {
    this.#sign = operator === 'topk' ? 1 : -1;
    this.#limits = limits;
    this.#sizes = new Int32Array(limits.length);
  }

  get cells(): number {
    return this.#values.length * this.#limits.length;
  }

  add({ values, present, start }: Row, series: number): void {
    const sizes = this.#sizes;
    for (let step = 0; step < sizes.length; step++) {
      if (present[start + step] === 0) continue;
      const value = this.#sign * values[start + step];
      if (sizes[step] < this.#limits[step]) {
        this.#push(step, value, series);
      } else if (sizes[step] > 0) {
        const worst = this.#values[0][step];
        if (worst < value || (Number.isNaN(worst) && !Number.isNaN(value))) this.#sink(step, 0, value, series);
      }
    }
  }

  /** The series of the result; for a single step the best one first. */
  *rows(): Generator<{ readonly series: number; writeTo(row: Row): number }> {
    const { winners, stepAt, valueAt } = this.#gather();
    const sign = this.#sign;
    if (this.#sizes.length === 1) winners.sort((a, b) => compareBestFirst(valueAt[a.from], valueAt[b.from]));
    for (const { series, from, to } of winners) {
      yield {
        series,
        writeTo: ({ values, present, start }) => {
          present.fill(0, start, start + this.#sizes.length);
          for (let i = from; i < to; i++) {
            values[start + stepAt[i]] = sign * valueAt[i];
            present[start + stepAt[i]] = 1;
          }
          return to - from;
        },
      };
    }
  }

  /** Sorts what is in the slots by series. */
  #gather(): { readonly winners: Winner[]; readonly stepAt: Int32Array; readonly valueAt: Float64Array } {
    const counts = new Map<number, number>();
    let total = 0;
    this.#forEach((series) => {
      counts.set(series, (counts.get(series) ?? 0) + 1);
      total++;
    });
    const winners: Winner[] = [];
    const next = new Map<number, number>();
    let from = 0;
    for (const [series, count] of [...counts].sort(([a], [b]) => a - b)) {
      winners.push({ series, from, to: from + count });
      next.set(series, from);
      from += count;
    }
    const stepAt = new Int32Array(total);
    const valueAt = new Float64Array(total);
    this.#forEach((series, step, value) => {
      const at = next.get(series) ?? 0;
      next.set(series, at + 1);
      stepAt[at] = step;
      valueAt[at] = value;
    });
    return { winners, stepAt, valueAt };
  }

  #forEach(visit: (series: number, step: number, value: number) => void): void {
    for (let slot = 0; slot < this.#values.length; slot++) {
      for (let step = 0; step < this.#sizes.length; step++) {
        if (slot < this.#sizes[step]) visit(this.#series[slot][step], step, this.#values[slot][step]);
      }
    }
  }

  #push(step: number, value: number, series: number): void {
    let slot = this.#sizes[step]++;
    if (slot === this.#values.length) {
      this.#values.push(new Float64Array(this.#sizes.length));
      this.#series.push(new Int32Array(this.#sizes.length));
    }
    while (slot > 0) {
      const parent = (slot - 1) >> 1;
      if (!isWorse(value, this.#values[parent][step])) break;
      this.#move(step, parent, slot);
      slot = parent;
    }
    this.#set(step, slot, value, series);
  }

  /** Puts a value where the one in `slot` was, or as far below as it has to be. */
  #sink(step: number, slot: number, value: number, series: number): void {
    const size = this.#sizes[step];
    let at = slot;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && isWorse(this.#values[child + 1][step], this.#values[child][step])) child++;
      if (!isWorse(this.#values[child][step], value)) break;
      this.#move(step, child, at);
      at = child;
    }
    this.#set(step, at, value, series);
  }

  #move(step: number, from: number, to: number): void {
    this.#set(step, to, this.#values[from][step], this.#series[from][step]);
  }

  #set(step: number, slot: number, value: number, series: number): void {
    this.#values[slot][step] = value;
    this.#series[slot][step] = series;
  }
}

function isWorse(a: number, b: number): boolean {
  return a < b || (Number.isNaN(a) && !Number.isNaN(b));
}

function compareBestFirst(a: number, b: number): number {
  if (isWorse(a, b)) return 1;
  return isWorse(b, a) ? -1 : 0;
}
