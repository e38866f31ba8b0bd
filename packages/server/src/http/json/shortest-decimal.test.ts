import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_SHORTEST, MIN_SHORTEST, writeShortestDecimal } from './shortest-decimal.ts';

const bytes = Buffer.alloc(64);

/** `undefined` where it is not sure. */
function tryPrint(magnitude: number): string | undefined {
  const end = writeShortestDecimal(bytes, 5, magnitude);
  return end < 0 ? undefined : bytes.toString('latin1', 5, end);
}

test.each([
  [0.1, '0.1'],
  [0.1 + 0.2, '0.30000000000000004'],
  [1 / 3, '0.3333333333333333'],
  [2 / 3, '0.6666666666666666'],
  [100 / 3, '33.333333333333336'],
  [1.5, '1.5'],
  [9.999999999999998, '9.999999999999998'],
  [99.99999999999999, '99.99999999999999'],
  [0.000001234567890123, '0.000001234567890123'],
  [0.0000010000000000000002, '0.0000010000000000000002'],
  [999_999_999_999_999.9, '999999999999999.9'],
  [123_456_789_012.345_67, '123456789012.34567'],
  [0.0000016666666666666669, '0.0000016666666666666669'],
])('%d is printed as %s', (magnitude, text) => {
  expect(tryPrint(magnitude)).toBe(text);
});

test('powers of two are left to others, because what reads back as them reaches less far down', () => {
  for (let exponent = -19; exponent < 0; exponent++) expect(tryPrint(2 ** exponent)).toBeUndefined();
});

test('prints what JavaScript prints, and is seldom not sure', () => {
  const bits = fc.tuple(fc.nat(0xffff_ffff), fc.integer({ min: 0x3eb0_0000, max: 0x430f_ffff })).map(([low, high]) => {
    const view = new DataView(new ArrayBuffer(8));
    view.setUint32(0, high);
    view.setUint32(4, low);
    return view.getFloat64(0);
  });
  const decimals = fc.tuple(fc.maxSafeInteger(), fc.nat(21)).map(([n, digits]) => Math.abs(n) / 10 ** digits);
  const ratios = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 100_000 })).map(([a, b]) => a / b);
  let unsure = 0;
  let all = 0;
  fc.assert(
    fc.property(fc.oneof(bits, decimals, ratios), (magnitude) => {
      fc.pre(magnitude >= MIN_SHORTEST && magnitude < MAX_SHORTEST && !Number.isInteger(magnitude));
      all++;
      const printed = tryPrint(magnitude);
      if (printed === undefined) unsure++;
      else expect(printed).toBe(String(magnitude));
    }),
    { numRuns: 30_000 },
  );
  expect(unsure / all).toBeLessThan(0.05);
});
