import type { Row } from '../kernels/window-kernel.ts';
import type { Accumulator } from './accumulator.ts';

/**
 * Sums with Neumaier's compensation, as Prometheus does: what each addition loses is collected beside the sum. The loss is
 * computed without a branch (Knuth's TwoSum), which gives the same number. Once a sum is infinite or NaN the compensation
 * means nothing, and is left out.
 */
export class SumAccumulator implements Accumulator {
  readonly cells: number;
  readonly #sums: Float64Array;
  readonly #losses: Float64Array;
  readonly #present: Uint8Array;

  constructor(steps: number) {
    this.cells = 2 * steps;
    this.#sums = new Float64Array(steps);
    this.#losses = new Float64Array(steps);
    this.#present = new Uint8Array(steps);
  }

  add(row: Row, count: number): void {
    if (count === this.#sums.length) {
      this.#present.fill(1);
      this.#addFullRow(row);
    } else {
      this.#addPresent(row);
    }
  }

  /** The same as for a row with gaps, without a question at each cell. */
  #addFullRow({ values, start }: Row): void {
    const sums = this.#sums;
    const losses = this.#losses;
    for (let step = 0; step < sums.length; step++) {
      const value = values[start + step];
      const sum = sums[step];
      const next = sum + value;
      const part = next - sum;
      losses[step] += sum - (next - part) + (value - part);
      sums[step] = next;
    }
  }

  #addPresent({ values, present, start }: Row): void {
    const sums = this.#sums;
    const losses = this.#losses;
    for (let step = 0; step < sums.length; step++) {
      if (present[start + step] === 0) continue;
      this.#present[step] = 1;
      const value = values[start + step];
      const sum = sums[step];
      const next = sum + value;
      const part = next - sum;
      losses[step] += sum - (next - part) + (value - part);
      sums[step] = next;
    }
  }

  finish({ values, present, start }: Row): number {
    let count = 0;
    for (let step = 0; step < this.#sums.length; step++) {
      const sum = this.#sums[step];
      values[start + step] = Number.isFinite(sum) ? sum + this.#losses[step] : sum;
      present[start + step] = this.#present[step];
      count += this.#present[step];
    }
    return count;
  }
}
