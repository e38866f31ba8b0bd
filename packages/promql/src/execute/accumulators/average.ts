import type { Row } from '../kernels/window-kernel.ts';
import type { Accumulator } from './accumulator.ts';

/**
 * Means: the compensated sum divided by the count, as long as the sum does not overflow; from then on a running mean, of the
 * step where it would.
 */
export class AverageAccumulator implements Accumulator {
  readonly cells: number;
  /** The sum, or the mean where the sum has overflowed. */
  readonly #sums: Float64Array;
  readonly #losses: Float64Array;
  readonly #counts: Uint32Array;
  readonly #isMean: Uint8Array;

  constructor(steps: number) {
    this.cells = 3 * steps;
    this.#sums = new Float64Array(steps);
    this.#losses = new Float64Array(steps);
    this.#counts = new Uint32Array(steps);
    this.#isMean = new Uint8Array(steps);
  }

  add({ values, present, start }: Row): void {
    const sums = this.#sums;
    const losses = this.#losses;
    for (let step = 0; step < sums.length; step++) {
      if (present[start + step] === 0) continue;
      const value = values[start + step];
      const sum = sums[step];
      const next = sum + value;
      const count = ++this.#counts[step];
      if (this.#isMean[step] === 1 || (count > 1 && (next === Infinity || next === -Infinity))) {
        this.#addToMean(step, value);
        continue;
      }
      losses[step] += lossOf(sum, value, next);
      sums[step] = next;
    }
  }

  finish({ values, present, start }: Row): number {
    let presentCount = 0;
    for (let step = 0; step < this.#sums.length; step++) {
      const count = this.#counts[step];
      present[start + step] = count > 0 ? 1 : 0;
      if (count === 0) continue;
      presentCount++;
      const sum = this.#sums[step];
      const loss = this.#losses[step];
      values[start + step] = this.#isMean[step] === 1 ? sum + loss : sum / count + loss / count;
    }
    return presentCount;
  }

  #addToMean(step: number, value: number): void {
    const count = this.#counts[step];
    if (this.#isMean[step] === 0) {
      this.#isMean[step] = 1;
      this.#sums[step] /= count - 1;
      this.#losses[step] /= count - 1;
    }
    const share = (count - 1) / count;
    const mean = share * this.#sums[step];
    const added = value / count;
    const next = mean + added;
    this.#losses[step] = share * this.#losses[step] + lossOf(mean, added, next);
    this.#sums[step] = next;
  }
}

/** What `sum + value` leaves out of the exact result; nothing where that is infinite. */
function lossOf(sum: number, value: number, next: number): number {
  if (next === Infinity || next === -Infinity) return 0;
  return Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
}
