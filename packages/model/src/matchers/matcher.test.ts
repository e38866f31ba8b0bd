import { describe, expect, it } from 'vitest';
import { createMatcher, invertMatcher, type MatchType } from './matcher.ts';

describe('createMatcher', () => {
  it.each<[MatchType, string, string, boolean]>([
    ['=', 'bar', 'bar', true],
    ['=', 'bar', 'foo-bar', false],
    ['=', '', '', true],
    ['!=', 'bar', 'bar', false],
    ['!=', 'bar', 'foo-bar', true],
    ['!=', 'bar', '', true],
    ['=~', 'bar', 'bar', true],
    ['=~', 'bar', 'foo-bar', false],
    ['=~', '.*bar', 'foo-bar', true],
    ['=~', '[^x]*bar', 'foo-bar', true],
    ['!~', 'bar', 'bar', false],
    ['!~', 'bar', 'foo-bar', true],
    ['!~', '.*bar', 'foo-bar', false],
    ['=~', 'foo.bar', 'foo-bar', true],
    ['=~', 'foo.bar', 'foo\nbar', true],
    ['=~', 'foo.*|bar', '', false],
  ])('a%s%j on %j', (type, value, labelValue, expected) => {
    const matcher = createMatcher(type, 'a', value);
    expect(matcher.matches(labelValue)).toBe(expected);
    expect(invertMatcher(matcher).matches(labelValue)).toBe(!expected);
  });

  it('passes on what is known of a regular expression', () => {
    expect(createMatcher('=~', 'a', 'x|xy')).toMatchObject({ setMatches: ['x', 'xy'], prefix: 'x' });
    expect(createMatcher('!~', 'a', 'x.*')).toMatchObject({ prefix: 'x' });
    expect(createMatcher('!~', 'a', 'x.*').setMatches).toBeUndefined();
    expect(createMatcher('=', 'a', 'x').setMatches).toBeUndefined();
  });

  it.each<[MatchType, string, string, string]>([
    ['=', 'foo', 'bar', 'foo="bar"'],
    ['!~', 'foo', 'b"a\\r\n', 'foo!~"b\\"a\\\\r\\n"'],
    ['=~', 'with.dot', '.*', '"with.dot"=~".*"'],
    ['!=', '1', '', '"1"!=""'],
    ['=', 'a"b', 'x', '"a\\"b"="x"'],
  ])('prints %s of %s', (type, name, value, printed) => {
    expect(createMatcher(type, name, value).toString()).toBe(printed);
  });

  it('names a bad expression', () => {
    expect(() => createMatcher('=~', 'a', '(b')).toThrow('error parsing regexp: missing closing ): `(b`');
  });
});
