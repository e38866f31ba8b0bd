export interface Columns {
  readonly values: Float64Array;
  readonly present: Uint8Array;
}

const MAX_POOLED = 16;

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

  give(columns: Columns): void {
    if (this.#free.length === MAX_POOLED) this.#free.shift();
    this.#free.push(columns);
  }
}
