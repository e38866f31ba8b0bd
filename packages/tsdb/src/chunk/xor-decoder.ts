import { BIT_WINDOW_BYTES, bitWindow } from '../encoding/bits.ts';
import { ByteReader } from '../encoding/byte-reader.ts';
import { wordsOf } from '../encoding/float-bits.ts';
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
const BAD_TIME = 'a time lies beyond 2^53';

/**
 * Appends all samples but the first; `state` stands where the time of the next sample is known and its value is not.
 * Returns what is wrong with the chunk, if anything.
 *
 * A turn of the loop reads a value and the time of the sample after it. Both are often one zero bit (the same value,
 * and as much later as before): a row of zero bits is as many such samples at once.
 */
function appendRest(target: SampleBuffer, view: DataView, { state, total, range, endBit }: Rest): string | undefined {
  const { timestamps, words } = target;
  const { minTime, maxTime } = range;
  let at = target.length;
  let count = state.count;
  while (count < total && state.time <= maxTime) {
    const window = bitWindow(view, state.bit);
    const run = Math.min(Math.clz32(window) >>> 1, total - 1 - count);
    if (run > 0) {
      const { delta, high, low } = state;
      let time = state.time;
      for (let i = 0; i < run; i++) {
        timestamps[at] = time;
        words[2 * at] = low;
        words[2 * at + 1] = high;
        if (time >= minTime && time <= maxTime) at++;
        time += delta;
      }
      state.time = time;
      state.bit += 2 * run;
      count += run;
      if (state.bit > endBit) return TOO_SHORT;
      if (!Number.isSafeInteger(time)) return BAD_TIME;
      continue;
    }
    if (window >= 0) state.bit++;
    else if (!readValue(state, view, window)) return 'a value has more than 64 bits';
    timestamps[at] = state.time;
    words[2 * at] = state.low;
    words[2 * at + 1] = state.high;
    if (state.time >= minTime && state.time <= maxTime) at++;
    count++;
    if (state.bit > endBit) return TOO_SHORT;
    if (count < total && !readTime(state, view)) return BAD_TIME;
  }
  state.count = count;
  target.length = at;
  return undefined;
}

/** Reads a value that differs from the one before; `window` holds its first bits. False when it cannot be one. */
function readValue(state: XorState, view: DataView, window: number): boolean {
  let start = state.bit + 2;
  if ((window & 0x4000_0000) !== 0) {
    const leading = (window >>> 25) & 31;
    const width = (window >>> 19) & 63 || 64;
    if (leading + width > 64) return false;
    state.leading = leading;
    state.trailing = 64 - leading - width;
    state.hasWindow = true;
    start += 11;
  }
  const shift = state.trailing;
  const width = 64 - state.leading - shift;
  if (width <= 32) {
    const bits = bitWindow(view, start) >>> (32 - width);
    if (shift >= 32) {
      state.high ^= bits << (shift - 32);
    } else {
      state.low ^= bits << shift;
      state.high ^= (bits >>> 1) >>> (31 - shift);
    }
  } else {
    const high = bitWindow(view, start) >>> (64 - width);
    const low = bitWindow(view, start + width - 32);
    state.low ^= low << shift;
    state.high ^= (high << shift) | ((low >>> 1) >>> (31 - shift));
  }
  state.bit = start + width;
  return true;
}

/** Reads the time of the next sample. False when it is no exact integer. */
function readTime(state: XorState, view: DataView): boolean {
  const window = bitWindow(view, state.bit);
  if (window >= 0) {
    state.bit++;
  } else if ((window & 0x4000_0000) === 0) {
    const bits = (window >>> 16) & 0x3fff;
    state.delta += bits > 0x2000 ? bits - 0x4000 : bits;
    state.bit += 16;
  } else if ((window & 0x2000_0000) === 0) {
    const bits = (window >>> 12) & 0x1_ffff;
    state.delta += bits > 0x1_0000 ? bits - 0x2_0000 : bits;
    state.bit += 20;
  } else if ((window & 0x1000_0000) === 0) {
    const bits = (window >>> 8) & 0xf_ffff;
    state.delta += bits > 0x8_0000 ? bits - 0x10_0000 : bits;
    state.bit += 24;
  } else {
    const change = bitWindow(view, state.bit + 4) * UINT32 + (bitWindow(view, state.bit + 36) >>> 0);
    if (!Number.isSafeInteger(change)) return false;
    state.delta += change;
    state.bit += 68;
  }
  state.time += state.delta;
  return Number.isSafeInteger(state.time);
}
