import type { Row } from '../kernels/window-kernel.ts';
import type { Accumulator } from './accumulator.ts';

/** The population's variance, or its root, by Welford's method. A first value that is infinite or NaN makes it NaN. */
export class VarianceAccumulator implements Accumulator {
  readonly cells: number;
  readonly #takesRoot: boolean;
  readonly #means: Float64Array;
  readonly #squares: Float64Array;
  readonly #counts: Uint32Array;

  constructor(steps: number, operator: 'stddev' | 'stdvar') {
    this.cells = 3 * steps;
    this.#takesRoot = operator === 'stddev';
    this.#means = new Float64Array(steps);
    this.#squares = new Float64Array(steps);
    this.#counts = new Uint32Array(steps);
  }

  add({ values, present, start }: Row): void {
    const means = this.#means;
    const squares = this.#squares;
    for (let step = 0; step < means.length; step++) {
      if (present[start + step] === 0) continue;
      const value = values[start + step];
      const count = ++this.#counts[step];
      if (count === 1) {
        means[step] = value;
        squares[step] = Number.isFinite(value) ? 0 : Number.NaN;
        continue;
      }
      const difference = value - means[step];
      means[step] += difference / count;
      squares[step] += difference * (value - means[step]);
    }
  }

  finish({ values, present, start }: Row): number {
    let presentCount = 0;
    for (let step = 0; step < this.#counts.length; step++) {
      const count = this.#counts[step];
      const isThere = count > 0 ? 1 : 0;
      const variance = this.#squares[step] / count;
      values[start + step] = this.#takesRoot ? Math.sqrt(variance) : variance;
      present[start + step] = isThere;
      presentCount += isThere;
    }
    return presentCount;
  }
}
