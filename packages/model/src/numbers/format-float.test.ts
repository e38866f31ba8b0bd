import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FORMATTED_FLOATS } from '../testing/go-floats.ts';
import { formatFloat, formatJsonFloat, formatOpenMetricsFloat } from './format-float.ts';

const VECTORS = FORMATTED_FLOATS.trim()
  .split('\n')
  .map((line) => line.split('|'));

describe('formatted floats', () => {
  it('are those of Go', () => {
    expect(VECTORS.length).toBeGreaterThanOrEqual(300);
    for (const [bits, ...expected] of VECTORS) {
      const value = new Float64Array(new BigUint64Array([BigInt(`0x${bits}`)]).buffer)[0];
      const got = [
        formatFloat(value),
        formatFloat(value, 'f'),
        formatFloat(value, 'e'),
        formatJsonFloat(value),
        formatOpenMetricsFloat(value),
      ];
      expect(got, bits).toEqual(expected);
    }
  });

  it('read back as the same number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        for (const format of ['e', 'f', 'g'] as const) expect(Number(formatFloat(value, format))).toBe(value);
        expect(Number(formatJsonFloat(value))).toBe(value);
        expect(Number(formatOpenMetricsFloat(value))).toBe(value);
      }),
      { numRuns: 2000 },
    );
  });
});
