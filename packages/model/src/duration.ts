import { DurationError } from './errors.ts';
import { quoteGo } from './go-quote.ts';

const MS_PER_SECOND = 1000;
const MS_PER_MINUTE = 60 * MS_PER_SECOND;
const MS_PER_HOUR = 60 * MS_PER_MINUTE;
const MS_PER_DAY = 24 * MS_PER_HOUR;
const MS_PER_WEEK = 7 * MS_PER_DAY;
const MS_PER_YEAR = 365 * MS_PER_DAY;

/** From the longest to the shortest, which is the order they must be written in. */
const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ['y', MS_PER_YEAR],
  ['w', MS_PER_WEEK],
  ['d', MS_PER_DAY],
  ['h', MS_PER_HOUR],
  ['m', MS_PER_MINUTE],
  ['s', MS_PER_SECOND],
  ['ms', 1],
];

/** Go keeps a duration in 2^63-1 nanoseconds. */
const MAX_DURATION_MS = Math.floor((2 ** 63 - 1) / 1e6);

/** Milliseconds of a Prometheus duration such as `1h30m`, `5m`, `0` or `250ms`. Throws a DurationError. */
export function parseDuration(text: string): number {
  if (text === '0') return 0;
  if (text === '') throw new DurationError('bad_duration', 'empty duration string', { column: 1 });

  let total = 0;
  let longestAllowed = 0;
  const part = /(\d*)(\D*)/y;
  while (part.lastIndex < text.length) {
    const column = part.lastIndex + 1;
    const [, digits, unit] = part.exec(text)!;
    if (digits === '' || unit === '') throw notADuration(text, column);

    const index = UNITS.findIndex(([name]) => name === unit);
    if (index < 0) {
      const reason = `unknown unit ${quoteGo(unit)} in duration ${quoteGo(text)}`;
      throw new DurationError('bad_duration', reason, { column: column + digits.length });
    }
    if (index < longestAllowed) throw notADuration(text, column);
    longestAllowed = index + 1;

    total += Number(digits) * UNITS[index][1];
    if (total > MAX_DURATION_MS) throw new DurationError('duration_out_of_range', 'duration out of range', { column });
  }
  return total;
}

function notADuration(text: string, column: number): DurationError {
  return new DurationError('bad_duration', `not a valid duration string: ${quoteGo(text)}`, { column });
}

/**
 * Prints milliseconds as Prometheus does. Years and weeks are used only where nothing is left over, because 90d reads
 * better than 12w6d. Fractions of a millisecond are cut off.
 */
export function formatDuration(durationMs: number): string {
  let rest = Math.trunc(Math.abs(durationMs));
  if (rest === 0) return '0s';

  let printed = durationMs < 0 ? '-' : '';
  for (const [unit, ms] of UNITS) {
    if (ms >= MS_PER_WEEK && rest % ms !== 0) continue;
    const count = Math.floor(rest / ms);
    if (count > 0) printed += `${count}${unit}`;
    rest -= count * ms;
  }
  return printed;
}
