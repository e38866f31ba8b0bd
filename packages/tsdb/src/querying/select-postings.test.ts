import { compareUtf8, createMatcher, type Matcher, type MatchType } from '@hearth/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LabelIndex } from './label-index.ts';
import { selectLabelValues } from './label-values.ts';
import { selectPostings } from './select-postings.ts';

const pace = () => undefined;
type Record_ = Readonly<Record<string, string>>;

/** Series n is the nth, from 1. */
function indexOf(series: readonly Record_[]): LabelIndex {
  const valuesOf = (name: string) =>
    [
      ...new Set(series.map((labels) => labels[name]).filter((value) => value !== undefined && value !== '')),
    ] as string[];
  const refs = (isIn: (labels: Record_) => boolean) =>
    Uint32Array.from(series.flatMap((labels, i) => (isIn(labels) ? [i + 1] : [])));
  return {
    labelNames: async () => [...new Set(series.flatMap(Object.keys))].sort(compareUtf8),
    labelValues: async (name) => valuesOf(name).sort(compareUtf8),
    postings: async (name, values) => values.map((value) => refs((labels) => value !== '' && labels[name] === value)),
    allPostings: async () => refs(() => true),
  };
}

// The cases of Prometheus' querier_test.go (TestPostingsForMatchers).
const SERIES: Record_[] = [
  { n: '1' },
  { n: '1', i: 'a' },
  { n: '1', i: 'b' },
  { n: '1', i: '\n' },
  { n: '2' },
  { n: '2.5' },
];

function matchersOf(text: string): Matcher[] {
  return text
    .split(' ')
    .filter((each) => each !== '')
    .map((each) => {
      const [, name, type, value] = /^(\w+)(=~|!~|!=|=)(.*)$/.exec(each) as RegExpExecArray;
      return createMatcher(type as MatchType, name, value);
    });
}

describe('series by matchers', () => {
  test.each([
    ['n=1', '1 2 3 4'],
    ['n=1 i=a', '2'],
    ['n=1 i=missing', ''],
    ['missing=', '1 2 3 4 5 6'],
    ['n!=1', '5 6'],
    ['n!=1 i=', '5 6'],
    ['i!=', '2 3 4'],
    ['n=1 i!=', '2 3 4'],
    ['n=1 i=', '1'],
    ['n=1 i!=a', '1 3 4'],
    ['n=1 i!=missing', '1 2 3 4'],
    ['n=1 i=~^(a|b)$', '2 3'],
    ['n=1 i=~^a?$', '1 2'],
    ['i=~^$', '1 5 6'],
    ['n=1 i=~.*', '1 2 3 4'],
    ['n=1 i=~.+', '2 3 4'],
    ['n=1 i!~.*', ''],
    ['n=1 i!~.+', '1'],
    ['n=1 i!~^(a|b)$', '1 4'],
    ['n=1 i!~^a?$', '3 4'],
    ['n=1 i!= i!=a', '3 4'],
    ['n=1 i!=b i=~^(b|a).*$', '2'],
    ['n=~1|2', '1 2 3 4 5'],
    ['n=~2.*', '5 6'],
    ['n!~(1|2.5)', '5'],
    ['n=~(|1) i=~x|', '1'],
    ['', '1 2 3 4 5 6'],
  ])('%s', async (text, expected) => {
    const selected = await selectPostings(indexOf(SERIES), matchersOf(text), { pace });
    expect([...selected].join(' ')).toBe(expected);
  });

  test('are those that match one by one, whatever the labels', async () => {
    const value = fc.constantFrom('', 'a', 'b', 'ab', 'c');
    const series = fc.array(fc.record({ x: value, y: value, z: value }), { maxLength: 30 });
    const pattern = fc.constantFrom('', 'a', 'a|b', '.*', '.+', 'a.*', '(a|)', 'b?', 'x');
    const matcher = fc
      .tuple(fc.constantFrom<MatchType>('=', '!=', '=~', '!~'), fc.constantFrom('x', 'y', 'z', 'no'), pattern)
      .map(([type, name, text]) => createMatcher(type, name, text));
    const property = fc.asyncProperty(series, fc.array(matcher, { maxLength: 4 }), async (all, matchers) => {
      const isIn = (labels: Record_) => matchers.every((each) => each.matches(labels[each.name] ?? ''));
      const matching = all.flatMap((labels, i) => (isIn(labels) ? [i + 1] : []));
      expect([...(await selectPostings(indexOf(all), matchers, { pace }))]).toEqual(matching);
      const values = new Set(all.filter(isIn).map(({ x }) => x));
      values.delete('');
      const found = await selectLabelValues(indexOf(all), { name: 'x', matchers }, { pace });
      expect(found).toEqual([...values].sort(compareUtf8));
    });
    await fc.assert(property, { numRuns: 500 });
  });

  test('rest while many values are matched, and stop when they are told to', async () => {
    const index = { ...indexOf([]), labelValues: async () => Array.from({ length: 10_000 }, (_, i) => `${i}`) };
    let rests = 0;
    const controller = new AbortController();
    const counting = async () => {
      if (++rests === 5) controller.abort(new Error('enough'));
    };
    const selecting = selectPostings(index, matchersOf('x=~.*7.*'), { pace: counting, signal: controller.signal });
    await expect(selecting).rejects.toThrow('enough');
    expect(rests).toBe(5);
  });
});
