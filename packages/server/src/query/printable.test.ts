import { expect, test } from 'vitest';
import { columnsOf, printableCell, printableLine } from './printable.ts';

test.each([
  ['api', 'api'],
  ['köln €', 'köln €'],
  ['a "quoted" \\ value', 'a "quoted" \\ value'],
  ['\u001b[2J', '"\\x1b[2J"'],
  ['two\nlines', '"two\\nlines"'],
  ['\u202eright to left', '"\\u202eright to left"'],
])('a cell of %j', (text, cell) => {
  expect(printableCell(text)).toBe(cell);
});

test.each([
  ['two\n lines\t ', 'two lines'],
  ['red \u001b[31m', 'red \ufffd[31m'],
  ['x'.repeat(1001), `${'x'.repeat(1000)}…`],
])('a line of %j', (text, line) => {
  expect(printableLine(text)).toBe(line);
});

test.each([
  ['', 0],
  ['api', 3],
  ['köln', 4],
  ['ko\u0308ln', 4],
  ['東京', 4],
  ['😀', 2],
])('%j is %d columns wide', (text, columns) => {
  expect(columnsOf(text)).toBe(columns);
});
