import { describe, expect, it } from 'vitest';
import { NORMAL_NAN_BITS, wordsOf, writeValueAt } from '../staleness.ts';
import { PARSED_FLOATS } from '../testing/go-floats.ts';
import { tryParseFloat } from './parse-float.ts';

describe('tryParseFloat', () => {
  it('reads what Go reads', () => {
    const lines = PARSED_FLOATS.slice(1, -1).split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(300);
    for (const line of lines) {
      const [text, bits] = line.split('|');
      expect(bitsOf(tryParseFloat(text)), JSON.stringify(text)).toBe(bits);
    }
  });

  it('takes time linear in the text', () => {
    const digits = '1'.repeat(1_000_000);
    expect(tryParseFloat(`${digits}x`)).toBeUndefined();
    expect(tryParseFloat(`.${digits}x`)).toBeUndefined();
    expect(tryParseFloat(`1e${digits}`)).toBeUndefined();
    expect(tryParseFloat(`1e-${digits}`)).toBe(0);
  });
});

function bitsOf(value: number | undefined): string {
  if (value === undefined) return '';
  const values = new Float64Array(1);
  writeValueAt(values, wordsOf(values), 0, value);
  const bits = new BigUint64Array(values.buffer)[0];
  if (Number.isNaN(value)) expect(bits).toBe(NORMAL_NAN_BITS);
  return bits.toString(16).padStart(16, '0');
}
