import type { Row } from '../kernels/window-kernel.ts';
import type { Accumulator } from './accumulator.ts';

/** The least or the greatest value. NaN gives way to any other. */
export class ExtremeAccumulator implements Accumulator {
  readonly cells: number;
  /** 1 for `max`; for `min`, -1: the greatest of the negated values is sought. */
  readonly #sign: number;
  readonly #best: Float64Array;
  readonly #present: Uint8Array;

  constructor(steps: number, operator: 'min' | 'max') {
    this.cells = steps;
    this.#sign = operator === 'max' ? 1 : -1;
    this.#best = new Float64Array(steps).fill(Number.NaN);
    this.#present = new Uint8Array(steps);
  }

  add({ values, present, start }: Row): void {
    const best = this.#best;
    const sign = this.#sign;
    for (let step = 0; step < best.length; step++) {
      if (present[start + step] === 0) continue;
      this.#present[step] = 1;
      const value = sign * values[start + step];
      if (best[step] < value || Number.isNaN(best[step])) best[step] = value;
    }
  }

  finish({ values, present, start }: Row): number {
    let count = 0;
    for (let step = 0; step < this.#best.length; step++) {
      values[start + step] = this.#sign * this.#best[step];
      present[start + step] = this.#present[step];
      count += this.#present[step];
    }
    return count;
  }
}
