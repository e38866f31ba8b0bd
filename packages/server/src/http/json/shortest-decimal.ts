const ZERO = 0x30;
const POINT = 0x2e;

/** 2^27 + 1: multiplying by it cuts a double into two halves, whose products are exact (Dekker). */
const SPLITTER = 134_217_729;

/** A number is scaled to a whole part of so many digits, which are always enough. */
const DIGITS = 17;
const MIN_SCALED = 1e16;
const MAX_SCALED = 1e17;

/** The scaled number is worked on in two parts: nine digits, and eight. */
const LOW_PART = 1e8;
const LOW_DIGITS = 8;

/** Nearer than this to a decision it is left to others: what is computed with is off by less than a millionth of it. */
const DOUBT = 1e-6;

/** Powers of ten that doubles hold exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/** Also where the exponent takes over below, in JavaScript as in the API. */
export const MIN_SHORTEST = 1e-6;
export const MAX_SHORTEST = 1e15;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0];

/**
 * Writes the shortest decimal that reads back as `magnitude`, which is what JavaScript prints, and returns where it ends; -1
 * where it is not sure: for powers of two, and for ties. Takes numbers from `MIN_SHORTEST` up to `MAX_SHORTEST`.
 *
 * With w = magnitude · 10^k of seventeen digits, every number within half a unit in the last place (`reach`) of w reads back
 * as the same double. That is between 0.5 and 11.2, so at most one multiple of 100 lies in reach, which then is the shortest;
 * else the nearest multiple of 10; else the nearest whole number. The product is exact as a sum of two doubles.
 */
export function writeShortestDecimal(bytes: Uint8Array, at: number, magnitude: number): number {
  double[0] = magnitude;
  const highWord = words[HIGH];
  if ((highWord & 0xfffff) === 0 && words[1 - HIGH] === 0) return -1;
  words[HIGH] = ((highWord >>> 20) - 53) << 20;
  words[1 - HIGH] = 0;
  const halfUnit = double[0];

  let power = DIGITS - 1 - Math.floor(Math.log10(magnitude));
  let scaled = magnitude * POWERS[power];
  if (scaled >= MAX_SCALED) scaled = magnitude * POWERS[--power];
  else if (scaled < MIN_SCALED) scaled = magnitude * POWERS[++power];
  if (!(scaled >= MIN_SCALED && scaled < MAX_SCALED)) return -1;
  const scale = POWERS[power];
  const rest = productError(magnitude, scale, scaled);
  const reach = halfUnit * scale;

  let high = Math.floor(scaled / LOW_PART);
  let low = scaled - high * LOW_PART;
  if (low < 0) {
    high--;
    low += LOW_PART;
  }
  const step = stepInReach(low, rest, reach);
  if (step === 0) return -1;
  let rounded = Math.round((low + rest) / step) * step;
  if (rounded >= LOW_PART) {
    rounded -= LOW_PART;
    high++;
  } else if (rounded < 0) {
    rounded += LOW_PART;
    high--;
  }
  if (high >= LOW_PART * 10 || high < LOW_PART) return -1;
  return writeDigits(bytes, at, { high, low: rounded, wholeDigits: DIGITS - power });
}

/** What `product`, the rounded product of the two, is off by. Exact. */
function productError(a: number, b: number, product: number): number {
  const aWide = SPLITTER * a;
  const aHigh = aWide - (aWide - a);
  const aLow = a - aHigh;
  const bWide = SPLITTER * b;
  const bHigh = bWide - (bWide - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** The largest of 100, 10 and 1 of which a multiple is in reach; 0 in doubt. */
function stepInReach(low: number, rest: number, reach: number): number {
  for (let step = 100; step > 1; step /= 10) {
    const beyond = (low % step) + rest;
    const distance = Math.abs(beyond - Math.round(beyond / step) * step);
    if (distance < reach - DOUBT) return distance > step / 2 - DOUBT ? 0 : step;
    if (distance < reach + DOUBT) return 0;
  }
  const fraction = rest - Math.floor(rest);
  return Math.abs(fraction - 0.5) < DOUBT ? 0 : 1;
}

interface ScaledDigits {
  readonly high: number;
  readonly low: number;
  /** In front of the point; not above zero for numbers below 0.1. */
  readonly wholeDigits: number;
}

function writeDigits(bytes: Uint8Array, at: number, { high, low, wholeDigits }: ScaledDigits): number {
  let end = at;
  if (wholeDigits <= 0) {
    bytes[end++] = ZERO;
    bytes[end++] = POINT;
    for (let i = wholeDigits; i < 0; i++) bytes[end++] = ZERO;
    writeBackwards(bytes, end + DIGITS, low | 0, LOW_DIGITS);
    writeBackwards(bytes, end + DIGITS - LOW_DIGITS, high | 0, DIGITS - LOW_DIGITS);
  } else {
    writeBackwards(bytes, end + DIGITS + 1, low | 0, LOW_DIGITS);
    writeBackwards(bytes, end + DIGITS + 1 - LOW_DIGITS, high | 0, DIGITS - LOW_DIGITS);
    for (let i = 0; i < wholeDigits; i++) bytes[end + i] = bytes[end + i + 1];
    bytes[end + wholeDigits] = POINT;
    end++;
  }
  end += DIGITS;
  while (bytes[end - 1] === ZERO) end--;
  return end;
}

/** So many digits up to, not including, `end`. */
function writeBackwards(bytes: Uint8Array, end: number, value: number, digits: number): void {
  let rest = value;
  for (let i = end - 1; i >= end - digits; i--) {
    const next = (rest / 10) | 0;
    bytes[i] = ZERO + rest - next * 10;
    rest = next;
  }
}
