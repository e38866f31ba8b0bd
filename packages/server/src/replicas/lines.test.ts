import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLineSplitter } from './lines.ts';

function split(pieces: readonly string[], maxLength = 100): readonly string[] {
  const lines: string[] = [];
  const splitter = createLineSplitter(maxLength, (line) => lines.push(line));
  for (const piece of pieces) splitter.push(piece);
  splitter.end();
  return lines;
}

test.each<[string, string[], string[]]>([
  ['whole lines', ['a\nb\n'], ['a', 'b']],
  ['a line in pieces', ['a', 'b', 'c\n'], ['abc']],
  ['empty lines', ['\n\na\n'], ['', '', 'a']],
  ['a last line without its newline', ['a\nb'], ['a', 'b']],
  ['nothing', [''], []],
  ['Windows line ends', ['a\r\nb\r\n'], ['a', 'b']],
  ['colours', ['\u001b[31mred\u001b[0m\n'], ['red']],
  ['a title for the window', ['\u001b]0;title\u0007text\n'], ['text']],
  ['a bell, a backspace and a lone escape', ['a\u0007b\u0008c\u001b\n'], ['abc']],
  ['a tab', ['a\tb\n'], ['a\tb']],
])('%s', (_, pieces, lines) => {
  expect(split(pieces)).toEqual(lines);
});

test('a line that is just short enough stays whole, one more character and it is cut', () => {
  expect(split(['12345\n123456\n'], 5)).toEqual(['12345', '1234…']);
});

test('shows the cut when what was left out, or a part of what was kept, is invisible', () => {
  expect(split(['\u001b[31mabcdefgh\u001b[0m\n'], 10)).toEqual(['abcde…']);
});

test('goes on with the line after one that was cut', () => {
  expect(split(['x'.repeat(1_000), 'x'.repeat(1_000), '\nnext\n'], 5)).toEqual(['xxxx…', 'next']);
});

test('it does not matter where the text is cut into pieces', () => {
  const text = fc.array(fc.constantFrom('a', 'bc', '\n', 'long words'), { maxLength: 30 });
  fc.assert(
    fc.property(text, (pieces) => {
      expect(split(pieces, 8)).toEqual(split([pieces.join('')], 8));
    }),
  );
});
