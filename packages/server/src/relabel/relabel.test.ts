// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Go's templates look like JavaScript's.
import { createHash } from 'node:crypto';
import { createLabels, Labels } from '@hearth/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RelabelRule } from '../config/types.ts';
import { createRelabeler } from './create-relabeler.ts';

type Rule = Partial<RelabelRule>;

const DEFAULTS: RelabelRule = {
  action: 'replace',
  sourceLabels: [],
  separator: ';',
  regex: '(.*)',
  modulus: 0,
  targetLabel: '',
  replacement: '$1',
  nameValidationScheme: 'utf8',
};

const relabel = (labels: Record<string, string>, ...rules: readonly Rule[]) =>
  createRelabeler(rules.map((rule) => ({ ...DEFAULTS, ...rule })))
    .relabel(createLabels(labels))
    ?.toJSON();

const abc = { a: 'foo', b: 'bar', c: 'baz' };

describe('replace', () => {
  it.each<[string, Rule, Record<string, string>]>([
    ['copies a value', { sourceLabels: ['a'], targetLabel: 'd' }, { ...abc, d: 'foo' }],
    ['joins values', { sourceLabels: ['a', 'b', 'z'], targetLabel: 'd' }, { ...abc, d: 'foo;bar;' }],
    ['joins by the separator', { sourceLabels: ['a', 'b'], separator: '', targetLabel: 'd' }, { ...abc, d: 'foobar' }],
    ['sets a constant', { targetLabel: 'd', replacement: 'x' }, { ...abc, d: 'x' }],
    ['overwrites', { targetLabel: 'a', replacement: 'x' }, { ...abc, a: 'x' }],
    [
      'takes groups',
      { sourceLabels: ['a'], regex: 'f(.)(.)', targetLabel: 'd', replacement: '$2-$1' },
      { ...abc, d: 'o-o' },
    ],
    [
      'takes named groups',
      { sourceLabels: ['a'], regex: '(?P<x>f).*', targetLabel: 'd', replacement: '${x}!' },
      { ...abc, d: 'f!' },
    ],
    [
      'reads $1x as one name',
      { sourceLabels: ['a'], regex: '(f).*', targetLabel: 'a', replacement: '$1x' },
      { b: 'bar', c: 'baz' },
    ],
    [
      'takes the whole match',
      { sourceLabels: ['a'], regex: 'fo+', targetLabel: 'd', replacement: '<$0>' },
      { ...abc, d: '<foo>' },
    ],
    ['leaves all where nothing matches', { sourceLabels: ['a'], regex: 'f', targetLabel: 'd', replacement: 'x' }, abc],
    [
      'is anchored on each side of a choice',
      { sourceLabels: ['a'], regex: 'fo|oo', targetLabel: 'd', replacement: 'x' },
      abc,
    ],
    ['deletes by an empty value', { sourceLabels: ['z'], targetLabel: 'a' }, { b: 'bar', c: 'baz' }],
    [
      'sets a target made of groups',
      { sourceLabels: ['a'], regex: '(f)(.*)', targetLabel: '${1}_x', replacement: '$2' },
      { ...abc, f_x: 'oo' },
    ],
    [
      'leaves all where the target comes out empty',
      { sourceLabels: ['a'], regex: '(f).*', targetLabel: '$2', replacement: 'x' },
      abc,
    ],
  ])('%s', (_, rule, expected) => {
    expect(relabel(abc, rule)).toEqual(expected);
  });

  it('matches across line breaks', () => {
    expect(
      relabel({ a: 'x\ny' }, { sourceLabels: ['a'], regex: 'x.y', targetLabel: 'b', replacement: 'yes' }),
    ).toHaveProperty('b', 'yes');
  });

  it('leaves all where the target is no name in the scheme', () => {
    const rule: Rule = { sourceLabels: ['a'], targetLabel: '$1', replacement: 'x' };
    expect(relabel({ a: 'my.name' }, { ...rule, nameValidationScheme: 'legacy' })).toEqual({ a: 'my.name' });
    expect(relabel({ a: 'my.name' }, rule)).toEqual({ a: 'my.name', 'my.name': 'x' });
  });
});

describe('keep and drop', () => {
  it.each<[string, Rule, boolean]>([
    ['keep, matching', { action: 'keep', sourceLabels: ['a'], regex: 'f.*' }, true],
    ['keep, not matching', { action: 'keep', sourceLabels: ['a'], regex: 'f' }, false],
    ['drop, matching', { action: 'drop', sourceLabels: ['a', 'b'], regex: 'foo;bar' }, false],
    ['drop, not matching', { action: 'drop', sourceLabels: ['a'], regex: 'bar' }, true],
    ['drop, no such label', { action: 'drop', sourceLabels: ['z'], regex: '' }, false],
    ['keepequal, equal', { action: 'keepequal', sourceLabels: ['a'], targetLabel: 'a' }, true],
    ['keepequal, other', { action: 'keepequal', sourceLabels: ['a'], targetLabel: 'b' }, false],
    ['dropequal, equal', { action: 'dropequal', sourceLabels: ['a'], targetLabel: 'a' }, false],
    ['dropequal, other', { action: 'dropequal', sourceLabels: ['a'], targetLabel: 'b' }, true],
    ['dropequal, both missing', { action: 'dropequal', sourceLabels: ['y'], targetLabel: 'z' }, false],
  ])('%s', (_, rule, isKept) => {
    expect(relabel(abc, rule)).toEqual(isKept ? abc : undefined);
  });

  it('runs no rule after the one that drops', () => {
    expect(
      relabel(abc, { action: 'drop', sourceLabels: ['a'], regex: 'foo' }, { targetLabel: 'a', replacement: 'x' }),
    ).toBeUndefined();
  });
});

describe('hashmod', () => {
  it.each([
    [1000, { a: 'foo', b: 'bar' }],
    [2, { a: '', b: 'b' }],
    [Number.MAX_SAFE_INTEGER, { a: 'ä\n', b: '' }],
  ])('takes the low eight bytes of the sum, modulo %i', (modulus, labels) => {
    const sum = createHash('md5').update(`${labels.a};${labels.b}`).digest('hex');
    const expected = String(BigInt(`0x${sum.slice(16)}`) % BigInt(modulus));
    expect(relabel(labels, { action: 'hashmod', sourceLabels: ['a', 'b'], targetLabel: 'd', modulus })?.d).toBe(
      expected,
    );
  });

  it('agrees with a number that Prometheus has shown', () => {
    expect(relabel({ c: 'baz' }, { action: 'hashmod', sourceLabels: ['c'], targetLabel: 'd', modulus: 1000 })).toEqual({
      c: 'baz',
      d: '976',
    });
  });
});

describe('names of labels', () => {
  const labels = { __meta_job: 'x', __meta_zone: 'y', zone: 'old', other: 'z' };
  it.each<[string, Rule, Record<string, string>]>([
    ['labelmap copies', { action: 'labelmap', regex: '__meta_(.+)' }, { ...labels, job: 'x', zone: 'y' }],
    [
      'labelmap by a template',
      { action: 'labelmap', regex: '__meta_(j)(.+)', replacement: '${2}_$1' },
      { ...labels, ob_j: 'x' },
    ],
    [
      'labelmap to one name: the last wins',
      { action: 'labelmap', regex: '__meta_.+', replacement: 'm' },
      { ...labels, m: 'y' },
    ],
    ['labelmap to no name', { action: 'labelmap', regex: '__meta_.+' }, labels],
    ['labeldrop', { action: 'labeldrop', regex: '__meta_.*' }, { zone: 'old', other: 'z' }],
    ['labelkeep', { action: 'labelkeep', regex: '__meta_.*' }, { __meta_job: 'x', __meta_zone: 'y' }],
    ['labeldrop of all', { action: 'labeldrop', regex: '.*' }, {}],
  ])('%s', (_, rule, expected) => {
    expect(relabel(labels, rule)).toEqual(expected);
  });

  it('sees what the rules before it set and deleted', () => {
    const rules: Rule[] = [
      { targetLabel: '__meta_new', replacement: 'n' },
      { targetLabel: '__meta_job', replacement: '' },
      { action: 'labelmap', regex: '__meta_(.+)' },
      { action: 'labeldrop', regex: '__meta_.+' },
    ];
    expect(relabel(labels, ...rules)).toEqual({ new: 'n', zone: 'y', other: 'z' });
  });
});

describe('lowercase and uppercase', () => {
  it.each([
    ['MiXed-09', 'mixed-09', 'MIXED-09'],
    ['ÄÖ straße', 'äö straße', 'ÄÖ STRAßE'],
    ['ΟΔΟΣ', 'οδοσ', 'ΟΔΟΣ'],
    ['İx', 'ix', 'İX'],
    ['', '', ''],
  ])('%j is %j and %j', (value, lower, upper) => {
    const labels = { a: value, keep: 'it' };
    const rule: Rule = { sourceLabels: ['a'], targetLabel: 'd' };
    expect(relabel(labels, { ...rule, action: 'lowercase' })?.d ?? '').toBe(lower);
    expect(relabel(labels, { ...rule, action: 'uppercase' })?.d ?? '').toBe(upper);
  });
});

describe('a relabeler', () => {
  it('gives back the very labels where nothing changes', () => {
    const rules: Rule[] = [
      { sourceLabels: ['a'], targetLabel: 'a' },
      { action: 'lowercase', sourceLabels: ['b'], targetLabel: 'b' },
      { action: 'labeldrop', regex: 'z.*' },
      { action: 'keep', sourceLabels: ['a'], regex: 'foo' },
    ];
    const { relabel: run } = createRelabeler(rules.map((rule) => ({ ...DEFAULTS, ...rule })));
    const labels = createLabels(abc);
    expect(run(labels)).toBe(labels);
    expect(run(Labels.empty)).toBeUndefined();
    expect(run(labels)).toBe(labels);
    expect(labels.toJSON()).toEqual(abc);
  });

  it('does what rules over a plain object do', () => {
    const name = fc.constantFrom('a', 'b', 'ab', 'c');
    const value = fc.constantFrom('', 'x', 'y', 'xy');
    const pattern = fc.constantFrom('(.*)', 'x.*', '(x)(y)?', 'a|b', 'a.*');
    const action = fc.constantFrom('replace', 'keep', 'drop', 'labeldrop', 'labelkeep', 'keepequal', 'dropequal');
    const rule = fc.record({
      action,
      sourceLabels: fc.array(name, { maxLength: 2 }),
      regex: pattern,
      targetLabel: name,
      replacement: fc.constantFrom('$1', 'k', '', '$2$1', '$0'),
    });
    fc.assert(
      fc.property(fc.dictionary(name, value), fc.array(rule, { maxLength: 5 }), (labels, rules) => {
        expect(relabel(labels, ...rules)).toEqual(relabelNaively(labels, rules));
      }),
      { numRuns: 2000 },
    );
  });
});

/** Rules over a plain object, with the platform's regular expressions. */
function relabelNaively(labels: Record<string, string>, rules: readonly Rule[]): Record<string, string> | undefined {
  const now = new Map(Object.entries(labels).filter(([, value]) => value !== ''));
  for (const { action, sourceLabels = [], regex = '', targetLabel = '', replacement = '' } of rules) {
    const source = sourceLabels.map((name) => now.get(name) ?? '').join(';');
    const anchored = new RegExp(`^(?:${regex})$`, 's');
    const target = now.get(targetLabel) ?? '';
    if (action === 'keep' && !anchored.test(source)) return undefined;
    if (action === 'drop' && anchored.test(source)) return undefined;
    if (action === 'keepequal' && target !== source) return undefined;
    if (action === 'dropequal' && target === source) return undefined;
    if (action === 'labeldrop') for (const name of now.keys()) if (anchored.test(name)) now.delete(name);
    if (action === 'labelkeep') for (const name of now.keys()) if (!anchored.test(name)) now.delete(name);
    const match = action === 'replace' ? anchored.exec(source) : null;
    if (match) {
      const value = replacement.replace(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? '');
      if (value === '') now.delete(targetLabel);
      else now.set(targetLabel, value);
    }
  }
  return Object.fromEntries(now);
}
