import { wordsOf } from '@hearth/model';
import { BIT_WINDOW_BYTES, bitWindow } from '../encoding/bits.ts';
import { ByteReader } from '../encoding/byte-reader.ts';
import { CorruptionError } from '../encoding/corruption-error.ts';
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
 * Appends the samples of an XOR chunk whose times lie in `range` to `target`, and notes there if their times do not rise.
 * Throws a `CorruptionError` for data that is no XOR chunk, and then `target` is as it was.
 */
export function appendXorSamples(target: SampleBuffer, chunk: EncodedChunk, range: TimeRange = ALL_TIME): void {
  decode(target, chunk, range);
}

/** Decodes a whole chunk for the state at its end. */
export function readXorChunk(chunk: EncodedChunk): Readonly<XorState> {
  return { ...decode(new SampleBuffer(), chunk, ALL_TIME) };
}

/** Where the chunk that is being decoded stands; it is handed out and used again for the next one. */
const state: XorState = {
  count: 0,
  bit: 0,
  time: 0,
  delta: 0,
  high: 0,
  low: 0,
  leading: 0,
  trailing: 0,
  hasWindow: false,
};

function decode(target: SampleBuffer, chunk: EncodedChunk, range: TimeRange): Readonly<XorState> {
  if (chunk.encoding !== CHUNK_ENCODING_XOR) throw new Error(`BUG: encoding ${chunk.encoding} read as an XOR chunk`);
  const { view, start } = windowsOf(chunk.data);
  const endBit = (start + chunk.data.length) * 8;
  const total = tryReadFirst(view, start, endBit) ?? readFirst(chunk, start);

  target.reserve(total);
  const lengthBefore = target.length;
  if (total > 0 && inRange(state.time, range)) appendSample(target);
  if (total > 1) {
    state.time += state.delta;
    const problem = appendRest(target, view, { total, range, endBit });
    if (problem !== undefined) {
      target.length = lengthBefore;
      throw corruptionAt(chunk, (state.bit >>> 3) - start, problem);
    }
  }
  state.bit -= start * 8;
  return state;
}

/**
 * Reads the first sample, and the time of the second one, into `state`, and returns the number of samples. Undefined for what
 * is seldom or wrong.
 */
function tryReadFirst(view: DataView, start: number, endBit: number): number | undefined {
  const end = endBit >>> 3;
  if (start + MIN_BYTES_OF_TWO > end) return undefined;
  const total = view.getUint16(start);
  if (total < 2 || 2 * total > 8 * (end - start - MIN_BYTES_OF_TWO)) return undefined;
  let at = start + 2;
  let low = 0;
  let high = 0;
  let width = 0;
  for (let byte = 0x80; byte >= 0x80; width++) {
    if (width === USUAL_VARINT_BYTES) return undefined;
    byte = view.getUint8(at++);
    if (width < 4) low |= (byte & 0x7f) << (7 * width);
    else high |= (byte & 0x7f) << (7 * (width - 4));
  }
  const half = high * 0x800_0000 + (low >>> 1);
  state.time = low & 1 ? -half - 1 : half;
  state.high = view.getInt32(at);
  state.low = view.getInt32(at + 4);
  at += 8;
  let delta = 0;
  for (let byte = 0x80, shift = 0; byte >= 0x80; shift += 7) {
    if (shift > 21) return undefined;
    byte = view.getUint8(at++);
    delta |= (byte & 0x7f) << shift;
  }
  state.delta = delta;
  begin(at * 8);
  return total;
}

/** What two samples take, with varints of the usual length; and how many bytes times of this century take. */
const MIN_BYTES_OF_TWO = 2 + 7 + 8 + 4;
const USUAL_VARINT_BYTES = 7;

/** The same for all chunks. Throws for one that has less than its number of samples needs. */
function readFirst(chunk: EncodedChunk, start: number): number {
  const reader = new ByteReader(chunk.data, chunk.file, chunk.offset);
  const total = reader.uint16();
  state.time = total > 0 ? reader.varint() : 0;
  if (total > 0) reader.wordsInto(firstWords, 0);
  state.high = total > 0 ? firstWords[1] | 0 : 0;
  state.low = total > 0 ? firstWords[0] | 0 : 0;
  // Each sample but the first two takes two bits at least, so a wrong count cannot ask for much memory.
  if (2 * total - 3 > reader.remaining * 8) reader.fail('truncated', `too few bytes for ${total} samples`);
  state.delta = total > 1 ? reader.uvarint() : 0;
  reader.check();
  begin((start + reader.position) * 8);
  if (total === 0) state.count = 0;
  return total;
}

const firstWords = wordsOf(new Float64Array(1));

function begin(bit: number): void {
  state.count = 1;
  state.bit = bit;
  state.leading = 0;
  state.trailing = 0;
  state.hasWindow = false;
}

function corruptionAt({ data, file, offset }: EncodedChunk, position: number, reason: string): CorruptionError {
  const code = reason === TOO_SHORT ? 'truncated' : 'bad_value';
  return new CorruptionError({ code, file, offset: offset + Math.min(position, data.length), reason });
}

function inRange(time: number, range: TimeRange): boolean {
  return time >= range.minTime && time <= range.maxTime;
}

function appendSample(target: SampleBuffer): void {
  const at = target.length++;
  target.timestamps[at] = state.time;
  target.words[2 * at] = state.low;
  target.words[2 * at + 1] = state.high;
}

/** How far beyond the end of a chunk the loop may look, at what does not count. */
const PADDING_BYTES = XOR_MAX_SAMPLE_BYTES + BIT_WINDOW_BYTES;
let paddedBytes = new Uint8Array(4096);
/** Of the memory that was decoded from last: chunks mostly lie in one page, one after the other. */
let lastView: DataView = new DataView(paddedBytes.buffer);

/** Where the loop can read the data: in its place, or in a copy if that place is at the end of its memory. */
function windowsOf(data: Uint8Array): { readonly view: DataView; readonly start: number } {
  const { buffer, byteOffset, length } = data;
  if (byteOffset + length + PADDING_BYTES <= buffer.byteLength) {
    if (lastView.buffer !== buffer) lastView = new DataView(buffer);
    return { view: lastView, start: byteOffset };
  }
  if (length + PADDING_BYTES > paddedBytes.length) paddedBytes = new Uint8Array(2 * (length + PADDING_BYTES));
  paddedBytes.set(data);
  lastView = new DataView(paddedBytes.buffer);
  return { view: lastView, start: 0 };
}

interface Rest {
  readonly total: number;
  readonly range: TimeRange;
  readonly endBit: number;
}

const TOO_SHORT = 'the samples end early';
const TOO_WIDE = 'a value has more than 64 bits';
const BAD_TIME = 'a time lies beyond 2^53';

/**
 * Appends all samples but the first; `state` stands where the time of the next sample is known and its value is not.
 * Returns what is wrong with the chunk, if anything; what it appended does not count then. One long function, because the state must be in local variables:
 * in an object the same steps take half as long again.
 *
 * A turn of the loop reads a value and the time of the sample after it. Both are often one zero bit (the same value,
 * and as much later as before): a row of zero bits is as many such samples at once.
 */
function appendRest(target: SampleBuffer, view: DataView, { total, range, endBit }: Rest): string | undefined {
  const { timestamps, words } = target;
  const { minTime, maxTime } = range;
  let { count, bit, time, delta, high, low, leading, trailing, hasWindow } = state;
  let at = target.length;
  let rises = delta > 0;
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
          problem = bit > endBit ? TOO_SHORT : TOO_WIDE;
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
        if (delta <= 0) rises = false;
      }
      time += delta;
      if (!Number.isSafeInteger(time)) problem = BAD_TIME;
    }
    if (bit > endBit) problem = TOO_SHORT;
    if (problem !== undefined) break;
  }
  state.count = count;
  state.bit = bit;
  state.time = time;
  state.delta = delta;
  state.high = high;
  state.low = low;
  state.leading = leading;
  state.trailing = trailing;
  state.hasWindow = hasWindow;
  target.length = at;
  if (!rises) target.hasDisorder = true;
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
