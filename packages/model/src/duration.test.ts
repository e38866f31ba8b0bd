import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';
import { DurationError } from './errors.ts';

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];

describe('parseDuration and formatDuration', () => {
  it.each([
    ['0', 0, '0s'],
    ['0w', 0, '0s'],
    ['0s', 0, '0s'],
    ['324ms', 324, '324ms'],
    ['3s', 3 * SECOND, '3s'],
    ['5m', 5 * MINUTE, '5m'],
    ['1h', HOUR, '1h'],
    ['1h30m', 90 * MINUTE, '1h30m'],
    ['90m', 90 * MINUTE, '1h30m'],
    ['4d', 4 * DAY, '4d'],
    ['4d1h', 4 * DAY + HOUR, '4d1h'],
    ['14d', 14 * DAY, '2w'],
    ['90d', 90 * DAY, '90d'],
    ['3w', 21 * DAY, '3w'],
    ['3w2d1h', 23 * DAY + HOUR, '23d1h'],
    ['1y', 365 * DAY, '1y'],
    ['10y', 3650 * DAY, '10y'],
    ['1y1w', 372 * DAY, '372d'],
    ['292y', 292 * 365 * DAY, '292y'],
    ['1y2w3d4h5m6s7ms', 382 * DAY + 4 * HOUR + 5 * MINUTE + 6 * SECOND + 7, '382d4h5m6s7ms'],
    ['001s', SECOND, '1s'],
    ['9223372036854ms', 9223372036854, '106751d23h47m16s854ms'],
  ])('%s', (text, ms, printed) => {
    expect(parseDuration(text)).toBe(ms);
    expect(formatDuration(ms)).toBe(printed);
  });

  it.each([
    [-3 * SECOND, '-3s'],
    [-(23 * DAY + HOUR), '-23d1h'],
    [0.9, '0s'],
    [-0.9, '0s'],
    [1500.7, '1s500ms'],
  ])('prints %d', (ms, printed) => {
    expect(formatDuration(ms)).toBe(printed);
  });

  it('reads what it prints', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9223372036854 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});

describe('parseDuration refuses', () => {
  it.each([
    ['', 1, 'empty duration string'],
    ['1', 1, 'not a valid duration string: "1"'],
    ['s', 1, 'not a valid duration string: "s"'],
    ['-1s', 1, 'not a valid duration string: "-1s"'],
    ['1m1d', 3, 'not a valid duration string: "1m1d"'],
    ['1s1s', 3, 'not a valid duration string: "1s1s"'],
    ['1h1', 3, 'not a valid duration string: "1h1"'],
    ['1.5d', 2, 'unknown unit "." in duration "1.5d"'],
    ['1x', 2, 'unknown unit "x" in duration "1x"'],
    ['1h30M', 5, 'unknown unit "M" in duration "1h30M"'],
    ['1h 30m', 2, 'unknown unit "h " in duration "1h 30m"'],
    ['1h30m\n', 5, 'unknown unit "m\\n" in duration "1h30m\\n"'],
    ['d', 1, 'not a valid duration string: "d"'],
    ['294y', 1, 'duration out of range'],
    ['292y25w1d', 5, 'duration out of range'],
    ['9223372036855ms', 1, 'duration out of range'],
    ['99999999999999999999999999999s', 1, 'duration out of range'],
  ])('%j', (text, column, reason) => {
    const code = reason.includes('range') ? 'duration_out_of_range' : 'bad_duration';
    const refusal = () => parseDuration(text);
    expect(refusal).toThrow(DurationError);
    expect(refusal).toThrow(expect.objectContaining({ code, reason, message: reason, column }));
  });
});
