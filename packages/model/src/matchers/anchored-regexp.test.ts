import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { MatcherError } from '../errors.ts';
import { createAnchoredRegexp, MAX_PATTERN_LENGTH } from './anchored-regexp.ts';
import { tryParseSimplePattern } from './simple-pattern.ts';

describe('createAnchoredRegexp', () => {
  it.each<[pattern: string, matching: string[], other: string[]]>([
    ['', [''], ['a']],
    ['foo', ['foo'], ['', 'fo', 'foob', 'xfoo']],
    ['foo|bar', ['foo', 'bar'], ['', 'foobar', 'foo|bar']],
    ['foo|', ['foo', ''], ['f']],
    ['foo.*', ['foo', 'foobar', 'foo\n'], ['fo', 'xfoo']],
    ['foo.+', ['foob', 'foo\n'], ['foo']],
    ['.*foo', ['foo', '\nfoo'], ['foob']],
    ['.*foo.*', ['foo', 'a\nfoo\nb'], ['fo']],
    ['.+foo.+', ['afoob'], ['foo', 'afoo', 'foob']],
    ['.*', ['', 'a', '\n'], []],
    ['.+', ['a', '\n', '😀'], ['']],
    ['.', ['a', '\n', '😀'], ['', 'ab']],
    ['5..', ['500', '5\n\n'], ['50', '5000']],
    ['(?i)foo', ['foo', 'FOO', 'fOo'], ['fo']],
    ['(?i)k', ['k', 'K', '\u212a'], ['x']],
    ['(?i)straße', ['straße', 'STRAẞE'], ['STRASSE']],
    ['(?i)σ', ['σ', 'ς', 'Σ'], ['s']],
    ['(?i)i', ['i', 'I'], ['İ', 'ı']],
    ['(?i).*foo.*', ['xFOOx', 'foo'], ['fo']],
    ['(?i).+foo|bar.+', ['xFOO', 'BARx'], ['foo', 'bar']],
    ['(?i)a.*b.*c', ['AxBxC'], ['ACB']],
    ['(?-s).', ['a'], ['\n']],
    ['a\\Qb.c\\E', ['ab.c'], ['abxc']],
    ['\\d{3}', ['500'], ['50', '5000', '٣٣٣']],
    ['a|ab', ['a', 'ab'], ['abb']],
    ['(?m)^a$', ['a'], ['a\nb']],
  ])('%s', (pattern, matching, other) => {
    const regexp = createAnchoredRegexp(pattern);
    for (const text of matching) expect(regexp.matches(text), JSON.stringify(text)).toBe(true);
    for (const text of other) expect(regexp.matches(text), JSON.stringify(text)).toBe(false);
  });

  it.each<[pattern: string, setMatches: string[] | undefined, prefix: string | undefined]>([
    ['foo', ['foo'], 'foo'],
    ['foo|bar', ['foo', 'bar'], undefined],
    ['foo|far', ['foo', 'far'], 'f'],
    ['a(b|f)', ['ab', 'af'], 'a'],
    ['', [''], undefined],
    ['foo.*', undefined, 'foo'],
    ['foo.*|fox.*', undefined, 'fo'],
    ['.*foo', undefined, undefined],
    ['(?i)foo', undefined, undefined],
    ['foo[^x]+', undefined, 'foo'],
    ['foo[^x]+|bar', undefined, undefined],
  ])('%s knows its set and its prefix', (pattern, setMatches, prefix) => {
    const regexp = createAnchoredRegexp(pattern);
    expect(regexp.setMatches).toEqual(setMatches);
    expect(regexp.prefix).toBe(prefix);
  });
});

describe('expand', () => {
  it.each([
    ['(.*):(.*)', 'localhost:9090', '$1', 'localhost'],
    ['(.*):(.*)', 'localhost:9090', '$2-$1', '9090-localhost'],
    ['(?P<host>[^:]+):.*', 'localhost:9090', '$host', 'localhost'],
    ['(a)|(b)', 'b', '[$1$2]', '[b]'],
    ['(a|b|c)', 'b', '$1$1', 'bb'],
    ['a', 'a', '$0', 'a'],
    ['a', 'a', 'fixed', 'fixed'],
    ['a', 'a', '$1$name', ''],
    ['(a+?)(a*)', 'aaa', '$1|$2', 'a|aa'],
    ['(?i)(get)', 'GET', '$1', 'GET'],
    ['.*', '', 'x$0', 'x'],
  ])('%s on %s fills in %s', (pattern, text, template, expanded) => {
    expect(createAnchoredRegexp(pattern).expand(text, template)).toBe(expanded);
  });

  it('needs the engine for groups, and the engine has a limit', () => {
    const regexp = createAnchoredRegexp(`(${Array.from({ length: 2000 }, (_, i) => `pod-${i}`).join('|')})`);
    expect(regexp.expand('pod-1999', 'fixed')).toBe('fixed');
    expect(regexp.expand('pod-2000', '$1')).toBeUndefined();
    expect(() => regexp.expand('pod-1999', '$1')).toThrow('regular expression too large');
  });

  it('is undefined where the text does not match', () => {
    expect(createAnchoredRegexp('a').expand('b', 'x')).toBeUndefined();
    expect(createAnchoredRegexp('a[^b]').expand('b', 'x')).toBeUndefined();
  });
});

describe('a bad pattern', () => {
  it.each([
    ['(a', 1, 'missing closing ): `(a`'],
    ['a)', 1, 'unexpected ): `a)`'],
    ['x[a', 2, 'missing closing ]: `[a`'],
    ['*', 1, 'missing argument to repetition operator: `*`'],
    ['a**', 2, 'invalid nested repetition operator: `**`'],
    ['a{1001}', 2, 'invalid repeat count: `{1001}`'],
    ['a\\8', 2, 'invalid escape sequence: `\\8`'],
    ['a(?=b)', 2, 'invalid or unsupported Perl syntax: `(?=`'],
    ['a(?<=b)', 2, 'invalid named capture: `(?<=b)`'],
    ['(?P<n', 1, 'invalid named capture: `(?P<n`'],
    ['[z-a]', 2, 'invalid character class range: `z-a`'],
    ['\\pX', 1, 'invalid character class range: `\\pX`'],
    ['a|*|*', undefined, 'missing argument to repetition operator: `*`'],
    ['a\\', undefined, 'trailing backslash at end of expression'],
  ])('%s', (pattern, column, words) => {
    const reason = `error parsing regexp: ${words}`;
    expect(() => createAnchoredRegexp(pattern)).toThrow(MatcherError);
    expect(() => createAnchoredRegexp(pattern)).toThrow(
      expect.objectContaining({ code: 'bad_regexp', reason, column }),
    );
  });
});

describe('a hostile pattern', () => {
  it('takes linear time', () => {
    const text = `${'a'.repeat(20_000)}b`;
    for (const pattern of ['(a+)+', '(a*)*', '(a|a)*', '(a|aa)+', '(.*a){20}', 'a*a*a*a*a*a*c']) {
      expect(createAnchoredRegexp(pattern).matches(text), pattern).toBe(false);
    }
    expect(createAnchoredRegexp('(a+)+b').matches(text)).toBe(true);
  });

  it.each([
    ['too long', 'a'.repeat(MAX_PATTERN_LENGTH + 1), '1048577 characters, the limit is 1048576'],
    ['too many copies', '(?:a?){1000}'.repeat(10), 'about 70000 instructions, the limit is 10000'],
    ['too many groups', '('.repeat(50_000), 'about 100000 instructions, the limit is 10000'],
    ['too many classes', '[^\\pL]'.repeat(1000), 'about 21000 instructions, the limit is 10000'],
    ['too much that ignores case', `(?i)${'ab|'.repeat(10_000)}`, 'about 30004 instructions, the limit is 10000'],
  ])('is refused where it is %s', (_, pattern, size) => {
    expect(() => createAnchoredRegexp(pattern)).toThrow(
      new MatcherError('regexp_too_large', `regular expression too large: ${size}`),
    );
  });
});

/** Patterns of the kinds that have a fast path, and their neighbours, are made of these; a blank separates them. */
const TOKENS =
  'a b foo bar é 😀 k ſ - \\n \\. \\| [ab] [0-9] x? (?: ( ) | | .* .* .+ .*? .+? . .? ^ $ ? {2} * (?i) \\d [^a]';
const PIECES = 'a b foo bar é É 😀 k K \u212a s S ſ - \n . | 1 x FOO';
const token = fc.constantFrom(...TOKENS.split(' '));
const piece = fc.constantFrom(...PIECES.split(' '));

describe('the fast paths', () => {
  it('match what RE2 matches', () => {
    let fast = 0;
    fc.assert(
      fc.property(
        fc.array(token, { maxLength: 6 }),
        fc.array(fc.array(piece, { maxLength: 5 }), { minLength: 8, maxLength: 8 }),
        (tokens, texts) => {
          const pattern = tokens.join('');
          if (!tryParseSimplePattern(pattern)) return;
          fast++;
          const regexp = createAnchoredRegexp(pattern);
          const re2 = RE2JS.compile(pattern, RE2JS.DOTALL);
          for (const text of ['', ...texts.map((pieces) => pieces.join(''))]) {
            const matches = re2.matches(text);
            expect(regexp.matches(text), JSON.stringify({ pattern, text })).toBe(matches);
            if (regexp.setMatches) expect(regexp.setMatches.includes(text)).toBe(matches);
            if (matches && regexp.prefix !== undefined) expect(text.startsWith(regexp.prefix)).toBe(true);
          }
        },
      ),
      { numRuns: 10_000 },
    );
    expect(fast).toBeGreaterThan(1000);
  });

  it('have a prefix that every match has, without a fast path too', () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 5 }), fc.array(piece, { maxLength: 5 }), (tokens, pieces) => {
        const regexp = tryCreate(tokens.join(''));
        const text = pieces.join('');
        if (regexp?.prefix !== undefined && regexp.matches(text)) expect(text.startsWith(regexp.prefix)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });
});

function tryCreate(pattern: string) {
  try {
    return createAnchoredRegexp(pattern);
  } catch (error) {
    expect(error).toBeInstanceOf(MatcherError);
    return undefined;
  }
}
