import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findingsOf } from './testing/load-text.ts';

const bomb = ['a: &a0 [x, x, x, x, x, x, x, x, x, x]'];
for (let i = 1; i < 10; i++) bomb.push(`b${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(', ')}]`);

test.each<[string, string, RegExp]>([
  ['aliases that multiply', bomb.join('\n'), /values once the aliases are followed/],
  ['an alias inside of itself', 'scrape_configs: &a [*a]', /an alias stands inside of what it stands for/],
  ['a merge of itself', 'global: &a {<<: *a}', /an alias stands inside of what it stands for/],
  ['an alias of nothing', 'global: *nothing', /the alias \*nothing stands for nothing/],
  ['lists without end', '['.repeat(50_000), /it is nested too deeply/],
  ['mappings without end', '{a: '.repeat(50_000), /it is nested too deeply/],
  ['dashes without end', '- '.repeat(50_000), /it is nested too deeply/],
  ['a text that is too long', 'x'.repeat(10_000_001), /are read at most/],
  ['names of the prototype', 'constructor: 1\n__proto__: 2\ntoString: 3', /unknown field "constructor"/],
])('%s', async (_, text, expected) => {
  const [first] = await findingsOf(text);
  expect(first).toMatch(expected);
});

const NAMES = 'global scrape_configs job_name relabel_configs static_configs targets regex action'.split(' ');
const SIGNS = [
  ': ',
  '- ',
  '\n',
  '\n  ',
  '[',
  ']',
  '{',
  '}',
  '&a ',
  '*a',
  '<<: ',
  '!!binary ',
  '"',
  "'",
  '|\n',
  '# ',
  '\t',
  '\0',
  '5s',
  '\ud800',
];

test('whatever the file, there is an answer', async () => {
  const word = fc.constantFrom(...NAMES, ...SIGNS);
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 20 }), async (words) => {
      for (const finding of await findingsOf(words.join(''))) expect(finding).toMatch(/\S/);
    }),
    { numRuns: 1000 },
  );
});
