import { type Labels, labelsFromPairs } from '@hearth/model';
import { grownCapacity, grownUint32 } from './columns.ts';
import type { SymbolPool } from './symbol-pool.ts';

const INITIAL_SLOTS = 1024;

/** Where a label set stands in the common column: pairs of symbols, name and value, sorted by name. */
interface Place {
  readonly start: number;
  /** Symbols, two for a label. */
  readonly length: number;
}

/**
 * The labels of each series as numbers of symbols, and a table to find a series by them: some 8 bytes a label and 8 a series.
 */
export class LabelColumns {
  readonly #symbols: SymbolPool;
  #ids = new Uint32Array(8 * INITIAL_SLOTS);
  #idsLength = 0;
  /** Places of removed label sets, by their length. */
  readonly #free = new Map<number, number[]>();
  #starts = new Uint32Array(INITIAL_SLOTS);
  #lengths = new Uint32Array(INITIAL_SLOTS);
  #hashes = new Uint32Array(INITIAL_SLOTS);
  /** Open addressing: a slot, or 0. At most two thirds are taken. */
  #table = new Uint32Array(2 * INITIAL_SLOTS);
  #count = 0;
  /** The label set that is being looked for or added. */
  #wanted = new Uint32Array(64);
  #wantedLength = 0;

  constructor(symbols: SymbolPool) {
    this.#symbols = symbols;
  }

  /** The slot of the series with these labels, or 0. */
  find(labels: Labels): number {
    const { size } = labels;
    this.#makeWantedRoom(2 * size);
    for (let i = 0; i < size; i++) {
      const name = this.#symbols.tryId(labels.nameAt(i));
      const value = this.#symbols.tryId(labels.valueAt(i));
      if (name === undefined || value === undefined) return 0;
      this.#wanted[2 * i] = name;
      this.#wanted[2 * i + 1] = value;
    }
    this.#wantedLength = 2 * size;
    return this.#table[this.#search(this.#hash())];
  }

  /** Gives a slot its labels. There must be no series with them. */
  add(slot: number, labels: Labels): void {
    const { size } = labels;
    this.#makeWantedRoom(2 * size);
    for (let i = 0; i < size; i++) {
      this.#wanted[2 * i] = this.#symbols.retain(labels.nameAt(i));
      this.#wanted[2 * i + 1] = this.#symbols.retain(labels.valueAt(i));
    }
    this.#wantedLength = 2 * size;
    if (slot >= this.#starts.length) this.#growSlots(slot);
    const start = this.#allocate(2 * size);
    this.#ids.set(this.#wanted.subarray(0, 2 * size), start);
    this.#starts[slot] = start;
    this.#lengths[slot] = 2 * size;
    this.#hashes[slot] = this.#hash();
    if (3 * ++this.#count > 2 * this.#table.length) this.#growTable();
    this.#table[this.#search(this.#hashes[slot])] = slot;
  }

  /** The series can no longer be found by its labels; they can still be read. */
  unlist(slot: number): void {
    const mask = this.#table.length - 1;
    let hole = this.#hashes[slot] & mask;
    while (this.#table[hole] !== slot) hole = (hole + 1) & mask;
    // Entries behind the hole move up, so that a search never ends before what it looks for.
    for (let at = (hole + 1) & mask; this.#table[at] !== 0; at = (at + 1) & mask) {
      const home = this.#hashes[this.#table[at]] & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      this.#table[hole] = this.#table[at];
      hole = at;
    }
    this.#table[hole] = 0;
    this.#count--;
  }

  /** Forgets the labels of a slot that was unlisted. */
  release(slot: number): void {
    const { start, length } = this.#place(slot);
    for (let i = 0; i < length; i++) this.#symbols.release(this.#ids[start + i]);
    const places = this.#free.get(length) ?? [];
    places.push(start);
    this.#free.set(length, places);
    this.#lengths[slot] = 0;
  }

  labels(slot: number): Labels {
    const { start, length } = this.#place(slot);
    const pairs: string[] = [];
    for (let i = 0; i < length; i++) pairs.push(this.#symbols.text(this.#ids[start + i]));
    return labelsFromPairs(pairs);
  }

  labelCount(slot: number): number {
    return this.#lengths[slot] / 2;
  }

  nameAt(slot: number, index: number): number {
    return this.#ids[this.#starts[slot] + 2 * index];
  }

  valueAt(slot: number, index: number): number {
    return this.#ids[this.#starts[slot] + 2 * index + 1];
  }

  #place(slot: number): Place {
    return { start: this.#starts[slot], length: this.#lengths[slot] };
  }

  /** The place in the table of the wanted labels, or the free one for them. */
  #search(hash: number): number {
    const mask = this.#table.length - 1;
    let at = hash & mask;
    while (this.#table[at] !== 0 && !this.#isWanted(this.#table[at], hash)) at = (at + 1) & mask;
    return at;
  }

  #isWanted(slot: number, hash: number): boolean {
    if (this.#hashes[slot] !== hash || this.#lengths[slot] !== this.#wantedLength) return false;
    const start = this.#starts[slot];
    for (let i = 0; i < this.#wantedLength; i++) if (this.#ids[start + i] !== this.#wanted[i]) return false;
    return true;
  }

  /** FNV-1a over the symbols, its bits mixed once more (as MurmurHash3 ends) because only the low ones are used. */
  #hash(): number {
    let hash = 0x811c9dc5;
    for (let i = 0; i < this.#wantedLength; i++) hash = Math.imul(hash ^ this.#wanted[i], 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  }

  #allocate(length: number): number {
    const free = this.#free.get(length)?.pop();
    if (free !== undefined) return free;
    const start = this.#idsLength;
    this.#idsLength += length;
    if (this.#idsLength > this.#ids.length) {
      this.#ids = grownUint32(this.#ids, grownCapacity(this.#ids.length, this.#idsLength));
    }
    return start;
  }

  #makeWantedRoom(length: number): void {
    if (length > this.#wanted.length) this.#wanted = new Uint32Array(2 * length);
  }

  #growSlots(slot: number): void {
    const capacity = grownCapacity(this.#starts.length, slot + 1);
    this.#starts = grownUint32(this.#starts, capacity);
    this.#lengths = grownUint32(this.#lengths, capacity);
    this.#hashes = grownUint32(this.#hashes, capacity);
  }

  #growTable(): void {
    const before = this.#table;
    const mask = 2 * before.length - 1;
    this.#table = new Uint32Array(mask + 1);
    for (const slot of before) {
      if (slot === 0) continue;
      let at = this.#hashes[slot] & mask;
      while (this.#table[at] !== 0) at = (at + 1) & mask;
      this.#table[at] = slot;
    }
  }
}
