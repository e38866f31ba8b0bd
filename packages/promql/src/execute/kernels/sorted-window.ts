/** Where more samples than this share of the window come in at once, sorting anew is cheaper than finding a place for each. */
const MAX_SHARE_INSERTED = 1 / 8;

/** Below this distance values are moved one by one: a call to move many costs more. */
const SHORT_MOVE = 24;

/** The values of a window, sorted, which each sample enters and leaves once. NaNs are only counted. */
export class SortedWindow {
  /** The first `length` are the window's. */
  sorted = new Float64Array(512);
  length = 0;
  missing = 0;
  #values: Float64Array = this.sorted;
  #first = 0;
  #behind = 0;

  /** Starts with an empty window before sample `first`. */
  start(values: Float64Array, first: number): void {
    this.#values = values;
    this.length = 0;
    this.missing = 0;
    this.#first = first;
    this.#behind = first;
  }

  /** Moves the window on: neither end ever falls. */
  moveTo(first: number, behind: number): void {
    const coming = behind - Math.max(this.#behind, first);
    if (coming > 1 && coming > (behind - first) * MAX_SHARE_INSERTED) {
      this.#sortAnew(first, behind);
    } else {
      while (this.#behind < behind && this.#first < first)
        this.#replace(this.#values[this.#first++], this.#values[this.#behind++]);
      while (this.#behind < behind) this.#insert(this.#values[this.#behind++]);
      while (this.#first < first) this.#remove(this.#values[this.#first++]);
    }
    this.#first = first;
    this.#behind = behind;
  }

  #sortAnew(first: number, behind: number): void {
    this.#reserve(behind - first);
    let length = 0;
    for (let i = first; i < behind; i++) {
      if (!Number.isNaN(this.#values[i])) this.sorted[length++] = this.#values[i];
    }
    this.sorted.subarray(0, length).sort();
    this.length = length;
    this.missing = behind - first - length;
  }

  #replace(leaving: number, coming: number): void {
    if (Number.isNaN(leaving) || Number.isNaN(coming)) {
      this.#insert(coming);
      this.#remove(leaving);
      return;
    }
    if (leaving === coming) return;
    const { sorted } = this;
    const from = this.#placeOf(leaving);
    const to = leaving < coming ? this.#placeOf(coming) - 1 : this.#placeOf(coming);
    if (Math.abs(to - from) > SHORT_MOVE) {
      if (from < to) sorted.copyWithin(from, from + 1, to + 1);
      else sorted.copyWithin(to + 1, to, from);
    } else {
      for (let i = from; i < to; i++) sorted[i] = sorted[i + 1];
      for (let i = from; i > to; i--) sorted[i] = sorted[i - 1];
    }
    sorted[to] = coming;
  }

  #insert(value: number): void {
    if (Number.isNaN(value)) {
      this.missing++;
      return;
    }
    this.#reserve(this.length + 1);
    const at = this.#placeOf(value);
    this.sorted.copyWithin(at + 1, at, this.length++);
    this.sorted[at] = value;
  }

  #remove(value: number): void {
    if (Number.isNaN(value)) {
      this.missing--;
      return;
    }
    const at = this.#placeOf(value);
    this.sorted.copyWithin(at, at + 1, this.length--);
  }

  /** The first of the sorted values that is not less. */
  #placeOf(value: number): number {
    const { sorted } = this;
    let from = 0;
    let to = this.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (sorted[middle] < value) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #reserve(length: number): void {
    if (length <= this.sorted.length) return;
    const grown = new Float64Array(2 * length);
    grown.set(this.sorted);
    this.sorted = grown;
  }
}
