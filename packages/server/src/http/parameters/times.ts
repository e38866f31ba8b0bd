import { DurationError, parseDuration, quoteGo, tryParseFloat } from '@hearth/model';
import { invalidParameter } from '../errors/http-errors.ts';
import type { FormValues } from './form-values.ts';

/**
 * What stands for "from the beginning" and "for ever" where a request has no times. Prometheus' own are further out, at the
 * ends of 64 bits, which no double holds.
 */
export const MIN_TIME_MS = Number.MIN_SAFE_INTEGER;
export const MAX_TIME_MS = Number.MAX_SAFE_INTEGER;

/** How Prometheus' Go client writes the ends of time, in years that RFC 3339 does not have. */
const ENDS_OF_TIME: Readonly<Record<string, number>> = {
  '-292273086-05-16T16:47:06Z': MIN_TIME_MS,
  '292277025-08-18T07:12:54.999999999Z': MAX_TIME_MS,
};

const NANOSECONDS_PER_SECOND = 1e9;
const NANOSECONDS_PER_MS = 1e6;

/** Go keeps a duration in 64 bits. */
const MAX_NANOSECONDS = 2 ** 63;

/** A time in Unix milliseconds: seconds with a fraction, or RFC 3339. Throws what the client is told. */
export function parseTime(form: FormValues, name: string): number {
  const time = tryTime(form.get(name));
  if (time === undefined) throw invalidParameter(name, noTime(form.get(name)));
  return time;
}

export function parseOptionalTime(form: FormValues, name: string, otherwise: number): number {
  const text = form.get(name);
  if (text === '') return otherwise;
  const time = tryTime(text);
  if (time === undefined) throw invalidParameter(name, `invalid time value for '${name}': ${noTime(text)}`);
  return time;
}

function noTime(text: string): string {
  return `cannot parse ${quoteGo(text)} to a valid timestamp`;
}

/** Unix milliseconds of seconds with a fraction, or of RFC 3339. */
export function tryTime(text: string): number | undefined {
  const seconds = tryParseFloat(text);
  if (seconds !== undefined) return tryMilliseconds(seconds);
  return Object.hasOwn(ENDS_OF_TIME, text) ? ENDS_OF_TIME[text] : tryParseRfc3339(text);
}

/** Rounds to a thousandth of a second first, as Prometheus does, so that 1.001 is what it says. */
function tryMilliseconds(seconds: number): number | undefined {
  if (!Number.isFinite(seconds)) return undefined;
  const whole = Math.trunc(seconds);
  const fraction = Math.round((seconds - whole) * 1000) / 1000;
  const ms = whole * 1000 + Math.floor(Math.trunc(fraction * NANOSECONDS_PER_SECOND) / NANOSECONDS_PER_MS);
  return Math.min(Math.max(ms, MIN_TIME_MS), MAX_TIME_MS);
}

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;

function tryParseRfc3339(text: string): number | undefined {
  const found = RFC_3339.exec(text);
  if (found === null) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number);
  const [offsetHours, offsetMinutes] = [Number(found[9] ?? 0), Number(found[10] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59 || offsetHours > 24 || offsetMinutes > 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const ms = Number((found[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const offsetMs = (offsetHours * 60 + offsetMinutes) * 60_000 * (found[8] === '-' ? -1 : 1);
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000 + ms - offsetMs;
}

/** Nanoseconds of a duration: seconds with a fraction, or `1h30m`. Throws the reason, without the parameter's name. */
export function parseDurationNanoseconds(text: string): number {
  const seconds = tryParseFloat(text);
  if (seconds !== undefined) {
    const nanoseconds = seconds * NANOSECONDS_PER_SECOND;
    if (Math.abs(nanoseconds) <= MAX_NANOSECONDS) return Math.trunc(nanoseconds);
    if (!Number.isNaN(seconds)) {
      throw new RangeError(`cannot parse ${quoteGo(text)} to a valid duration. It overflows int64`);
    }
  } else {
    try {
      return parseDuration(text) * NANOSECONDS_PER_MS;
    } catch (error) {
      if (!(error instanceof DurationError)) throw error;
    }
  }
  throw new RangeError(`cannot parse ${quoteGo(text)} to a valid duration`);
}

/** Milliseconds of a duration, the rest cut off. Throws what the client is told. */
export function parseDurationMs(form: FormValues, name: string): number {
  return parseDurationNanosecondsOf(form, name) / NANOSECONDS_PER_MS;
}

function parseDurationNanosecondsOf(form: FormValues, name: string): number {
  try {
    return parseDurationNanoseconds(form.get(name));
  } catch (error) {
    if (error instanceof RangeError) throw invalidParameter(name, error.message, error);
    throw error;
  }
}
