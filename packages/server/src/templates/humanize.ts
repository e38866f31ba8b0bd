import { formatFloat, tryParseFloat } from '@hearth/model';
import { formatNumber } from './format-number.ts';
import { GoDuration, GoTime } from './times.ts';
import { typeNameOf, type Value } from './value.ts';

const LARGE = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const LARGE_BINARY = ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'];
const SMALL = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];

/** What the humanizing functions take for a number: also a string that is one. */
export function toFloat(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof GoDuration) return value.ms / 1000;
  if (typeof value !== 'string') throw new Error(`can't convert ${typeNameOf(value)} to float`);
  const parsed = tryParseFloat(value);
  if (parsed === undefined) throw new Error(`strconv.ParseFloat: parsing ${JSON.stringify(value)}: invalid syntax`);
  return parsed;
}

/** `1.235M`, `120m` */
export function humanize(value: Value): string {
  const number = toFloat(value);
  if (number === 0 || !Number.isFinite(number)) return short(number);
  const { scaled, prefix } = Math.abs(number) >= 1 ? scaleDown(number, 1000, LARGE) : scaleUp(number);
  return short(scaled) + prefix;
}

/** `1.177Mi` */
export function humanize1024(value: Value): string {
  const number = toFloat(value);
  if (Math.abs(number) <= 1 || !Number.isFinite(number)) return short(number);
  const { scaled, prefix } = scaleDown(number, 1024, LARGE_BINARY);
  return short(scaled) + prefix;
}

/** `12.35%` */
export function humanizePercentage(value: Value): string {
  return `${short(toFloat(value) * 100)}%`;
}

/** Of seconds: `1d 2h 3m 4s`, `1.234s`, `100ms`. */
export function humanizeDuration(value: Value): string {
  const seconds = toFloat(value);
  if (!Number.isFinite(seconds)) return short(seconds);
  if (seconds === 0) return '0s';
  if (Math.abs(seconds) < 1) {
    const { scaled, prefix } = scaleUp(seconds);
    return `${short(scaled)}${prefix}s`;
  }
  const sign = seconds < 0 ? '-' : '';
  const magnitude = Math.abs(seconds);
  if (magnitude < 60) return `${sign}${short(magnitude)}s`;
  const whole = Math.trunc(magnitude);
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'm'],
    [whole % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count !== 0);
  return (
    sign +
    parts
      .slice(Math.min(first, 2))
      .map(([count, unit]) => `${count}${unit}`)
      .join(' ')
  );
}

/** Of seconds: `2015-06-23 13:19:44.128 +0000 UTC`. */
export function humanizeTimestamp(value: Value): string {
  const seconds = toFloat(value);
  return Number.isFinite(seconds) ? String(toTime(seconds)) : short(seconds);
}

/** Throws where Go's nanoseconds could not hold the time. */
export function toTime(value: Value): GoTime {
  const seconds = toFloat(value);
  if (!Number.isFinite(seconds)) throw new Error('value is NaN or Inf');
  const nanoseconds = seconds * 1e9;
  if (nanoseconds > 2 ** 63 || nanoseconds < -(2 ** 63)) {
    const reason = 'cannot be represented as a nanoseconds timestamp since it overflows int64';
    throw new Error(`${formatFloat(seconds)} ${reason}`);
  }
  return new GoTime(Math.trunc(nanoseconds / 1e6));
}

function short(number: number): string {
  return formatNumber(number, 'g', 4);
}

function scaleDown(number: number, base: number, prefixes: readonly string[]) {
  let scaled = number;
  let prefix = '';
  for (const next of prefixes) {
    if (Math.abs(scaled) < base) break;
    prefix = next;
    scaled /= base;
  }
  return { scaled, prefix };
}

function scaleUp(number: number) {
  let scaled = number;
  let prefix = '';
  for (const next of SMALL) {
    if (Math.abs(scaled) >= 1) break;
    prefix = next;
    scaled *= 1000;
  }
  return { scaled, prefix };
}
