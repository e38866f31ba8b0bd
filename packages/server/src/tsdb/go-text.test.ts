import { expect, test } from 'vitest';
import { formatBase2Bytes, formatGoDuration, formatGoTime, tabulate } from './go-text.ts';

test.each([
  [0, '0s'],
  [5, '5ms'],
  [999, '999ms'],
  [1000, '1s'],
  [1500, '1.5s'],
  [10_000, '10s'],
  [60_000, '1m0s'],
  [100_000, '1m40s'],
  [3_600_000, '1h0m0s'],
  [6_390_301, '1h46m30.301s'],
  [7_200_000, '2h0m0s'],
  [1_814_400_010, '504h0m0.01s'],
  [-1500, '-1.5s'],
])('a duration of %d ms is %s', (ms, text) => {
  expect(formatGoDuration(ms)).toBe(text);
});

test.each([
  [1_700_000_000_025, '2023-11-14 22:13:20 +0000 UTC'],
  [0, '1970-01-01 00:00:00 +0000 UTC'],
  [-1500, '1969-12-31 23:59:59 +0000 UTC'],
  [9e15, '9000000000000000'],
])('the time %d is %s', (ms, text) => {
  expect(formatGoTime(ms)).toBe(text);
});

test.each([
  [0, '0B'],
  [565, '565B'],
  [4661, '4KiB565B'],
  [1 << 20, '1MiB'],
  [(1 << 30) + 3, '1GiB3B'],
  [2 ** 50 * 5000, '5000PiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBase2Bytes(bytes)).toBe(text);
});

test('cells are 13 wide at least, wider where they have to be, and the last one ends the line', () => {
  expect(
    tabulate([
      ['A', 'TIME', 'Z'],
      ['x'.repeat(14), '12:00', 'z'],
    ]),
  ).toEqual([`A${' '.repeat(15)}TIME         Z`, `${'x'.repeat(14)}  12:00        z`]);
  expect(tabulate([])).toEqual([]);
});
