import type { SeriesRef } from '@hearth/tsdb';

/** A series of a target, from 1. 0 is none. */
export type SeriesId = number;

/** FNV-1a, 32 bits. */
const HASH_START = 0x811c9dc5;
const HASH_FACTOR = 0x01000193;

/**
 * The series that a target has shown, found by the bytes of their name and labels. A target shows them in the same order again
 * and again, so each remembers which one came behind it: as a rule, finding one takes a single comparison of bytes.
 */
export class KnownSeries {
  #size = 0;
  /** The bytes of all series, one behind the other: those of `id` end where those of `id + 1` start. */
  #bytes = new DataView(new ArrayBuffer(1 << 16));
  #starts = new Uint32Array(1024);
  #refs = new Float64Array(1024);
  #followers = new Uint32Array(1024);
  #lastSeen = new Uint32Array(1024);
  /** Open addressing, at most half full. */
  #table = new Uint32Array(2048);

  get size(): number {
    return this.#size;
  }

  ref(id: SeriesId): SeriesRef {
    return this.#refs[id];
  }

  /** Number of the last scrape that had the series. */
  lastSeen(id: SeriesId): number {
    return this.#lastSeen[id];
  }

  see(id: SeriesId, scrape: number): void {
    this.#lastSeen[id] = scrape;
  }

  /** The series whose bytes stand from `start` to `end`, 0 if it is not known. `previous` is the one on the line before. */
  find(page: DataView, start: number, end: number, previous: SeriesId): SeriesId {
    const expected = this.#followers[previous];
    if (expected !== 0 && this.#equals(expected, page, start, end)) return expected;
    const found = this.#table[this.#slotOf(page, start, end)];
    if (found !== 0) this.#followers[previous] = found;
    return found;
  }

  /** Adds one that `find` did not find. */
  add(page: DataView, start: number, end: number, previous: SeriesId, ref: SeriesRef): SeriesId {
    this.#reserve(end - start);
    const id = ++this.#size;
    const at = this.#starts[id];
    for (let i = start; i < end; i++) this.#bytes.setUint8(at + i - start, page.getUint8(i));
    this.#starts[id + 1] = at + end - start;
    this.#refs[id] = ref;
    this.#followers[previous] = id;
    this.#table[this.#slotOf(page, start, end)] = id;
    return id;
  }

  /** Where the table has the series, or the free place where it would be. */
  #slotOf(page: DataView, start: number, end: number): number {
    const mask = this.#table.length - 1;
    let hash = HASH_START;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ page.getUint8(i), HASH_FACTOR);
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (this.#table[slot] !== 0 && !this.#equals(this.#table[slot], page, start, end)) slot = (slot + 1) & mask;
    return slot;
  }

  /** Four bytes at a time, which is faster for short texts than a call of `Buffer.compare`. */
  #equals(id: SeriesId, page: DataView, start: number, end: number): boolean {
    const own = this.#bytes;
    let at = this.#starts[id];
    if (this.#starts[id + 1] - at !== end - start) return false;
    let i = start;
    for (; i + 4 <= end; i += 4, at += 4) if (own.getInt32(at) !== page.getInt32(i)) return false;
    for (; i < end; i++, at++) if (own.getUint8(at) !== page.getUint8(i)) return false;
    return true;
  }

  #reserve(byteLength: number): void {
    const needed = this.#starts[this.#size + 1] + byteLength;
    if (needed > this.#bytes.byteLength) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.byteLength));
      grown.set(new Uint8Array(this.#bytes.buffer));
      this.#bytes = new DataView(grown.buffer);
    }
    if (this.#size + 3 <= this.#refs.length) return;
    this.#starts = grow(this.#starts, new Uint32Array(2 * this.#starts.length));
    this.#refs = grow(this.#refs, new Float64Array(2 * this.#refs.length));
    this.#followers = grow(this.#followers, new Uint32Array(2 * this.#followers.length));
    this.#lastSeen = grow(this.#lastSeen, new Uint32Array(2 * this.#lastSeen.length));
    this.#table = new Uint32Array(2 * this.#table.length);
    for (let id = 1; id <= this.#size; id++) {
      this.#table[this.#slotOf(this.#bytes, this.#starts[id], this.#starts[id + 1])] = id;
    }
  }
}

function grow<T extends Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
