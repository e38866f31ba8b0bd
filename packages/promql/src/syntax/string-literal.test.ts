import { expect, test } from 'vitest';
import { decodeString, endOfString } from './string-literal.ts';

test.each([
  ['"plain"', 'plain'],
  [`'😀'`, '😀'],
  [String.raw`"\a\b\f\n\r\t\v\\\""`, '\x07\b\f\n\r\t\v\\"'],
  [String.raw`'it\'s "x"'`, `it's "x"`],
  [String.raw`"\x41\102\u00fc\U0001f600"`, 'ABü😀'],
  [String.raw`"\xc3\xbc\303\274!"`, 'üü!'],
  [String.raw`"\xef\xbf\xbd\xf0\x9f\x98\x80\xef\xbb\xbf"`, '\ufffd😀\ufeff'],
  [String.raw`"\xff\xc3 \xe2\x82\xef\xbf\xed\xa0\x80"`, '\udcff\udcc3 \udce2\udc82\udcef\udcbf\udced\udca0\udc80'],
  ['`\\n\n"\'`', '\\n\n"\''],
  ['"\ufffd"', '\ufffd'],
  [String.raw`"\ufeff"`, '\ufeff'],
])('%s says %j', (quoted, value) => {
  expect(decodeString(quoted)).toBe(value);
});

test.each([
  [String.raw`"a\q"`, 2, "unknown escape sequence U+0071 'q'"],
  [String.raw`"\'"`, 1, "unknown escape sequence U+0027 '''"],
  [String.raw`'\"'`, 1, `unknown escape sequence U+0022 '"'`],
  [String.raw`"\😀"`, 1, "unknown escape sequence U+1F600 '😀'"],
  [String.raw`"\8"`, 1, "unknown escape sequence U+0038 '8'"],
  [String.raw`"\xg0"`, 1, "illegal character U+0067 'g' in escape sequence"],
  [String.raw`"\u12"`, 1, `illegal character U+0022 '"' in escape sequence`],
  [String.raw`"\08"`, 1, "illegal character U+0038 '8' in escape sequence"],
  [String.raw`"\400"`, 1, 'escape sequence is an invalid Unicode code point'],
  [String.raw`"\ud800"`, 1, 'escape sequence is an invalid Unicode code point'],
  [String.raw`"\U00110000"`, 1, 'escape sequence is an invalid Unicode code point'],
  ['"ab\ud800"', 3, 'invalid UTF-8 rune'],
  ['`\udc00`', 1, 'invalid UTF-8 rune'],
])('%s is wrong at %d', (quoted, offset, reason) => {
  expect(decodeString(quoted)).toEqual({ reason, offset });
});

test.each([
  ['x"a"b', 1, 4],
  [String.raw`"a\""`, 0, 5],
  [String.raw`"a\"`, 0, undefined],
  ['"a\n"', 0, undefined],
  ['`a\n\\`b', 0, 5],
  ['`a', 0, undefined],
  ["'\"'", 0, 3],
])('%j, from %d, ends at %s', (text, start, end) => {
  expect(endOfString(text, start)).toBe(end);
});
