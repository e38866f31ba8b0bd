import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareUtf8 } from './order.ts';

describe('compareUtf8', () => {
  it('puts astral characters after U+E000 to U+FFFF, where JavaScript puts them before', () => {
    const astral = '\u{10000}';
    const high = '\uffff';
    expect(astral < high).toBe(true);
    expect(compareUtf8(astral, high)).toBeGreaterThan(0);
    expect(compareUtf8(high, astral)).toBeLessThan(0);
    expect(compareUtf8(`a${astral}`, `a\ue000`)).toBeGreaterThan(0);
  });

  it.each([
    ['', '', 0],
    ['a', 'a', 0],
    ['a', 'b', -1],
    ['a', 'aa', -1],
    ['B', 'a', -1],
    ['z', 'é', -1],
    ['é', '\ud7ff', -1],
    ['\ud7ff', '\ue000', -1],
    ['\ue000', '\uffff', -1],
    ['\uffff', '\u{10000}', -1],
    ['\u{10000}', '\u{10ffff}', -1],
  ])('%j against %j', (a, b, sign) => {
    expect(Math.sign(compareUtf8(a, b))).toBe(sign);
    expect(Math.sign(compareUtf8(b, a))).toBe(0 - sign);
  });

  it('is the order of the UTF-8 bytes', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom('a', 'b', '\uffff', '\u{10000}', '\ue000'),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
    });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { numRuns: 2000 },
    );
  });
});
