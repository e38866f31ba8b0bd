import { PromqlError } from '../errors.ts';
import type { PositionRange } from '../syntax/tree.ts';

export interface BudgetLimits {
  readonly maxSamples: number;
  readonly maxBytes: number;
}

/** A value, and the byte that says whether it is there. */
const BYTES_PER_CELL = 9;

/** Counts what one query holds, and ends it where that is too much. */
export class Budget {
  readonly #limits: BudgetLimits;
  readonly #describe: (position: PositionRange) => string;
  #samples = 0;
  #peak = 0;

  /** `describe` quotes a piece of the query. */
  constructor(limits: BudgetLimits, describe: (position: PositionRange) => string) {
    this.#limits = limits;
    this.#describe = describe;
  }

  get peakSamples(): number {
    return this.#peak;
  }

  /** Throws, without counting it, where so many more are too many. */
  hold(samples: number, position: PositionRange): void {
    const total = this.#samples + samples;
    const { maxSamples, maxBytes } = this.#limits;
    if (total > maxSamples) {
      const message = `query processing would load too many samples into memory in query execution: the limit is ${maxSamples}`;
      throw new PromqlError('too_many_samples', `${message}, reached at ${this.#describe(position)}`, { position });
    }
    if (total * BYTES_PER_CELL > maxBytes) {
      const message = `query processing would need too much memory in query execution: the limit is ${maxBytes} bytes`;
      throw new PromqlError('too_much_memory', `${message}, reached at ${this.#describe(position)}`, { position });
    }
    this.#samples = total;
    if (total > this.#peak) this.#peak = total;
  }

  drop(samples: number): void {
    this.#samples -= samples;
    if (this.#samples < 0) throw new Error('BUG: a query gives back more samples than it holds');
  }
}
