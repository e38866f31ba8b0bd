import { MAX_LEADING_ZEROS } from '../chunk/xor-format.ts';
import { ByteWriter } from '../encoding/byte-writer.ts';
import { ChunkMemory } from './chunk-memory.ts';
import { grownCapacity, grownFloat64, grownInt32 } from './columns.ts';

/** What of a series every sample reads and writes lies together, in two arrays: half a cache line in each. */
const TIMES = 4;
/** Of the last sample, -Infinity while there is none. It stays when the chunk ends. */
const LAST_TIME = 0;
/** Between the last two samples of the chunk. */
const DELTA = 1;
const MIN_TIME = 2;
/** The chunk takes no sample from this time on. */
const END_TIME = 3;

const WORDS = 8;
/** Bits of the last value. They stay when the chunk ends. */
const HIGH = 0;
const LOW = 1;
/** The bits of the chunk that make up no whole word yet, from the top. */
const PARTIAL = 2;
/** Addresses in the chunk memory: where the next word goes, and the first segment, 0 while there is no chunk. */
const NEXT = 3;
const FIRST = 4;
/** Sample count << 16 | window set << 11 | leading zeros << 6 | trailing zeros. */
const STATE = 5;
/** Whole words << 6 | bits in the partial word, 0 to 31. */
const LENGTH = 6;
/** For the list of finished chunks. */
const LIST = 7;

const COUNT_SHIFT = 16;
const HAS_WINDOW = 1 << 11;
const LEADING_SHIFT = 6;
const SIX_BITS = 63;
const UINT32 = 0x1_0000_0000;
const INITIAL_SLOTS = 1024;

const scratch = new ByteWriter(16);

/**
 * The chunk of each series that is being appended to, encoded as it grows: bit for bit what `XorAppender` makes, kept in
 * columns by the slot of the series instead of an object each.
 */
export class OpenChunks {
  readonly memory = new ChunkMemory();
  #times = new Float64Array(INITIAL_SLOTS * TIMES);
  #words = new Int32Array(INITIAL_SLOTS * WORDS);
  // The bit writer of the sample that is being appended.
  #partial = 0;
  #used = 0;
  #next = 0;
  #written = 0;

  /** Makes a slot that of a new series. */
  reset(slot: number): void {
    if ((slot + 1) * TIMES > this.#times.length) {
      const capacity = grownCapacity(this.#times.length / TIMES, slot + 1);
      this.#times = grownFloat64(this.#times, capacity * TIMES);
      this.#words = grownInt32(this.#words, capacity * WORDS);
    }
    this.#times.fill(0, slot * TIMES, (slot + 1) * TIMES);
    this.#times[slot * TIMES + LAST_TIME] = -Infinity;
    this.#words.fill(0, slot * WORDS, (slot + 1) * WORDS);
  }

  lastTime(slot: number): number {
    return this.#times[slot * TIMES + LAST_TIME];
  }

  lastHigh(slot: number): number {
    return this.#words[slot * WORDS + HIGH];
  }

  lastLow(slot: number): number {
    return this.#words[slot * WORDS + LOW];
  }

  /** Sets the last sample of a series that has no open chunk. */
  setLast(slot: number, time: number, high: number, low: number): void {
    this.#times[slot * TIMES + LAST_TIME] = time;
    this.#words[slot * WORDS + HIGH] = high;
    this.#words[slot * WORDS + LOW] = low;
  }

  list(slot: number): number {
    return this.#words[slot * WORDS + LIST] >>> 0;
  }

  setList(slot: number, list: number): void {
    this.#words[slot * WORDS + LIST] = list;
  }

  /** Samples in the open chunk. */
  count(slot: number): number {
    return this.#words[slot * WORDS + STATE] >>> COUNT_SHIFT;
  }

  minTime(slot: number): number {
    return this.#times[slot * TIMES + MIN_TIME];
  }

  endTime(slot: number): number {
    return this.#times[slot * TIMES + END_TIME];
  }

  setEndTime(slot: number, time: number): void {
    this.#times[slot * TIMES + END_TIME] = time;
  }

  byteLength(slot: number): number {
    const length = this.#words[slot * WORDS + LENGTH];
    return (length >>> 6) * 4 + (((length & SIX_BITS) + 7) >>> 3);
  }

  /** Copies the chunk to the front of `target`, which has room for four bytes more than `byteLength`. Returns its length. */
  copyTo(target: DataView, slot: number): number {
    const at = slot * WORDS;
    const words = this.#words[at + LENGTH] >>> 6;
    this.memory.copyTo(target, this.#words[at + FIRST], words);
    target.setInt32(words * 4, this.#words[at + PARTIAL]);
    target.setUint16(0, this.count(slot));
    return this.byteLength(slot);
  }

  /** Forgets the open chunk. The last sample stays. */
  drop(slot: number): void {
    const at = slot * WORDS;
    this.memory.free(this.#words[at + FIRST] >>> 0);
    this.#words[at + FIRST] = 0;
    this.#words[at + NEXT] = 0;
    this.#words[at + PARTIAL] = 0;
    this.#words[at + STATE] = 0;
    this.#words[at + LENGTH] = 0;
  }

  /** Begins a chunk with its first sample. There must be none. */
  begin(slot: number, time: number, high: number, low: number): void {
    const at = slot * WORDS;
    const first = this.memory.allocate();
    this.#words[at + FIRST] = first;
    this.#partial = 0;
    this.#used = 16;
    this.#next = first;
    this.#written = 0;
    scratch.reset();
    scratch.varint(time);
    for (const byte of scratch.view()) this.#put(byte, 8);
    this.#put(high, 32);
    this.#put(low, 32);
    this.#times[slot * TIMES + MIN_TIME] = time;
    this.#words[at + STATE] = 0;
    this.#words[at + LENGTH] = 0;
    this.#end(slot, time, high, low);
  }

  /** Appends a sample, later than the last one, to a chunk that has been begun. */
  append(slot: number, time: number, high: number, low: number): void {
    const at = slot * WORDS;
    const words = this.#words;
    const times = this.#times;
    const timesAt = slot * TIMES;
    const length = words[at + LENGTH];
    this.#partial = words[at + PARTIAL];
    this.#used = length & SIX_BITS;
    this.#next = words[at + NEXT] >>> 0;
    this.#written = 0;
    const delta = time - times[timesAt + LAST_TIME];
    if (words[at + STATE] >>> COUNT_SHIFT === 1) this.#uvarint(delta);
    else this.#putTime(delta - times[timesAt + DELTA]);
    times[timesAt + DELTA] = delta;
    this.#putValue(at, high ^ words[at + HIGH], low ^ words[at + LOW]);
    this.#end(slot, time, high, low);
  }

  #end(slot: number, time: number, high: number, low: number): void {
    const at = slot * WORDS;
    const words = this.#words;
    words[at + HIGH] = high;
    words[at + LOW] = low;
    words[at + PARTIAL] = this.#partial;
    words[at + NEXT] = this.#next;
    words[at + STATE] += 1 << COUNT_SHIFT;
    words[at + LENGTH] = (((words[at + LENGTH] >>> 6) + this.#written) << 6) | this.#used;
    this.#times[slot * TIMES + LAST_TIME] = time;
  }

  #uvarint(value: number): void {
    scratch.reset();
    scratch.uvarint(value);
    for (const byte of scratch.view()) this.#put(byte, 8);
  }

  #putTime(change: number): void {
    if (change === 0) this.#put(0, 1);
    else if (change >= -8_191 && change <= 8_192) this.#put((0b10 << 14) | (change & 0x3fff), 16);
    else if (change >= -65_535 && change <= 65_536) this.#put((0b110 << 17) | (change & 0x1ffff), 20);
    else if (change >= -524_287 && change <= 524_288) this.#put((0b1110 << 20) | (change & 0xfffff), 24);
    else {
      this.#put(0b1111, 4);
      this.#put(Math.floor(change / UINT32) | 0, 32);
      this.#put(change | 0, 32);
    }
  }

  /** Appends the bits in which a value differs from the one before it. */
  #putValue(at: number, high: number, low: number): void {
    if (high === 0 && low === 0) {
      this.#put(0, 1);
      return;
    }
    const words = this.#words;
    const state = words[at + STATE];
    let leading = high !== 0 ? Math.clz32(high) : 32;
    if (leading > MAX_LEADING_ZEROS) leading = MAX_LEADING_ZEROS;
    let trailing = low !== 0 ? trailingZeros(low) : 32 + trailingZeros(high);
    const windowLeading = (state >>> LEADING_SHIFT) & 31;
    const windowTrailing = state & SIX_BITS;
    if ((state & HAS_WINDOW) !== 0 && leading >= windowLeading && trailing >= windowTrailing) {
      this.#put(0b10, 2);
      leading = windowLeading;
      trailing = windowTrailing;
    } else {
      words[at + STATE] = ((state >>> COUNT_SHIFT) << COUNT_SHIFT) | HAS_WINDOW | (leading << LEADING_SHIFT) | trailing;
      this.#put((0b11 << 11) | (leading << 6) | ((64 - leading - trailing) & SIX_BITS), 13);
    }
    const width = 64 - leading - trailing;
    if (width > 32) {
      this.#put(high >>> trailing, width - 32);
      this.#put(trailing === 0 ? low : (low >>> trailing) | (high << (32 - trailing)), 32);
    } else if (trailing >= 32) {
      this.#put(high >>> (trailing - 32), width);
    } else {
      this.#put(trailing === 0 ? low : (low >>> trailing) | (high << (32 - trailing)), width);
    }
  }

  /** Appends the low `count` bits of `value`, 1 to 32 of them. */
  #put(value: number, count: number): void {
    const free = 32 - this.#used;
    const bits = count === 32 ? value : value & ((1 << count) - 1);
    if (count < free) {
      this.#partial |= bits << (free - count);
      this.#used += count;
      return;
    }
    const over = count - free;
    this.#next = this.memory.write(this.#next, this.#partial | (bits >>> over));
    this.#written++;
    this.#partial = over === 0 ? 0 : bits << (32 - over);
    this.#used = over;
  }
}

/** Of a word that is not 0. */
function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}
