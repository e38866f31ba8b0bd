import { grownCapacity, grownFloat64, grownUint32 } from './columns.ts';

const FIELDS = 3;
const REF = 0;
const MIN_TIME = 1;
const MAX_TIME = 2;

/** A list of chunks, which is its newest entry. 0 is the empty list. */
export type ChunkList = number;

/**
 * The finished chunks of all series: where they are on the disk and their times. Each series has a list, from the newest to
 * the oldest, of entries in common columns.
 */
export class ChunkLists {
  #fields = new Float64Array(1024 * FIELDS);
  #older = new Uint32Array(1024);
  #length = 1;
  #freeHead = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The list with a chunk that is newer than all in it. */
  push(list: ChunkList, ref: number, minTime: number, maxTime: number): ChunkList {
    const entry = this.#allocate();
    const at = entry * FIELDS;
    this.#fields[at + REF] = ref;
    this.#fields[at + MIN_TIME] = minTime;
    this.#fields[at + MAX_TIME] = maxTime;
    this.#older[entry] = list;
    this.#count++;
    return entry;
  }

  older(entry: ChunkList): ChunkList {
    return this.#older[entry];
  }

  ref(entry: ChunkList): number {
    return this.#fields[entry * FIELDS + REF];
  }

  minTime(entry: ChunkList): number {
    return this.#fields[entry * FIELDS + MIN_TIME];
  }

  maxTime(entry: ChunkList): number {
    return this.#fields[entry * FIELDS + MAX_TIME];
  }

  /** The oldest entry of a list that is not empty. */
  oldest(list: ChunkList): ChunkList {
    let entry = list;
    while (this.#older[entry] !== 0) entry = this.#older[entry];
    return entry;
  }

  length(list: ChunkList): number {
    let length = 0;
    for (let entry = list; entry !== 0; entry = this.#older[entry]) length++;
    return length;
  }

  /** The list without the chunks that end before a time. */
  dropBefore(list: ChunkList, time: number): ChunkList {
    let kept = 0;
    let entry = list;
    while (entry !== 0 && this.maxTime(entry) >= time) {
      kept = entry;
      entry = this.#older[entry];
    }
    if (kept !== 0) this.#older[kept] = 0;
    this.#free(entry);
    return kept === 0 ? 0 : list;
  }

  /** The list without its newest chunks: those whose references are not below `ref`. */
  dropFrom(list: ChunkList, ref: number): ChunkList {
    let kept = list;
    while (kept !== 0 && this.ref(kept) >= ref) {
      const older = this.#older[kept];
      this.#older[kept] = 0;
      this.#free(kept);
      kept = older;
    }
    return kept;
  }

  /** One list of two. Of chunks whose times overlap the older one stays; returns how many did not. */
  merge(a: ChunkList, b: ChunkList): { readonly list: ChunkList; readonly dropped: number } {
    const entries = [...this.#entries(a), ...this.#entries(b)].sort((x, y) => this.minTime(x) - this.minTime(y));
    let list = 0;
    let dropped = 0;
    for (const entry of entries) {
      const follows = list === 0 || this.minTime(entry) > this.maxTime(list);
      this.#older[entry] = follows ? list : 0;
      if (follows) {
        list = entry;
      } else {
        this.#free(entry);
        dropped++;
      }
    }
    return { list, dropped };
  }

  *#entries(list: ChunkList): Generator<ChunkList, void, void> {
    for (let entry = list; entry !== 0; entry = this.#older[entry]) yield entry;
  }

  #allocate(): number {
    const free = this.#freeHead;
    if (free !== 0) {
      this.#freeHead = this.#older[free];
      return free;
    }
    const fresh = this.#length++;
    if (fresh === this.#older.length) {
      const capacity = grownCapacity(fresh, fresh + 1);
      this.#older = grownUint32(this.#older, capacity);
      this.#fields = grownFloat64(this.#fields, capacity * FIELDS);
    }
    return fresh;
  }

  #free(list: ChunkList): void {
    let entry = list;
    while (entry !== 0) {
      const next = this.#older[entry];
      this.#older[entry] = this.#freeHead;
      this.#freeHead = entry;
      this.#count--;
      entry = next;
    }
  }
}
