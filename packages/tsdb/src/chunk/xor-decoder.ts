import { wordsOf } from '@hearth/model';
import { BIT_WINDOW_BYTES, bitWindow } from '../encoding/bits.ts';
import { ByteReader } from '../encoding/byte-reader.ts';
import { ALL_TIME, CHUNK_ENCODING_XOR, type EncodedChunk, type TimeRange } from './chunk.ts';
import { SampleBuffer } from './sample-buffer.ts';
import { XOR_MAX_SAMPLE_BYTES } from './xor-format.ts';

const UINT32 = 0x1_0000_0000;

/** A place between two samples of a chunk: the sample before it, and what the next one is stored against. */
export interface XorState {
  /** Samples before this place. */
  count: number;
  /** Bits before this place. */
  bit: number;
  time: number;
  delta: number;
  high: number;
  low: number;
  leading: number;
  trailing: number;
  hasWindow: boolean;
}

/**
 * Appends the samples of an XOR chunk whose times lie in `range` to `target`. Throws a `CorruptionError` for data that
 * is no XOR chunk, and then `target` is as it was.
 */
export function appendXorSamples(target: SampleBuffer, chunk: EncodedChunk, range: TimeRange = ALL_TIME): void {
  decode(target, chunk, range);
}

/** Decodes a whole chunk for the state at its end. */
export function readXorChunk(chunk: EncodedChunk): Readonly<XorState> {
  return decode(new SampleBuffer(), chunk, ALL_TIME);
}

function decode(target: SampleBuffer, chunk: EncodedChunk, range: TimeRange): XorState {
  if (chunk.encoding !== CHUNK_ENCODING_XOR) throw new Error(`BUG: encoding ${chunk.encoding} read as an XOR chunk`);
  const reader = new ByteReader(chunk.data, chunk.file, chunk.offset);
  const total = reader.uint16();
  const state = readFirst(reader, total);
  // Each sample but the first two takes two bits at least, so a wrong count cannot ask for much memory.
  if (2 * total - 3 > reader.remaining * 8) reader.fail('truncated', `too few bytes for ${total} samples`);
  reader.check();

  target.reserve(total);
  const lengthBefore = target.length;
  if (total > 0 && inRange(state.time, range)) appendSample(target, state);
  if (total > 1) {
    state.delta = reader.uvarint();
    state.time += state.delta;
    state.bit = reader.position * 8;
    reader.check();
    const problem = appendRest(target, padded(chunk.data), { state, total, range, endBit: chunk.data.length * 8 });
    if (problem !== undefined) {
      target.length = lengthBefore;
      reader.skip(Math.min(reader.remaining, (state.bit >>> 3) - reader.position));
      reader.fail(problem === TOO_SHORT ? 'truncated' : 'bad_value', problem);
      reader.check();
    }
  }
  return state;
}

function readFirst(reader: ByteReader, total: number): XorState {
  const time = total > 0 ? reader.varint() : 0;
  if (total > 0) reader.wordsInto(firstWords, 0);
  return {
    count: total > 0 ? 1 : 0,
    bit: reader.position * 8,
    time,
    delta: 0,
    high: total > 0 ? firstWords[1] | 0 : 0,
    low: total > 0 ? firstWords[0] | 0 : 0,
    leading: 0,
    trailing: 0,
    hasWindow: false,
  };
}

const firstWords = wordsOf(new Float64Array(1));

function inRange(time: number, range: TimeRange): boolean {
  return time >= range.minTime && time <= range.maxTime;
}

function appendSample(target: SampleBuffer, { time, high, low }: XorState): void {
  const at = target.length++;
  target.timestamps[at] = time;
  target.words[2 * at] = low;
  target.words[2 * at + 1] = high;
}

// The chunk being decoded, with zero bytes behind it so that the loop may look beyond its end.
const PADDING_BYTES = XOR_MAX_SAMPLE_BYTES + BIT_WINDOW_BYTES;
let paddedBytes = new Uint8Array(4096);
let paddedView = new DataView(paddedBytes.buffer);

function padded(data: Uint8Array): DataView {
  if (data.length + PADDING_BYTES > paddedBytes.length) {
    paddedBytes = new Uint8Array(2 * (data.length + PADDING_BYTES));
    paddedView = new DataView(paddedBytes.buffer);
  }
  paddedBytes.set(data);
  paddedBytes.fill(0, data.length, data.length + PADDING_BYTES);
  return paddedView;
}

interface Rest {
  readonly state: XorState;
  readonly total: number;
  readonly range: TimeRange;
  readonly endBit: number;
}

const TOO_SHORT = 'the samples end early';
const TOO_WIDE = 'a value has more than 64 bits';
const BAD_TIME = 'a time lies beyond 2^53';

/**
 * Appends all samples but the first; `state` stands where the time of the next sample is known and its value is not.
 * Returns what is wrong with the chunk, if anything. One long function, because the state must be in local variables:
 * in an object the same steps take half as long again.
 *
 * A turn of the loop reads a value and the time of the sample after it. Both are often one zero bit (the same value,
 * and as much later as before): a row of zero bits is as many such samples at once.
 */
function appendRest(target: SampleBuffer, view: DataView, { state, total, range, endBit }: Rest): string | undefined {
  const { timestamps, words } = target;
  const { minTime, maxTime } = range;
  let { count, bit, time, delta, high, low, leading, trailing, hasWindow } = state;
  let at = target.length;
  let problem: string | undefined;
  while (count < total && time <= maxTime) {
    let window = bitWindow(view, bit);
    const run = Math.min(Math.clz32(window) >>> 1, total - 1 - count);
    if (run > 0) {
      for (let i = 0; i < run; i++) {
        timestamps[at] = time;
        words[2 * at] = low;
        words[2 * at + 1] = high;
        if (time >= minTime && time <= maxTime) at++;
        time += delta;
      }
      bit += 2 * run;
      count += run;
      if (!Number.isSafeInteger(time)) problem = BAD_TIME;
      if (bit > endBit) problem = TOO_SHORT;
      if (problem !== undefined) break;
      continue;
    }

    if (window >= 0) {
      bit++;
    } else {
      bit += 2;
      if ((window & 0x4000_0000) !== 0) {
        const width = (window >>> 19) & 63 || 64;
        leading = (window >>> 25) & 31;
        trailing = 64 - leading - width;
        hasWindow = true;
        bit += 11;
        if (trailing < 0) {
          problem = TOO_WIDE;
          break;
        }
      }
      const width = 64 - leading - trailing;
      if (width > 32) {
        const upper = bitWindow(view, bit) >>> (64 - width);
        const lower = bitWindow(view, bit + width - 32);
        low ^= lower << trailing;
        high ^= (upper << trailing) | ((lower >>> 1) >>> (31 - trailing));
      } else if (trailing >= 32) {
        high ^= (bitWindow(view, bit) >>> (32 - width)) << (trailing - 32);
      } else {
        const bits = bitWindow(view, bit) >>> (32 - width);
        low ^= bits << trailing;
        high ^= (bits >>> 1) >>> (31 - trailing);
      }
      bit += width;
    }
    timestamps[at] = time;
    words[2 * at] = low;
    words[2 * at + 1] = high;
    if (time >= minTime && time <= maxTime) at++;
    if (++count < total) {
      window = bitWindow(view, bit);
      if (window >= 0) {
        bit++;
      } else {
        delta += changeOfDelta(view, bit, window);
        bit += changeBits(window);
      }
      time += delta;
      if (!Number.isSafeInteger(time)) problem = BAD_TIME;
    }
    if (bit > endBit) problem = TOO_SHORT;
    if (problem !== undefined) break;
  }
  Object.assign(state, { count, bit, time, delta, high, low, leading, trailing, hasWindow });
  target.length = at;
  return problem;
}

/** By how much the difference of two times changes; `window` holds the first bits of it, which are not 0. */
function changeOfDelta(view: DataView, bit: number, window: number): number {
  if ((window & 0x4000_0000) === 0) return signed((window >>> 16) & 0x3fff, 14);
  if ((window & 0x2000_0000) === 0) return signed((window >>> 12) & 0x1_ffff, 17);
  if ((window & 0x1000_0000) === 0) return signed((window >>> 8) & 0xf_ffff, 20);
  const change = bitWindow(view, bit + 4) * UINT32 + (bitWindow(view, bit + 36) >>> 0);
  return Number.isSafeInteger(change) ? change : Number.NaN;
}

/** How many bits such a change takes, its control bits included. */
function changeBits(window: number): number {
  if ((window & 0x4000_0000) === 0) return 2 + 14;
  if ((window & 0x2000_0000) === 0) return 3 + 17;
  return (window & 0x1000_0000) === 0 ? 4 + 20 : 4 + 64;
}

/** Two's complement, but for 10…0, which is positive. */
function signed(bits: number, width: number): number {
  return bits > 1 << (width - 1) ? bits - (1 << width) : bits;
}
