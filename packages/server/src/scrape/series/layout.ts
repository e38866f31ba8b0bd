import type { MetricType } from '@hearth/model';
import type { SeriesRef } from '@hearth/tsdb';

const METRIC_TYPES: readonly MetricType[] = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
];

/** Bits of a line's kind. None of them: its sample is stored, with the time of the scrape. */
export const PLAIN = 0;
/** Relabelling drops it: it has no reference. */
export const DROPPED = 1;
/** The same series stands further up already, and this line has no timestamp of its own. */
export const DUPLICATE = 2;
/** It has a timestamp of its own, which is honoured. */
export const TIMED = 4;

const FIRST_LINES = 64;
const FIRST_BYTES = 4096;

export interface LineToAdd {
  /** Where the line's text starts, comments before it included; and its series; and its value. */
  readonly start: number;
  readonly seriesStart: number;
  readonly seriesEnd: number;
  readonly valueStart: number;
  readonly ref: SeriesRef;
  readonly kind: number;
  readonly metricType: MetricType;
}

/**
 * How the body of a scrape is laid out: everything but its values. A target's layout hardly ever changes, so the next body
 * is read by comparing it with this, line by line: where the bytes up to the value are the same, so is all that they mean.
 *
 * The lines are those with a sample. Each has the text from the end of the line with the sample before it up to its own
 * value: comments and blank lines, then the series, then what separates it from the value.
 */
export class Layout {
  length = 0;
  refs = new Float64Array(FIRST_LINES);
  kinds = new Uint8Array(FIRST_LINES);
  /** Of the scrape before this one, if it was taken. */
  values = new Float64Array(FIRST_LINES);
  #bytes = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  /** The text of line `k` ends at `#ends[k + 1]` and starts at `#ends[k]`. The tail starts after the last of them. */
  #ends = new Uint32Array(FIRST_LINES + 1);
  #seriesStarts = new Uint32Array(FIRST_LINES);
  #seriesEnds = new Uint32Array(FIRST_LINES);
  #types = new Uint8Array(FIRST_LINES);
  #tailLength = 0;
  /** Open addressing over series, at most half full. Made when it is asked for. */
  #index: Uint32Array | undefined;

  textLength(line: number): number {
    return this.#ends[line + 1] - this.#ends[line];
  }

  hasComments(line: number): boolean {
    return this.#seriesStarts[line] !== this.#ends[line];
  }

  /** What the last TYPE line up to and before this line said. */
  metricType(line: number): MetricType {
    return line < 0 ? 'unknown' : METRIC_TYPES[this.#types[line]];
  }

  /** Whether the line's text stands at `position` of `body`. */
  isAt(line: number, body: DataView, position: number): boolean {
    const start = this.#ends[line];
    return this.#equals(start, this.#ends[line + 1], body, position);
  }

  /** Whether nothing stands from `position` on but what stood after the last line. */
  isTailAt(body: DataView, position: number): boolean {
    const start = this.#ends[this.length];
    if (body.byteLength - position !== this.#tailLength) return false;
    return this.#equals(start, start + this.#tailLength, body, position);
  }

  /** In bytes. */
  seriesLength(line: number): number {
    return this.#seriesEnds[line] - this.#seriesStarts[line];
  }

  seriesText(line: number): string {
    const { buffer } = this.#bytes;
    const start = this.#seriesStarts[line];
    return Buffer.from(buffer, start, this.#seriesEnds[line] - start).toString();
  }

  /** The first line with the series whose text stands from `start` to `end`, -1 if there is none. */
  find(body: DataView, start: number, end: number): number {
    this.#index ??= this.#createIndex();
    const mask = this.#index.length - 1;
    let slot = hash(body, start, end) & mask;
    for (; this.#index[slot] !== 0; slot = (slot + 1) & mask) {
      const line = this.#index[slot] - 1;
      if (this.isSeriesAt(line, body, start, end)) return line;
    }
    return -1;
  }

  isSeriesAt(line: number, body: DataView, start: number, end: number): boolean {
    const from = this.#seriesStarts[line];
    const to = this.#seriesEnds[line];
    return to - from === end - start && this.#equals(from, to, body, start);
  }

  /** Adds a line that stands in `body`. */
  add(body: Uint8Array, { start, seriesStart, seriesEnd, valueStart, ref, kind, metricType }: LineToAdd): void {
    const at = this.#reserve(valueStart - start);
    this.#bytes.set(body.subarray(start, valueStart), at);
    const line = this.length++;
    this.#ends[line + 1] = at + valueStart - start;
    this.#seriesStarts[line] = at + seriesStart - start;
    this.#seriesEnds[line] = at + seriesEnd - start;
    this.#types[line] = METRIC_TYPES.indexOf(metricType);
    this.refs[line] = ref;
    this.kinds[line] = kind;
  }

  /** Adds a line, with its value, that another layout has. */
  addFrom(other: Layout, line: number): void {
    const start = other.#ends[line];
    const end = other.#ends[line + 1];
    const at = this.#reserve(end - start);
    this.#bytes.set(other.#bytes.subarray(start, end), at);
    const own = this.length++;
    this.#ends[own + 1] = at + end - start;
    this.#seriesStarts[own] = other.#seriesStarts[line] - start + at;
    this.#seriesEnds[own] = other.#seriesEnds[line] - start + at;
    this.#types[own] = other.#types[line];
    this.refs[own] = other.refs[line];
    this.kinds[own] = other.kinds[line];
    this.values[own] = other.values[line];
  }

  /** Adds the first lines of another layout to this one, which has none yet. */
  addStartOf(other: Layout, count: number): void {
    if (this.length !== 0) throw new Error('BUG: the layout has lines already');
    if (count > this.refs.length) this.#growLines(2 * count);
    const byteLength = other.#ends[count];
    if (byteLength > this.#bytes.length) this.#growBytes(byteLength);
    this.#bytes.set(other.#bytes.subarray(0, byteLength));
    this.refs.set(other.refs.subarray(0, count));
    this.kinds.set(other.kinds.subarray(0, count));
    this.values.set(other.values.subarray(0, count));
    this.#types.set(other.#types.subarray(0, count));
    this.#ends.set(other.#ends.subarray(0, count + 1));
    this.#seriesStarts.set(other.#seriesStarts.subarray(0, count));
    this.#seriesEnds.set(other.#seriesEnds.subarray(0, count));
    this.length = count;
  }

  setTail(body: Uint8Array, start: number): void {
    const at = this.#reserve(body.length - start);
    this.#bytes.set(body.subarray(start), at);
    this.#tailLength = body.length - start;
  }

  /**
   * Eight bytes at a turn, read as numbers, which is faster for texts of this length than a call of `Buffer.compare`. Numbers
   * that are equal without having the same bytes are 0 and -0 only: seven NULs before a byte 0x80, which is not UTF-8. Bytes
   * that are no number are unequal to themselves: then the line is parsed, as if it were another one.
   */
  #equals(start: number, end: number, body: DataView, position: number): boolean {
    const own = this.#view;
    if (position + end - start > body.byteLength) return false;
    let i = start;
    let at = position;
    for (; i + 8 <= end; i += 8, at += 8) if (own.getFloat64(i, true) !== body.getFloat64(at, true)) return false;
    for (; i < end; i++, at++) if (own.getUint8(i) !== body.getUint8(at)) return false;
    return true;
  }

  #createIndex(): Uint32Array {
    let size = 16;
    while (size < 2 * this.length) size *= 2;
    const index = new Uint32Array(size);
    for (let line = 0; line < this.length; line++) {
      if ((this.kinds[line] & DUPLICATE) !== 0) continue;
      let slot = hash(this.#view, this.#seriesStarts[line], this.#seriesEnds[line]) & (size - 1);
      while (index[slot] !== 0) slot = (slot + 1) & (size - 1);
      index[slot] = line + 1;
    }
    return index;
  }

  /** Makes room for a line of so many bytes; where its text starts. */
  #reserve(byteLength: number): number {
    const at = this.#ends[this.length];
    if (at + byteLength > this.#bytes.length) this.#growBytes(at + byteLength);
    if (this.length === this.refs.length) this.#growLines(2 * this.length);
    return at;
  }

  #growBytes(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  #growLines(capacity: number): void {
    this.refs = grow(this.refs, new Float64Array(capacity));
    this.values = grow(this.values, new Float64Array(capacity));
    this.kinds = grow(this.kinds, new Uint8Array(capacity));
    this.#types = grow(this.#types, new Uint8Array(capacity));
    this.#ends = grow(this.#ends, new Uint32Array(capacity + 1));
    this.#seriesStarts = grow(this.#seriesStarts, new Uint32Array(capacity));
    this.#seriesEnds = grow(this.#seriesEnds, new Uint32Array(capacity));
  }
}

/** FNV-1a, 32 bits, with its upper bits folded into the lower ones. */
function hash(bytes: DataView, start: number, end: number): number {
  let value = 0x811c9dc5;
  for (let i = start; i < end; i++) value = Math.imul(value ^ bytes.getUint8(i), 0x01000193);
  return value ^ (value >>> 15);
}

function grow<T extends Uint8Array | Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
