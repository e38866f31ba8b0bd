import { expect, test } from 'vitest';
import { ParseError } from '../errors.ts';
import { parseMetricSelector } from './parse-metric-selector.ts';

test.each([
  ['up', ['__name__="up"']],
  [' job:up:sum { } ', ['__name__="job:up:sum"']],
  ['{}', []],
  ['up{job="api",instance!="x"}', ['job="api"', 'instance!="x"', '__name__="up"']],
  ["{__name__=~'up|x', job!~`a\\d+`,}", ['__name__=~"up|x"', 'job!~"a\\\\d+"']],
  ['{"my.name", "a.b"="c"}', ['__name__="my.name"', '"a.b"="c"']],
  ['{"="="="}', ['"="="="']],
  ['up{"down"}', ['__name__="down"', '__name__="up"']],
  ['sum{by="without"}', ['by="without"', '__name__="sum"']],
  ['up # all of them\n{a="b" # some\n}', ['a="b"', '__name__="up"']],
  ['{a="\\n\\t\\"\\\\\\x41\\102\\u00fc\\U0001f600\\xc3\\xbc"}', ['a="\\n\\t\\"\\\\ABü😀ü"']],
  ['{a="\\xc5z\\xc3\\xbc"}', ['a="\\xc5zü"']],
  ["{a='it\\'s \"x\"'}", ['a="it\'s \\"x\\""']],
  ['{a="}{,#"}', ['a="}{,#"']],
])('%s is read', (text, matchers) => {
  expect(parseMetricSelector(text).map(String)).toEqual(matchers);
});

test.each([
  ['', '1:1: parse error: unexpected end of input'],
  ['1up', '1:1: parse error: bad number or duration syntax: "1up"'],
  ['"up"', '1:1: parse error: unexpected string "\\"up\\""'],
  ['on{}', '1:1: parse error: unexpected <on>'],
  ['up[5m]', '1:3: parse error: unexpected "["'],
  ['up down', '1:4: parse error: unexpected identifier "down"'],
  ['{a', '1:3: parse error: unexpected end of input inside braces'],
  ['{a="b" c="d"}', '1:8: parse error: unexpected identifier "c" in label matching, expected "," or "}"'],
  ['{a=b}', '1:4: parse error: unexpected identifier "b" in label matching, expected string'],
  ['{a}', '1:3: parse error: unexpected "}" in label matching, expected label matching operator'],
  ['{,}', '1:2: parse error: unexpected "," in label matching, expected identifier or "}"'],
  ['{a="b",,}', '1:8: parse error: unexpected "," in label matching, expected identifier or "}"'],
  ['{ü="b"}', "1:2: parse error: unexpected character inside braces: 'ü'"],
  ['{a:b="c"}', "1:3: parse error: unexpected character inside braces: ':'"],
  ['{a!"b"}', "1:3: parse error: unexpected character after '!' inside braces: '\"'"],
  ['{a="b}', '1:4: parse error: unterminated quoted string'],
  ['{a=`b}', '1:4: parse error: unterminated raw string'],
  ['{a="b\n"}', '1:4: parse error: unterminated quoted string'],
  ['{a="\\q"}', "1:5: parse error: unknown escape sequence U+0071 'q'"],
  ['{a="\\\'"}', "1:5: parse error: unknown escape sequence U+0027 '''"],
  ['{a="\\ud800"}', '1:5: parse error: escape sequence is an invalid Unicode code point'],
  ['{a="\\777"}', '1:5: parse error: escape sequence is an invalid Unicode code point'],
  ['{a="\ud800"}', '1:5: parse error: invalid UTF-8 rune'],
  ['{\n"😀"="😀", b=~"("}', '2:10: parse error: error parsing regexp: missing closing ): `(`'],
])('%j is refused, with the place', (text, message) => {
  expect(() => parseMetricSelector(text)).toThrow(ParseError);
  expect(() => parseMetricSelector(text)).toThrow(message);
});
