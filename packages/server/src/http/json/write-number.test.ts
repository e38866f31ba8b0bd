import { formatJsonFloat } from '@hearth/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTimestamp, MAX_NUMBER_BYTES, writeJsonFloat, writeTimestamp } from './write-number.ts';

function printed(write: (bytes: Uint8Array, at: number, value: number) => number, value: number): string {
  const bytes = new Uint8Array(64);
  const end = write(bytes, 3, value);
  return Buffer.from(bytes.subarray(3, end)).toString('latin1');
}

test.each([
  [0, '0'],
  [-0, '-0'],
  [7, '7'],
  [-42, '-42'],
  [99_999_999, '99999999'],
  [100_000_000, '100000000'],
  [123_456_789_012_345, '123456789012345'],
  [1e15, '1000000000000000'],
  [1e20, '100000000000000000000'],
  [1e21, '1e+21'],
  [1.5, '1.5'],
  [-0.25, '-0.25'],
  [0.000001, '0.000001'],
  [0.0000001, '1e-07'],
  [0.1 + 0.2, '0.30000000000000004'],
  [999_999_999.999999, '999999999.999999'],
  [1 / 3, '0.3333333333333333'],
  [Number.NaN, 'NaN'],
  [Infinity, '+Inf'],
  [-Infinity, '-Inf'],
  [-Number.MAX_VALUE, '-1.7976931348623157e+308'],
])('%d is printed as %s', (value, text) => {
  expect(printed(writeJsonFloat, value)).toBe(text);
});

test('prints every number as the slow way does, in the room it says', () => {
  const decimal = fc.tuple(fc.integer(), fc.integer({ min: 0, max: 9 })).map(([n, digits]) => n / 10 ** digits);
  const large = fc.maxSafeInteger().map((n) => n / 8);
  fc.assert(
    fc.property(fc.oneof(fc.double(), decimal, large, fc.maxSafeInteger()), (value) => {
      expect(printed(writeJsonFloat, value)).toBe(formatJsonFloat(value));
      expect(formatJsonFloat(value).length).toBeLessThanOrEqual(MAX_NUMBER_BYTES);
    }),
    { numRuns: 5000 },
  );
});

test.each([
  [1_435_781_451_781, '1435781451.781'],
  [1_435_781_451_000, '1435781451'],
  [1_435_781_451_700, '1435781451.700'],
  [1_435_781_451_007, '1435781451.007'],
  [0, '0'],
  [-1, '-0.001'],
  [-1500, '-1.500'],
  [Number.MAX_SAFE_INTEGER, '9007199254740.991'],
  [Number.MIN_SAFE_INTEGER, '-9007199254740.991'],
])('%d milliseconds are printed as %s', (ms, text) => {
  expect(printed(writeTimestamp, ms)).toBe(text);
  expect(formatTimestamp(ms)).toBe(text);
});
