import type { Pace } from '../file/pace.ts';

const STEPS_BETWEEN_RESTS = 16_384;

/** The series that have a label name, by its values in ascending order of their symbols. */
export interface GroupedPostings {
  readonly values: Uint32Array;
  /** The series with `values[i]`, ascending, are `refs` from `starts[i]` to `starts[i + 1]`. */
  readonly starts: Uint32Array;
  readonly refs: Uint32Array;
}

/**
 * Collects which series have which labels while an index is written: 8 to 16 bytes for each label of each series, and
 * 4 for each symbol.
 */
export class PostingsColumns {
  readonly #columns = new Map<number, Column>();
  /** By symbol of a value; all zero between two calls of `group`. */
  readonly #places: Uint32Array;

  constructor(symbolCount: number) {
    this.#places = new Uint32Array(symbolCount);
  }

  /** Series are added with ascending references. */
  add(name: number, value: number, ref: number): void {
    let column = this.#columns.get(name);
    if (column === undefined) {
      column = new Column();
      this.#columns.set(name, column);
    }
    column.push(value, ref);
  }

  /** The symbols of the names, in ascending order. */
  names(): Uint32Array {
    return Uint32Array.from(this.#columns.keys()).sort();
  }

  /** Sorts the series of a name by their values, by counting: series and symbols are walked through twice. */
  async group(name: number, pace: Pace): Promise<GroupedPostings> {
    const column = this.#columns.get(name);
    if (column === undefined) throw new Error(`BUG: symbol ${name} is no label name`);
    const { values, refs } = column.filled();
    const places = this.#places;
    let lowest = places.length;
    let highest = -1;
    let distinct = 0;
    for (const [i, value] of values.entries()) {
      if (places[value]++ === 0) distinct++;
      if (value < lowest) lowest = value;
      if (value > highest) highest = value;
      if (i % STEPS_BETWEEN_RESTS === 0) await pace();
    }

    const grouped = { values: new Uint32Array(distinct), starts: new Uint32Array(distinct + 1) };
    let at = 0;
    for (let value = lowest; value <= highest; value++) {
      if (places[value] !== 0) {
        grouped.values[at] = value;
        grouped.starts[at + 1] = grouped.starts[at] + places[value];
        places[value] = grouped.starts[at];
        at++;
      }
      if (value % STEPS_BETWEEN_RESTS === 0) await pace();
    }

    const sorted = new Uint32Array(refs.length);
    for (const [i, ref] of refs.entries()) {
      sorted[places[values[i]]++] = ref;
      if (i % STEPS_BETWEEN_RESTS === 0) await pace();
    }
    for (const value of grouped.values) places[value] = 0;
    return { ...grouped, refs: sorted };
  }
}

/** The labels of one name: the symbol of the value, and the series. */
class Column {
  #values = new Uint32Array(16);
  #refs = new Uint32Array(16);
  #length = 0;

  push(value: number, ref: number): void {
    if (this.#length === this.#values.length) {
      this.#values = doubled(this.#values);
      this.#refs = doubled(this.#refs);
    }
    this.#values[this.#length] = value;
    this.#refs[this.#length++] = ref;
  }

  filled(): { readonly values: Uint32Array; readonly refs: Uint32Array } {
    return { values: this.#values.subarray(0, this.#length), refs: this.#refs.subarray(0, this.#length) };
  }
}

function doubled(from: Uint32Array): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(from.length * 2);
  to.set(from);
  return to;
}
