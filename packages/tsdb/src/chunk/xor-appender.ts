import { wordsOf } from '@hearth/model';
import { BitWriter } from '../encoding/bits.ts';
import { ByteWriter } from '../encoding/byte-writer.ts';
import { NORMAL_NAN_HIGH, NORMAL_NAN_LOW } from '../encoding/float-bits.ts';
import type { EncodedChunk } from './chunk.ts';
import { readXorChunk } from './xor-decoder.ts';
import { MAX_LEADING_ZEROS, MAX_TIME, XOR_MAX_SAMPLES } from './xor-format.ts';

const INITIAL_CAPACITY = 128;
const UINT32 = 0x1_0000_0000;

const scratch = new ByteWriter(16);
const scratchValue = new Float64Array(1);
const scratchWords = wordsOf(scratchValue);

/**
 * Builds one XOR chunk (see xor-format.ts), bit for bit as Prometheus does. Times must be integers within ±MAX_TIME
 * and must not fall; a chunk takes XOR_MAX_SAMPLES. Both are the caller's to check.
 */
export class XorAppender {
  readonly #bits = new BitWriter(INITIAL_CAPACITY);
  #count = 0;
  #time = 0;
  #delta = 0;
  #high = 0;
  #low = 0;
  #leading = 0;
  #trailing = 0;
  #hasWindow = false;

  constructor() {
    this.#bits.bits(0, 16);
  }

  /** Goes on where `chunk` ends, as if it had never been interrupted. The data is copied. */
  static resume(chunk: EncodedChunk): XorAppender {
    const appender = new XorAppender();
    const end = readXorChunk(chunk);
    if (end.count === 0) return appender;
    appender.#bits.resume(chunk.data, end.bit);
    appender.#count = end.count;
    appender.#time = end.time;
    appender.#delta = end.delta;
    appender.#high = end.high;
    appender.#low = end.low;
    appender.#leading = end.leading;
    appender.#trailing = end.trailing;
    appender.#hasWindow = end.hasWindow;
    return appender;
  }

  get count(): number {
    return this.#count;
  }

  /** Time of the last sample; 0 while there is none. */
  get lastTime(): number {
    return this.#time;
  }

  get byteLength(): number {
    return this.#bits.byteLength;
  }

  /** The chunk so far, without a copy: valid until the next append. */
  view(): Uint8Array {
    return this.#bits.view();
  }

  /** A copy of the chunk so far. */
  copy(): Uint8Array {
    return this.view().slice();
  }

  /** Appends a number. A NaN is stored as the NaN that is a value; a staleness marker needs `appendBits`. */
  append(time: number, value: number): void {
    if (Number.isNaN(value)) {
      this.appendBits(time, NORMAL_NAN_HIGH, NORMAL_NAN_LOW);
      return;
    }
    scratchValue[0] = value;
    this.appendBits(time, scratchWords[1], scratchWords[0]);
  }

  /** Appends the float64 whose bits are `high` and `low`. */
  appendBits(time: number, high: number, low: number): void {
    this.#checkTime(time);
    if (this.#count === 0) {
      this.#first(time, high, low);
    } else {
      const delta = time - this.#time;
      if (this.#count === 1) this.#uvarint(delta);
      else this.#appendTime(delta - this.#delta);
      this.#delta = delta;
      this.#appendXor(high ^ this.#high, low ^ this.#low);
    }
    this.#time = time;
    this.#high = high;
    this.#low = low;
    this.#bits.patchUint16(0, ++this.#count);
  }

  #checkTime(time: number): void {
    if (!Number.isInteger(time) || time > MAX_TIME || time < -MAX_TIME) {
      throw new Error(`BUG: ${time} is no time in milliseconds within ±${MAX_TIME}`);
    }
    if (this.#count > 0 && time < this.#time) throw new Error(`BUG: time ${time} appended after ${this.#time}`);
    if (this.#count === XOR_MAX_SAMPLES) throw new Error(`BUG: chunk holds ${XOR_MAX_SAMPLES} samples already`);
  }

  #first(time: number, high: number, low: number): void {
    scratch.reset();
    scratch.varint(time);
    this.#bits.bytes(scratch.view());
    this.#bits.bits(high, 32);
    this.#bits.bits(low, 32);
  }

  #uvarint(value: number): void {
    scratch.reset();
    scratch.uvarint(value);
    this.#bits.bytes(scratch.view());
  }

  #appendTime(change: number): void {
    const bits = this.#bits;
    if (change === 0) {
      bits.bits(0, 1);
    } else if (change >= -8_191 && change <= 8_192) {
      bits.bits((0b10 << 14) | (change & 0x3fff), 16);
    } else if (change >= -65_535 && change <= 65_536) {
      bits.bits((0b110 << 17) | (change & 0x1ffff), 20);
    } else if (change >= -524_287 && change <= 524_288) {
      bits.bits((0b1110 << 20) | (change & 0xfffff), 24);
    } else {
      bits.bits(0b1111, 4);
      bits.bits(Math.floor(change / UINT32) | 0, 32);
      bits.bits(change >>> 0, 32);
    }
  }

  #appendXor(high: number, low: number): void {
    if (high === 0 && low === 0) {
      this.#bits.bits(0, 1);
      return;
    }
    const leading = Math.min(high !== 0 ? Math.clz32(high) : 32, MAX_LEADING_ZEROS);
    const trailing = low !== 0 ? trailingZeros(low) : 32 + trailingZeros(high);
    if (this.#hasWindow && leading >= this.#leading && trailing >= this.#trailing) {
      this.#bits.bits(0b10, 2);
    } else {
      this.#leading = leading;
      this.#trailing = trailing;
      this.#hasWindow = true;
      const width = 64 - leading - trailing;
      this.#bits.bits((0b11 << 11) | (leading << 6) | (width & 63), 13);
    }
    this.#appendWindow(high, low);
  }

  #appendWindow(high: number, low: number): void {
    const width = 64 - this.#leading - this.#trailing;
    const shift = this.#trailing;
    if (width > 32) {
      this.#bits.bits(high >>> shift, width - 32);
      this.#bits.bits(shift === 0 ? low : (low >>> shift) | (high << (32 - shift)), 32);
    } else if (shift >= 32) {
      this.#bits.bits(high >>> (shift - 32), width);
    } else {
      this.#bits.bits(shift === 0 ? low : (low >>> shift) | (high << (32 - shift)), width);
    }
  }
}

/** Of a word that is not 0. */
function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}
