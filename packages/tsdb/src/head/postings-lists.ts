import { grownCapacity, grownUint32 } from './columns.ts';

const MIN_CAPACITY = 4;

/**
 * Lists of series in one column. A list is a number; its entries take a power of two of places, which it leaves for a larger
 * one when it is full. Lists are sorted when they are asked for: mostly they are already, for new series have higher slots.
 */
export class PostingsLists {
  #entries = new Uint32Array(4096);
  #end = 0;
  /** Places that lists have left, by the binary logarithm of their length. */
  readonly #free: number[][] = [];
  #starts = new Uint32Array(256);
  #lengths = new Uint32Array(256);
  #capacities = new Uint32Array(256);
  #isUnsorted = new Uint8Array(256);
  #count = 0;
  readonly #freeLists: number[] = [];

  create(): number {
    const list = this.#freeLists.pop() ?? this.#count++;
    if (list >= this.#starts.length) this.#growLists();
    this.#starts[list] = this.#allocate(MIN_CAPACITY);
    this.#capacities[list] = MIN_CAPACITY;
    this.#lengths[list] = 0;
    this.#isUnsorted[list] = 0;
    return list;
  }

  length(list: number): number {
    return this.#lengths[list];
  }

  push(list: number, slot: number): void {
    const length = this.#lengths[list];
    if (length === this.#capacities[list]) this.#move(list);
    const at = this.#starts[list] + length;
    if (length > 0 && this.#entries[at - 1] > slot) this.#isUnsorted[list] = 1;
    this.#entries[at] = slot;
    this.#lengths[list] = length + 1;
  }

  /** The entries, ascending: a copy. */
  sorted(list: number): Uint32Array {
    const entries = this.#view(list);
    if (this.#isUnsorted[list] === 1) entries.sort();
    this.#isUnsorted[list] = 0;
    return entries.slice();
  }

  /** Removes entries. Returns how many are left. */
  filter(list: number, isKept: (slot: number) => boolean): number {
    const entries = this.#view(list);
    let length = 0;
    for (const slot of entries) if (isKept(slot)) entries[length++] = slot;
    this.#lengths[list] = length;
    return length;
  }

  delete(list: number): void {
    this.#leave(list);
    this.#lengths[list] = 0;
    this.#freeLists.push(list);
  }

  #view(list: number): Uint32Array {
    return this.#entries.subarray(this.#starts[list], this.#starts[list] + this.#lengths[list]);
  }

  #move(list: number): void {
    const capacity = 2 * this.#capacities[list];
    const start = this.#allocate(capacity);
    this.#entries.copyWithin(start, this.#starts[list], this.#starts[list] + this.#lengths[list]);
    this.#leave(list);
    this.#starts[list] = start;
    this.#capacities[list] = capacity;
  }

  #leave(list: number): void {
    const size = Math.log2(this.#capacities[list]);
    while (this.#free.length <= size) this.#free.push([]);
    this.#free[size].push(this.#starts[list]);
  }

  #allocate(capacity: number): number {
    const free = this.#free[Math.log2(capacity)]?.pop();
    if (free !== undefined) return free;
    const start = this.#end;
    this.#end += capacity;
    if (this.#end > this.#entries.length) {
      this.#entries = grownUint32(this.#entries, grownCapacity(this.#entries.length, this.#end));
    }
    return start;
  }

  #growLists(): void {
    const capacity = 2 * this.#starts.length;
    this.#starts = grownUint32(this.#starts, capacity);
    this.#lengths = grownUint32(this.#lengths, capacity);
    this.#capacities = grownUint32(this.#capacities, capacity);
    const isUnsorted = new Uint8Array(capacity);
    isUnsorted.set(this.#isUnsorted);
    this.#isUnsorted = isUnsorted;
  }
}
