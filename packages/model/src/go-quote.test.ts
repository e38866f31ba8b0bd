import { describe, expect, it } from 'vitest';
import { quoteGo } from './go-quote.ts';

describe('quoteGo', () => {
  it.each([
    // Second column: what Go 1.26's strconv.Quote says.
    ['', '""'],
    ['abc', '"abc"'],
    ['a"b', '"a\\"b"'],
    ['a\\b', '"a\\\\b"'],
    ['\x07\b\f\n\r\t\v', '"\\a\\b\\f\\n\\r\\t\\v"'],
    ['\x00\x01\x1f\x7f', '"\\x00\\x01\\x1f\\x7f"'],
    ['é 日本語 😀', '"é 日本語 😀"'],
    ['\u00a0\u00ad\u200b\u2028\ufeff', '"\\u00a0\\u00ad\\u200b\\u2028\\ufeff"'],
    ['\ufffd\ue000', '"\ufffd\\ue000"'],
    ['\u{e0001}\u{10ffff}', '"\\U000e0001\\U0010ffff"'],
    ['a\u0301 ‰€™', '"a\u0301 ‰€™"'],
    ["'`$", '"\'`$"'],
    ['\ud800', '"\\ufffd"'],
    ['a\udcc5z', '"a\\xc5z"'],
  ])('%j', (text, quoted) => {
    expect(quoteGo(text)).toBe(quoted);
  });
});
