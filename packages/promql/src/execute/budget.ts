import { PromqlError } from '../errors.ts';
import type { PositionRange } from '../syntax/tree.ts';

export interface BudgetLimits {
  readonly maxSamples: number;
  readonly maxBytes: number;
}

/** A value, and the byte that says whether it is there. */
const BYTES_PER_CELL = 9;

/** Counts what one query holds, in samples and in bytes, and ends it where either is too much. */
export class Budget {
  readonly #limits: BudgetLimits;
  readonly #describe: (position: PositionRange) => string;
  #samples = 0;
  #bytes = 0;
  #peak = 0;

  /** `describe` quotes a piece of the query. */
  constructor(limits: BudgetLimits, describe: (position: PositionRange) => string) {
    this.#limits = limits;
    this.#describe = describe;
  }

  get peakSamples(): number {
    return this.#peak;
  }

  /** Counts samples together with the memory that is theirs. Throws, as the other two do, where so many more are too many. */
  hold(samples: number, position: PositionRange): void {
    this.holdSamples(samples, position);
    this.holdBytes(samples * BYTES_PER_CELL, position);
  }

  /** For samples whose memory is counted elsewhere. */
  holdSamples(samples: number, position: PositionRange): void {
    const { maxSamples } = this.#limits;
    const total = this.#samples + samples;
    if (total > maxSamples) {
      const message = `query processing would load too many samples into memory in query execution: the limit is ${maxSamples}`;
      throw new PromqlError('too_many_samples', `${message}, reached at ${this.#describe(position)}`, { position });
    }
    this.#samples = total;
    if (total > this.#peak) this.#peak = total;
  }

  holdBytes(bytes: number, position: PositionRange): void {
    const { maxBytes } = this.#limits;
    const total = this.#bytes + bytes;
    if (total > maxBytes) {
      const message = `query processing would need too much memory in query execution: the limit is ${maxBytes} bytes`;
      throw new PromqlError('too_much_memory', `${message}, reached at ${this.#describe(position)}`, { position });
    }
    this.#bytes = total;
  }

  drop(samples: number): void {
    this.dropSamples(samples);
    this.dropBytes(samples * BYTES_PER_CELL);
  }

  dropSamples(samples: number): void {
    this.#samples -= samples;
    if (this.#samples < 0) throw new Error('BUG: a query gives back more samples than it holds');
  }

  dropBytes(bytes: number): void {
    this.#bytes -= bytes;
    if (this.#bytes < 0) throw new Error('BUG: a query gives back more memory than it holds');
  }
}
