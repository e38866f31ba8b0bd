import { expect, test } from 'vitest';
import { parseSelector, SelectorError } from './parse-selector.ts';

test.each([
  ['up', ['__name__="up"']],
  [' job:up:sum { } ', ['__name__="job:up:sum"']],
  ['{}', []],
  ['up{job="api",instance!="x"}', ['__name__="up"', 'job="api"', 'instance!="x"']],
  ["{__name__=~'up|x', job!~`a\\d+`,}", ['__name__=~"up|x"', 'job!~"a\\\\d+"']],
  ['{"my.name", "a.b"="c"}', ['__name__="my.name"', '"a.b"="c"']],
  ['{a="\\n\\t\\"\\\\\\x41\\102\\u00fc\\U0001f600\\xc3\\xbc"}', ['a="\\n\\t\\"\\\\ABü😀ü"']],
  ["{a='it\\'s \"x\"'}", ['a="it\'s \\"x\\""']],
  ['{a="}{,"}', ['a="}{,"']],
])('%s is read', (text, matchers) => {
  expect(parseSelector(text).map(String)).toEqual(matchers);
});

test.each([
  ['', 'column 1: expected a metric name or "{", got the end'],
  ['1up', 'column 1: expected a metric name or "{", got "1"'],
  ['up[5m]', 'column 3: expected the end of the selector, got "["'],
  ['{a', 'column 3: expected "=", "!=", "=~" or "!~", got the end'],
  ['{a="b"', 'column 7: expected "," or "}", got the end'],
  ['{a="b" c="d"}', 'column 8: expected "," or "}", got "c"'],
  ['{a=b}', 'column 4: expected a quoted value, got "b"'],
  ['{,}', 'column 2: expected a label name or "}", got ","'],
  ['{ü="b"}', 'column 2: expected a label name or "}", got "ü"'],
  ['{ä', 'column 2: expected a label name or "}", got "ä"'],
  ['{a="b}', 'column 4: the quoted text does not end'],
  ['{a="b\n"}', 'column 4: the quoted text does not end'],
  ['{a="\\q"}', 'column 5: unknown escape \\q'],
  ['{a="\\ud800"}', 'column 5: unknown escape \\ud800'],
  ['{a="\\777"}', 'column 5: unknown escape \\777'],
  ['{a="\\xff"}', 'column 5: the escapes do not make UTF-8'],
  ['{a="😀", b=~"("}', 'column 12: '],
  ['up{"down"}', 'column 4: the metric name is already set'],
])('%j is refused, with the place', (text, message) => {
  expect(() => parseSelector(text)).toThrow(SelectorError);
  expect(() => parseSelector(text)).toThrow(message);
});
