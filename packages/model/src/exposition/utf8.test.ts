import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf8, isValidUtf8 } from './utf8.ts';

const strict = new TextDecoder('utf-8', { fatal: true });

function decodes(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

describe('isValidUtf8', () => {
  it.each([
    ['ASCII', [0x41, 0x00, 0x7f], true],
    ['two bytes', [0xc3, 0xa9], true],
    ['overlong NUL', [0xc0, 0x80], false],
    ['overlong in three bytes', [0xe0, 0x9f, 0xbf], false],
    ['a surrogate', [0xed, 0xa0, 0x80], false],
    ['U+FFFF', [0xef, 0xbf, 0xbf], true],
    ['U+10000', [0xf0, 0x90, 0x80, 0x80], true],
    ['U+10FFFF', [0xf4, 0x8f, 0xbf, 0xbf], true],
    ['above U+10FFFF', [0xf4, 0x90, 0x80, 0x80], false],
    ['a lone continuation', [0x80], false],
    ['an end in the middle', [0xe2, 0x82], false],
    ['0xff', [0xff], false],
  ])('%s', (_, bytes, isValid) => {
    expect(isValidUtf8(Uint8Array.from(bytes), 0, bytes.length)).toBe(isValid);
  });

  it('agrees with the platform', () => {
    const lead = fc.constantFrom(0x41, 0x7f, 0x80, 0xbf, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5);
    const byte = fc.oneof(lead, fc.constantFrom(0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6 }), fc.array(byte, { maxLength: 6 }), (random, chosen) => {
        for (const bytes of [random, Uint8Array.from(chosen)]) {
          expect(isValidUtf8(bytes, 0, bytes.length)).toBe(decodes(bytes));
        }
      }),
      { numRuns: 10_000 },
    );
  });

  it('looks at its part only', () => {
    expect(isValidUtf8(Uint8Array.of(0xff, 0xc3, 0xa9, 0xff), 1, 3)).toBe(true);
  });
});

describe('decodeUtf8', () => {
  it('keeps a byte order mark', () => {
    expect(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61), 0, 4)).toBe('\ufeffa');
  });
});
