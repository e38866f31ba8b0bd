import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLabels, Labels } from './labels.ts';
import { LabelsBuilder } from './labels-builder.ts';

const base = createLabels({ a: '1', b: '2', c: '3' });

describe('LabelsBuilder', () => {
  it.each<[string, (builder: LabelsBuilder) => LabelsBuilder, string]>([
    ['nothing', (b) => b, '{a="1", b="2", c="3"}'],
    ['set', (b) => b.set('b', 'x').set('d', '4'), '{a="1", b="x", c="3", d="4"}'],
    ['set to nothing', (b) => b.set('b', ''), '{a="1", c="3"}'],
    ['del', (b) => b.del('a', 'c', 'z'), '{b="2"}'],
    ['del then set', (b) => b.del('a').set('a', 'x'), '{a="x", b="2", c="3"}'],
    ['set then del', (b) => b.set('d', '4').del('d'), '{a="1", b="2", c="3"}'],
    ['keep', (b) => b.set('d', '4').keep(new Set(['a', 'd'])), '{a="1", d="4"}'],
    ['keep then set', (b) => b.keep(new Set(['a'])).set('d', '4'), '{a="1", d="4"}'],
    ['without', (b) => b.set('d', '4').without(new Set(['a', 'd'])), '{b="2", c="3"}'],
  ])('%s', (_, change, printed) => {
    expect(change(new LabelsBuilder(base)).build().toString()).toBe(printed);
    expect(base.toString()).toBe('{a="1", b="2", c="3"}');
  });

  it('shows the value as changed so far', () => {
    const builder = new LabelsBuilder(base).set('a', 'x').del('b');
    expect([builder.get('a'), builder.get('b'), builder.get('c'), builder.get('d')]).toEqual(['x', '', '3', '']);
  });

  it('gives back the base where nothing changed', () => {
    expect(new LabelsBuilder(base).build()).toBe(base);
    expect(new LabelsBuilder().build()).toBe(Labels.empty);
  });

  it('visits labels as they were, the untouched ones first', () => {
    const builder = new LabelsBuilder(base).set('z', '5').set('a', 'x').del('b').set('d', '4');
    const visited: string[] = [];
    builder.forEach((name, value) => {
      visited.push(`${name}=${value}`);
      builder.del('c', 'd').set('e', '6');
    });
    expect(visited).toEqual(['c=3', 'z=5', 'a=x', 'd=4']);
    expect(builder.build().toString()).toBe('{a="x", e="6", z="5"}');
  });

  it('does what a plain Map would', () => {
    const name = fc.constantFrom(...'abcde'.split(''));
    const names = fc.array(name, { maxLength: 3 });
    const step = fc.oneof(
      fc.record({ kind: fc.constant('set' as const), name, value: fc.constantFrom('', 'x', 'y') }),
      fc.record({ kind: fc.constantFrom('del' as const, 'keep' as const, 'without' as const), names }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const builder = new LabelsBuilder(base);
        const model = new Map(Array.from(base, ({ name, value }) => [name, value]));
        for (const each of steps) {
          if (each.kind === 'set') {
            builder.set(each.name, each.value);
            model.set(each.name, each.value);
          } else {
            if (each.kind === 'del') builder.del(...each.names);
            else builder[each.kind](new Set(each.names));
            const isGone = (name: string) => each.names.includes(name) === (each.kind !== 'keep');
            for (const name of [...model.keys()].filter(isGone)) model.delete(name);
          }
        }
        expect(builder.build().key).toBe(createLabels(model).key);
      }),
      { numRuns: 1000 },
    );
  });
});
