import { expect, test } from 'vitest';
import { showPlace } from './show-place.ts';

test.each<[string, string, string, string[]]>([
  ['the place', 'sum(x) by', '1:10: parse error: unexpected end', ['    sum(x) by', '             ^']],
  ['behind other words', '1 +', 'invalid: 1:4: parse error: x', ['    1 +', '       ^']],
  ['the line of several', 'a +\n  b )\n+ c', '2:5: parse error: x', ['      b )', '        ^']],
  ['tabs as they are', '\ta )', '1:4: parse error: x', ['    \ta )', '    \t  ^']],
  ['the end of the line at most', 'a', '1:9: parse error: x', ['    a', '     ^']],
  [
    'bytes, where the parser here finds nothing wrong',
    'x{a="öö"}',
    '1:10: parse error: x',
    ['    x{a="öö"}', '           ^'],
  ],
  ['what is twice as wide', 'x{a="東"}', '1:9: parse error: x', ['    x{a="東"}', '           ^']],
  [
    'characters, as the parser here counts them',
    'x{a="öö"} )',
    '1:11: parse error: x',
    ['    x{a="öö"} )', '              ^'],
  ],
  ['bytes for the same fault', 'x{a="öö"} )', '1:13: parse error: x', ['    x{a="öö"} )', '              ^']],
])('shows %s', (_, query, message, lines) => {
  expect(showPlace(query, message)).toEqual(lines);
});

test('shows the part of a long line that matters', () => {
  const query = `${'a + '.repeat(50)})${' + b'.repeat(50)}`;
  expect(showPlace(query, '1:201: parse error: x')).toEqual([
    `    …${'a + '.repeat(15)})${' + b'.repeat(14)} + …`,
    `    ${' '.repeat(61)}^`,
  ]);
});

test.each([
  ['no place', 'x', 'execution: many-to-many matching not allowed'],
  ['no such line', 'x', '3:1: parse error: x'],
  ['an absurd place', 'x', '99999999999:1: parse error: x'],
])('shows nothing for %s', (_, query, message) => {
  expect(showPlace(query, message)).toEqual([]);
});
