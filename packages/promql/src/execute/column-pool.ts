import { CELLS_PER_BATCH } from './batch.ts';

export interface Columns {
  readonly values: Float64Array;
  readonly present: Uint8Array;
}

const MAX_POOLED = 16;

/** Larger columns, of rows with very many steps, would be too much to keep. */
const MAX_POOLED_CELLS = 2 * CELLS_PER_BATCH;

/** Keeps columns that are done with for the next batch: fresh memory would have to be cleared, and paged in. */
export class ColumnPool {
  readonly #free: Columns[] = [];

  take(cells: number): Columns {
    for (let i = this.#free.length - 1; i >= 0; i--) {
      const { length } = this.#free[i].present;
      if (length >= cells && length <= 2 * cells) return this.#free.splice(i, 1)[0];
    }
    return { values: new Float64Array(cells), present: new Uint8Array(cells) };
  }

  give({ values, present }: Columns): void {
    if (present.length > MAX_POOLED_CELLS) return;
    if (this.#free.length === MAX_POOLED) this.#free.shift();
    this.#free.push({ values, present });
  }
}
