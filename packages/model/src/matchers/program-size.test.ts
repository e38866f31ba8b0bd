import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { estimateProgramSize } from './program-size.ts';

describe('estimateProgramSize', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['(abc)', 5],
    ['a{10}', 20],
    ['a{2,10}', 20],
    ['a{10,}', 20],
    ['a{0}', 2],
    ['a{', 2],
    ['a{x}', 4],
    ['(?:a{10}){10}', 250],
    ['[abc]{10}', 20],
    ['[]{3}]', 1],
    ['[[:alpha:]{3}]', 2],
    ['[\\]{3}]', 1],
    ['\\Qa{99}\\E', 9],
    ['\\{9}', 4],
    ['\\pL', 23],
    [')))', 3],
  ])('%s', (pattern, size) => {
    expect(estimateProgramSize(pattern)).toBe(size);
  });

  it('is seldom below the truth, and then not by much', () => {
    const atom = fc.constantFrom(
      'a',
      'b',
      '.',
      '[ab]',
      '[^a{3}]',
      '\\d',
      '\\{',
      '(?:',
      '(',
      ')',
      '|',
      '*',
      '+',
      '?',
      '{2}',
    );
    const repeat = fc.constantFrom('{7,}', '{0,9}', '{20}', '[[:alpha:]]', '\\Q{9}\\E', '[]{5}]', '\\]', '(?i)');
    fc.assert(
      fc.property(fc.array(fc.oneof(atom, repeat), { maxLength: 12 }), (tokens) => {
        const pattern = tokens.join('');
        const size = tryProgramSize(pattern);
        if (size !== undefined) expect(size).toBeLessThanOrEqual(3 * estimateProgramSize(pattern) + 10);
      }),
      { numRuns: 5000 },
    );
  });
});

function tryProgramSize(pattern: string): number | undefined {
  try {
    return RE2JS.compile(pattern).programSize();
  } catch {
    return undefined;
  }
}
