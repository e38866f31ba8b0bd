import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tryParseFloat } from '../numbers/parse-float.ts';
import { PARSED_FLOATS } from '../testing/go-floats.ts';
import { tryParseNumber } from './number.ts';

function fromBytes(text: string): number | undefined {
  const bytes = new TextEncoder().encode(`7${text}7`);
  return tryParseNumber(bytes, 1, bytes.length - 1);
}

describe('tryParseNumber', () => {
  it('reads what tryParseFloat reads', () => {
    for (const line of PARSED_FLOATS.slice(1, -1).split('\n')) {
      const text = line.split('|')[0];
      expect(fromBytes(text), JSON.stringify(text)).toBe(tryParseFloat(text));
    }
  });

  it('reads what tryParseFloat reads, whatever the text', () => {
    const text = fc.oneof(
      fc.stringMatching(/^[+-]?\d{0,17}\.?\d{0,17}([eE][+-]?\d{0,4})?$/),
      fc.string({ unit: fc.constantFrom(...'0123456789.eE+-_pxnaif'.split('')) }),
      fc.double().map(String),
    );
    fc.assert(
      fc.property(text, (each) => {
        expect(fromBytes(each)).toBe(tryParseFloat(each));
      }),
      { numRuns: 20_000 },
    );
  });
});
