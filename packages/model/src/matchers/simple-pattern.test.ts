import { describe, expect, it } from 'vitest';
import { ANY, SOME } from './sequence.ts';
import { literalsOf, tryParseSimplePattern } from './simple-pattern.ts';

describe('tryParseSimplePattern', () => {
  it.each([
    ['', [[]]],
    ['api', [['api']]],
    ['a|b', [['a'], ['b']]],
    ['a|', [['a'], []]],
    ['a||b', [['a'], [], ['b']]],
    ['a\\.b\\-\\\\', [['a.b-\\']]],
    ['.*', [[ANY]]],
    ['.+', [[SOME]]],
    ['.*?', [[ANY]]],
    ['.*.*', [[ANY]]],
    ['.+.*', [[SOME]]],
    ['api-.*', [['api-', ANY]]],
    ['.*a.+b', [[ANY, 'a', SOME, 'b']]],
    ['^api$', [['api']]],
    ['^a$|^b$', [['a'], ['b']]],
    ['a(b|f)', [['ab'], ['af']]],
    ['(?:a|b)c', [['ac'], ['bc']]],
    ['(a|.*)(b|.+)', [['ab'], ['a', SOME], [ANY, 'b'], [SOME]]],
    ['a(b(c|d)|e)', [['abc'], ['abd'], ['ae']]],
    ['ab?', [['ab'], ['a']]],
    ['a(bc)?', [['abc'], ['a']]],
    ['a??', [['a'], []]],
    ['😀?x', [['😀x'], ['x']]],
    ['n[0-3]', [['n0'], ['n1'], ['n2'], ['n3']]],
    ['[a-cx]', [['a'], ['b'], ['c'], ['x']]],
    ['()', [[]]],
    ['a\nb', [['a\nb']]],
  ])('%j', (pattern, alternatives) => {
    expect(tryParseSimplePattern(pattern)).toEqual({ alternatives, ignoresCase: false });
  });

  it('knows (?i) at the start', () => {
    expect(tryParseSimplePattern('(?i)get|post')).toEqual({ alternatives: [['get'], ['post']], ignoresCase: true });
  });

  it.each([
    '. a.b .? .{2} .+.+ .** a* a+ (ab)+ a{2} a{ } ] a?* .*{2} 😀*'.split(' '),
    '[^a] [a []a] [a-] [-a] [c-a] [\\d] [[:alpha:]] [a-b-c] [a-z][a-z]'.split(' '),
    '\\d \\pL \\Qa\\E \\ ( ) a) (a (?P<n>a) (?s)a a(?i)b'.split(' '),
    '(^a) (a$) a^b a$b ^^ $$ * ? + ^*'.split(' '),
    [`${'('.repeat(200)}${')'.repeat(200)}`],
  ])('leaves %j and the like to RE2', (...patterns) => {
    for (const pattern of patterns) expect(tryParseSimplePattern(pattern), pattern).toBeUndefined();
  });

  it('multiplies up to 256 alternatives', () => {
    expect(tryParseSimplePattern('[0-9a-f][0-9a-f]')?.alternatives).toHaveLength(256);
    expect(tryParseSimplePattern('[0-9a-g][0-9a-f]')).toBeUndefined();
  });

  it('has no limit for alternatives that are written out', () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `pod-${i}`);
    expect(literalsOf(tryParseSimplePattern(names.join('|'))!)).toEqual(names);
    expect(literalsOf(tryParseSimplePattern(`(${names.join('|')})`)!)).toEqual(names);
  });
});

describe('literalsOf', () => {
  it.each([
    ['a|b|a', ['a', 'b']],
    ['', ['']],
    ['a(|b)', ['a', 'ab']],
    ['a|b.*', undefined],
    ['(?i)a', undefined],
  ])('%j', (pattern, literals) => {
    expect(literalsOf(tryParseSimplePattern(pattern)!)).toEqual(literals);
  });
});
