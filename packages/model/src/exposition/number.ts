import { tryParseFloat } from '../numbers/parse-float.ts';
import { DOT, LOWER_E, MINUS, NINE, PLUS, UPPER_E, ZERO } from './bytes.ts';
import { decodeUtf8 } from './utf8.ts';

/** 10^22 is the largest power of ten that a float64 holds exactly. */
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** Fifteen digits always fit into the 53 bits of a float64. */
const MAX_EXACT_DIGITS = 15;

/** The number that the bytes spell, or `undefined`. See `tryParseFloat` for what is a number. */
export function tryParseNumber(bytes: Uint8Array, start: number, end: number): number | undefined {
  const value = shortDecimal(bytes, start, end);
  return Number.isNaN(value) ? tryParseFloat(decodeUtf8(bytes, start, end)) : value;
}

/**
 * A decimal whose digits and whose power of ten are both exact as float64: then one multiplication or division rounds
 * correctly (W. D. Clinger, "How to Read Floating Point Numbers Accurately", 1990). NaN for everything else.
 */
function shortDecimal(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  const isNegative = bytes[i] === MINUS;
  if (isNegative || bytes[i] === PLUS) i++;

  let mantissa = 0;
  let digits = 0;
  let pointAt = -1;
  for (; i < end; i++) {
    const byte = bytes[i];
    if (byte >= ZERO && byte <= NINE) {
      mantissa = mantissa * 10 + (byte - ZERO);
      digits++;
    } else if (byte === DOT && pointAt < 0) {
      pointAt = digits;
    } else {
      break;
    }
  }
  if (digits === 0 || digits > MAX_EXACT_DIGITS) return Number.NaN;

  const power = (i === end ? 0 : shortExponent(bytes, i, end)) - (pointAt < 0 ? 0 : digits - pointAt);
  if (!(Math.abs(power) < POWERS_OF_TEN.length)) return Number.NaN;
  const magnitude = power < 0 ? mantissa / POWERS_OF_TEN[-power] : mantissa * POWERS_OF_TEN[power];
  return isNegative ? -magnitude : magnitude;
}

/** `e5`, `E+05`: up to the end, with at most three digits. NaN for everything else. */
function shortExponent(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== LOWER_E && bytes[start] !== UPPER_E) return Number.NaN;
  let i = start + 1;
  const isNegative = bytes[i] === MINUS;
  if (isNegative || bytes[i] === PLUS) i++;
  if (i >= end || end - i > 3) return Number.NaN;

  let exponent = 0;
  for (; i < end; i++) {
    const byte = bytes[i];
    if (byte < ZERO || byte > NINE) return Number.NaN;
    exponent = exponent * 10 + (byte - ZERO);
  }
  return isNegative ? -exponent : exponent;
}
