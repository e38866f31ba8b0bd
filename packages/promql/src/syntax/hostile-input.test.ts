import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ParseError } from '../errors.ts';
import { parseExpression } from './parse-expression.ts';
import { parseMetricSelector } from './parse-metric-selector.ts';

const TOKENS = `( ) { } [ ] , : = != =~ !~ == < <= > >= + - * / % ^ @ and or unless atan2 by without on ignoring
  group_left group_right bool offset start end step sum topk count_values rate abs info label_join foo a:b 1 0x1F 1e5
  Inf 5m 1h30m "s" 's' \`s\` "\\x" "\\xff" # ! ~ ; $ ü 😀 \ud800 fill anchored </`.split(/\s+/);

/** Whatever is not a ParseError that points into the text is a defect. */
function expectAnswer(text: string): void {
  for (const parse of [(t: string) => parseExpression(t, { experimentalFunctions: true }), parseMetricSelector]) {
    try {
      parse(text);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      const { start, end } = error.position;
      expect(start >= 0 && start <= end && end <= text.length, `${start}-${end} of ${JSON.stringify(text)}`).toBe(true);
    }
  }
}

describe('any text is answered', () => {
  it('of any characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 40 }), expectAnswer), { numRuns: 2000 });
    fc.assert(fc.property(fc.string({ maxLength: 40 }), expectAnswer), { numRuns: 2000 });
  });

  it('of tokens', () => {
    const tokens = fc.array(fc.constantFrom(...TOKENS), { maxLength: 25 });
    const texts = fc.tuple(tokens, fc.constantFrom('', ' ', '\n')).map(([parts, blank]) => parts.join(blank));
    fc.assert(fc.property(texts, expectAnswer), { numRuns: 5000 });
  });
});

describe('a megabyte is answered', () => {
  const size = 1_000_000;
  it.each([
    ['blanks', ' '.repeat(size)],
    ['lines', '\n'.repeat(size)],
    ['a comment', '#'.repeat(size)],
    ['comments', '#\n'.repeat(size / 2)],
    ['a name', 'a'.repeat(size)],
    ['digits', '1'.repeat(size)],
    ['underscores', '1_'.repeat(size / 2)],
    ['zeros', '0'.repeat(size)],
    ['units', '1s'.repeat(size / 2)],
    ['hexadecimal digits', `0x${'f'.repeat(size)}`],
    ['quotes', '"'.repeat(size)],
    ['escapes', `"${'\\n'.repeat(size / 2)}"`],
    ['bytes', `"${'\\x41'.repeat(size / 4)}"`],
    ['bad bytes', `"${'\\xff'.repeat(size / 4)}"`],
    ['an open string', `"${'a'.repeat(size)}`],
    ['parentheses', '('.repeat(size)],
    ['brackets', '['.repeat(size)],
    ['braces', '{'.repeat(size)],
    ['signs', '-'.repeat(size)],
    ['signs of a duration', `a[${'-'.repeat(size)}5m]`],
    ['operators', 'a+'.repeat(size / 2)],
    ['scalars', `(${'1+'.repeat(400)}1)+`.repeat(size / 805)],
    ['powers', 'a^'.repeat(size / 2)],
    ['offsets', `a${' offset 0'.repeat(size / 9)}`],
    ['matchers', `a{${'b="c",'.repeat(size / 6)}}`],
    ['labels', `sum by (${'b,'.repeat(size / 2)}) (a)`],
    ['matching labels', `a / on (${'b,'.repeat(size / 4)}) group_left (${'c,'.repeat(size / 4)}) a`],
    ['arguments', `label_join(a, "b", ","${', "c"'.repeat(size / 5)})`],
  ])('of %s', { timeout: 10_000 }, (_, text) => {
    expectAnswer(text);
  });
});
