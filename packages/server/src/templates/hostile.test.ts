import { createLabels } from '@hearth/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { executeTemplate } from './execute-template.ts';
import { functionNames } from './functions.ts';
import { parseTemplate } from './parse-template.ts';
import { TemplateError } from './template-error.ts';
import { textMap } from './value.ts';

const SYMBOLS = '{{ }} {{- -}} ( ) | , := = . $ $x .a .Labels /* */ é'.split(' ');
const WORDS = 'if else end range with define template block break continue nil true a'.split(' ');
const LITERALS = `"a" \`b\` 'c' " \` 1 -1.5 0x 1e400 "%s%d%*v%.3f" "([" "t"`.split(' ');
const PIECES = [...SYMBOLS, ' ', '\n', ...WORDS, ...LITERALS, ...functionNames];

/** Actions that have a chance to be right, and pieces in any order. */
const texts = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join(' ')),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join('')),
  fc
    .array(fc.array(fc.constantFrom(...PIECES.slice(4)), { maxLength: 6 }).map((words) => `{{ ${words.join(' ')} }}`))
    .map((actions) => actions.join('x')),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

async function expand(text: string): Promise<string> {
  const template = parseTemplate(text, { name: 'test', functions: functionNames });
  return executeTemplate(template, {
    data: textMap([['a', '1']]),
    timestampMs: 0,
    externalUrl: 'http://hearth.example',
    query: async () => [{ labels: createLabels({ a: '1' }), value: 1 }],
    pace: () => undefined,
  });
}

test('whatever a template says, it ends in a text or a TemplateError', async () => {
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      const result = await expand(text).catch((error: unknown) => error);
      if (typeof result !== 'string') expect(result).toBeInstanceOf(TemplateError);
    }),
    { numRuns: 5000 },
  );
});

test.each([
  ['spaces', `{{ 1 -}}${' '.repeat(500_000)}x`],
  ['open actions', '{{'.repeat(100_000)],
  ['open parentheses', `{{ ${'('.repeat(100_000)}`],
  ['open branches', '{{ if true }}'.repeat(10_000)],
  ['fields', `{{ ${'.a'.repeat(100_000)} }}`],
  ['pipes', `{{ 1 ${'| print '.repeat(100_000)} }}`],
  ['strings', `{{ "${'\\n'.repeat(100_000)}" }}`],
])('many %s do not take longer than a test may', async (_, text) => {
  await expand(text).catch((error: unknown) => expect(error).toBeInstanceOf(TemplateError));
});
