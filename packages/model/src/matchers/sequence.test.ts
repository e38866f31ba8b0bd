import { describe, expect, it } from 'vitest';
import { ANY, appendPart, type Gap, literalOf, matchesSequence, SOME } from './sequence.ts';

describe('appendPart', () => {
  it.each<[string, (string | Gap)[], string | Gap, (string | Gap)[]]>([
    ['nothing', ['a'], '', ['a']],
    ['a first literal', [], 'a', ['a']],
    ['literals', ['a'], 'b', ['ab']],
    ['a gap after a literal', ['a'], ANY, ['a', ANY]],
    ['.*.*', ['a', ANY], ANY, ['a', ANY]],
    ['.*.+', ['a', ANY], SOME, ['a', SOME]],
    ['.+.*', ['a', SOME], ANY, ['a', SOME]],
  ])('merges %s', (_, target, part, expected) => {
    expect(appendPart(target, part)).toBe(true);
    expect(target).toEqual(expected);
  });

  it('has no form for .+.+', () => {
    const target: (string | Gap)[] = ['a', SOME];
    expect(appendPart(target, SOME)).toBe(false);
    expect(target).toEqual(['a', SOME]);
  });
});

describe('literalOf', () => {
  it.each<[(string | Gap)[], string | undefined]>([
    [[], ''],
    [['a'], 'a'],
    [[ANY], undefined],
    [['a', ANY], undefined],
  ])('%j', (sequence, literal) => {
    expect(literalOf(sequence)).toBe(literal);
  });
});

describe('matchesSequence', () => {
  it.each<[(string | Gap)[], string, boolean]>([
    [[], '', true],
    [[], 'a', false],
    [['a'], 'a', true],
    [['a'], 'ab', false],
    [['a'], 'ba', false],
    [[ANY], '', true],
    [[SOME], '', false],
    [[SOME], 'a', true],
    [['a', ANY], 'a', true],
    [['a', SOME], 'a', false],
    [['a', SOME], 'ab', true],
    [[ANY, 'a'], 'a', true],
    [[SOME, 'a'], 'a', false],
    [[SOME, 'a'], 'aa', true],
    [['a', ANY, 'a'], 'a', false],
    [['a', ANY, 'a'], 'aa', true],
    [['a', SOME, 'a'], 'aa', false],
    [['a', SOME, 'a'], 'aaa', true],
    [['ab', ANY, 'ba'], 'aba', false],
    [[ANY, 'a', ANY, 'b', ANY], 'xaxbx', true],
    [[ANY, 'a', ANY, 'b', ANY], 'xbxax', false],
    [[ANY, 'a', SOME, 'b', ANY], 'abb', true],
    [[ANY, 'a', SOME, 'b', ANY], 'ab', false],
    [['a', ANY, 'b', ANY, 'b'], 'ab', false],
    [['a', ANY, 'b', ANY, 'b'], 'abb', true],
    [[SOME, 'é', SOME], '😀é\n', true],
  ])('%j on %j', (sequence, text, expected) => {
    expect(matchesSequence(sequence, text)).toBe(expected);
  });
});
