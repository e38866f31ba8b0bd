import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabelError } from '../errors.ts';
import { compareLabels, createLabels, Labels, labelsFromPairs } from './labels.ts';

const part = fc.string({ unit: fc.constantFrom('a', 'b', '\0', '"', '\uffff', '\u{10000}', '['), maxLength: 3 });
const record = fc.dictionary(
  part.filter((name) => name !== ''),
  part,
  { maxKeys: 5 },
);

describe('createLabels', () => {
  it('sorts by name in the order of UTF-8 bytes', () => {
    const labels = createLabels({ '\u{10000}': '1', b: '2', '\uffff': '3', B: '4' });
    expect(Array.from(labels, ({ name }) => name)).toEqual(['B', 'b', '\uffff', '\u{10000}']);
  });

  it('drops empty values', () => {
    const labels = createLabels({ a: '', b: 'x', c: '' });
    expect(labels.size).toBe(1);
    expect(labels.has('a')).toBe(false);
    expect(labels.get('a')).toBe('');
    expect(createLabels({ a: '' }).equals(Labels.empty)).toBe(true);
  });

  it('takes pairs in any order', () => {
    const labels = createLabels([
      ['b', '2'],
      ['a', '1'],
    ]);
    expect(labels.toString()).toBe('{a="1", b="2"}');
  });

  it('refuses two labels of one name, even where one is empty', () => {
    const twice = () => labelsFromPairs(['b', '1', 'a', '2', 'b', '']);
    expect(twice).toThrow(new LabelError('duplicate_label_name', 'label name "b" is not unique'));
  });

  it('refuses an empty name', () => {
    expect(() => createLabels({ '': 'x' })).toThrow('label name is empty (its value is "x")');
  });

  it('takes names that are properties of objects', () => {
    const labels = createLabels([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(labels.get('__proto__')).toBe('x');
    expect(JSON.stringify(labels)).toBe('{"__proto__":"x","constructor":"y"}');
  });
});

describe('Labels', () => {
  const labels = createLabels({ __name__: 'up', job: 'api', instance: 'a:1' });

  it('give values by name and by place', () => {
    expect(labels.get('job')).toBe('api');
    expect(labels.has('job')).toBe(true);
    expect(labels.has('le')).toBe(false);
    expect([labels.nameAt(1), labels.valueAt(1)]).toEqual(['instance', 'a:1']);
    expect([...labels][2]).toEqual({ name: 'job', value: 'api' });
  });

  it('keep and leave out by name', () => {
    expect(labels.keep(new Set(['job', 'le'])).toString()).toBe('{job="api"}');
    expect(labels.without(new Set(['job', '__name__'])).toString()).toBe('{instance="a:1"}');
    expect(labels.without(new Set(['le']))).toBe(labels);
    expect(labels.keep(new Set()).size).toBe(0);
  });

  it.each([
    [{}, '{}', '{}'],
    [{ __name__: 'up' }, '{__name__="up"}', 'up'],
    [{ a: 'b' }, '{a="b"}', '{a="b"}'],
    [{ __name__: 'x', a: 'b' }, '{__name__="x", a="b"}', 'x{a="b"}'],
    [{ t1: 't1', t2: 't2' }, '{t1="t1", t2="t2"}', '{t1="t1", t2="t2"}'],
    [
      { 'service.name': 't1', 'whatever\\whatever': 't2' },
      '{"service.name"="t1", "whatever\\\\whatever"="t2"}',
      '{"service.name"="t1", "whatever\\\\whatever"="t2"}',
    ],
    [{ __name__: 'my.name' }, '{__name__="my.name"}', '{"my.name"}'],
    [{ __name__: 'my.name', a: 'b' }, '{__name__="my.name", a="b"}', '{"my.name", a="b"}'],
    [{ a: 'line\n"quoted" \\ \x00' }, '{a="line\\n\\"quoted\\" \\\\ \\x00"}', '{a="line\\n\\"quoted\\" \\\\ \\x00"}'],
  ])('%j prints as %s and as %s', (source: Record<string, string>, printed, metric) => {
    expect(createLabels(source).toString()).toBe(printed);
    expect(createLabels(source).toMetricString()).toBe(metric);
  });

  it('become JSON objects', () => {
    expect(JSON.stringify(labels)).toBe('{"__name__":"up","instance":"a:1","job":"api"}');
  });

  it('are equal exactly when their keys are, and when they compare as 0', () => {
    fc.assert(
      fc.property(record, record, (a, b) => {
        const [left, right] = [createLabels(a), createLabels(b)];
        const areEqual = JSON.stringify([...left]) === JSON.stringify([...right]);
        expect(left.equals(right)).toBe(areEqual);
        expect(left.key === right.key).toBe(areEqual);
        expect(compareLabels(left, right) === 0).toBe(areEqual);
      }),
      { numRuns: 3000 },
    );
  });

  it('have different keys where only the borders between the parts differ', () => {
    const keys = [
      { a: 'b\0c\0d' },
      { a: 'b', c: 'd' },
      { 'a\0b': 'c\0d' },
      { 'a\0b\0c': 'd' },
      { a: 'b', 'c\0d': 'e' },
      { a: 'b', c: 'd\0e' },
    ].map((source: Record<string, string>) => createLabels(source).key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('compareLabels', () => {
  it.each([
    [{}, {}, 0],
    [{}, { a: '1' }, -1],
    [{ a: '1' }, { a: '2' }, -1],
    [{ a: '1' }, { b: '0' }, -1],
    [{ a: '1' }, { a: '1', b: '1' }, -1],
    [{ a: '1', b: '1' }, { a: '2' }, -1],
    [{ a: '\uffff' }, { a: '\u{10000}' }, -1],
  ])('%j against %j', (a: Record<string, string>, b: Record<string, string>, sign) => {
    expect(Math.sign(compareLabels(createLabels(a), createLabels(b)))).toBe(sign);
    expect(Math.sign(compareLabels(createLabels(b), createLabels(a)))).toBe(0 - sign);
  });
});
