import type { Row } from '../kernels/window-kernel.ts';
import type { Accumulator } from './accumulator.ts';

/** How many series there are, or, for `group`, 1 where there are any. */
export class CountAccumulator implements Accumulator {
  readonly cells: number;
  readonly #isGroup: boolean;
  readonly #counts: Uint32Array;

  constructor(steps: number, operator: 'count' | 'group') {
    this.cells = steps;
    this.#isGroup = operator === 'group';
    this.#counts = new Uint32Array(steps);
  }

  add({ present, start }: Row): void {
    const counts = this.#counts;
    for (let step = 0; step < counts.length; step++) counts[step] += present[start + step];
  }

  finish({ values, present, start }: Row): number {
    let presentCount = 0;
    for (let step = 0; step < this.#counts.length; step++) {
      const count = this.#counts[step];
      const isThere = count > 0 ? 1 : 0;
      values[start + step] = this.#isGroup ? 1 : count;
      present[start + step] = isThere;
      presentCount += isThere;
    }
    return presentCount;
  }
}
