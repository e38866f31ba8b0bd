import { formatJsonFloat } from '@hearth/model';
import { MIN_SHORTEST, writeShortestDecimal } from './shortest-decimal.ts';

const ZERO = 0x30;
const MINUS = 0x2d;
const POINT = 0x2e;

/** No number takes more bytes: `-1.7976931348623157e+308` has 24, and 21 digits come before the exponent does. */
export const MAX_NUMBER_BYTES = 25;

/** Integers below it are exact, and so are decimals of fifteen digits. */
const MAX_EXACT = 1e15;

const FRACTION_DIGITS = 6;
const FRACTION_SCALE = 1e6;
const MAX_SHORT_FRACTION = MAX_EXACT / FRACTION_SCALE;

/**
 * Writes a number as `formatJsonFloat` prints it, and returns where it ends. Most are written without a string in between.
 * For decimals with up to six digits behind the point that is simple: a decimal of at most fifteen digits is the shortest text
 * of the double it is read as, so whichever such decimal gives the value back is what the printer would have found.
 */
export function writeJsonFloat(bytes: Uint8Array, at: number, value: number): number {
  const magnitude = Math.abs(value);
  const start = value < 0 ? writeByte(bytes, at, MINUS) : at;
  if (magnitude < MAX_EXACT) {
    if (Math.floor(magnitude) === magnitude) {
      if (magnitude !== 0) return writeInteger(bytes, start, magnitude);
    } else if (magnitude >= MIN_SHORTEST) {
      if (magnitude < MAX_SHORT_FRACTION) {
        const scaled = Math.round(magnitude * FRACTION_SCALE);
        if (scaled / FRACTION_SCALE === magnitude) return writeDecimal(bytes, start, scaled);
      }
      const end = writeShortestDecimal(bytes, start, magnitude);
      if (end >= 0) return end;
    }
  }
  return writeAscii(bytes, at, formatJsonFloat(value));
}

/** Writes Unix milliseconds as the API has times: seconds, with up to three digits behind the point, none of them cut. */
export function writeTimestamp(bytes: Uint8Array, at: number, timestampMs: number): number {
  const magnitude = Math.abs(timestampMs);
  if (magnitude >= MAX_EXACT) return writeAscii(bytes, at, formatTimestamp(timestampMs));
  let end = timestampMs < 0 ? writeByte(bytes, at, MINUS) : at;
  const seconds = Math.floor(magnitude / 1000);
  const rest = magnitude - seconds * 1000;
  end = writeInteger(bytes, end, seconds);
  return rest === 0 ? end : writePadded(bytes, writeByte(bytes, end, POINT), rest, 3);
}

/** `1435781451.780`: as Prometheus prints times, which keeps zeros at the end unless all three digits are zero. */
export function formatTimestamp(timestampMs: number): string {
  const milliseconds = BigInt(Math.trunc(timestampMs));
  const magnitude = milliseconds < 0n ? -milliseconds : milliseconds;
  const rest = magnitude % 1000n;
  const fraction = rest === 0n ? '' : `.${String(rest).padStart(3, '0')}`;
  return `${milliseconds < 0n ? '-' : ''}${magnitude / 1000n}${fraction}`;
}

export function writeAscii(bytes: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  return at + text.length;
}

function writeByte(bytes: Uint8Array, at: number, byte: number): number {
  bytes[at] = byte;
  return at + 1;
}

/** A positive integer below 1e15, or zero. */
function writeInteger(bytes: Uint8Array, at: number, integer: number): number {
  if (integer >= 1e8) {
    const high = Math.floor(integer / 1e8);
    return writePadded(bytes, writeInteger(bytes, at, high), integer - high * 1e8, 8);
  }
  const end = at + digitCount(integer);
  let rest = integer | 0;
  for (let i = end - 1; i >= at; i--) {
    const next = (rest / 10) | 0;
    bytes[i] = ZERO + rest - next * 10;
    rest = next;
  }
  return end;
}

function digitCount(integer: number): number {
  if (integer < 1e4) {
    if (integer < 100) return integer < 10 ? 1 : 2;
    return integer < 1000 ? 3 : 4;
  }
  if (integer < 1e6) return integer < 1e5 ? 5 : 6;
  return integer < 1e7 ? 7 : 8;
}

/** An integer below 1e8 with zeros in front. */
function writePadded(bytes: Uint8Array, at: number, integer: number, digits: number): number {
  let rest = integer | 0;
  for (let i = at + digits - 1; i >= at; i--) {
    const next = (rest / 10) | 0;
    bytes[i] = ZERO + rest - next * 10;
    rest = next;
  }
  return at + digits;
}

/** Millionths, not a whole number of ones: without zeros at the end. */
function writeDecimal(bytes: Uint8Array, at: number, millionths: number): number {
  const ones = Math.floor(millionths / FRACTION_SCALE);
  let end = writeInteger(bytes, at, ones);
  bytes[end++] = POINT;
  end = writePadded(bytes, end, millionths - ones * FRACTION_SCALE, FRACTION_DIGITS);
  while (bytes[end - 1] === ZERO) end--;
  return end;
}
