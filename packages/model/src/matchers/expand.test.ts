// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Go's templates look like JavaScript's.
import { describe, expect, it } from 'vitest';
import { expandTemplate } from './expand.ts';

const GROUPS: Readonly<Record<string, string>> = { 0: 'whole', 1: 'one', 2: 'two', 10: 'ten', name: 'N', été: 'E' };

describe('expandTemplate', () => {
  it.each([
    ['', ''],
    ['plain', 'plain'],
    ['$1', 'one'],
    ['${1}', 'one'],
    ['a$1-${2}b', 'aone-twob'],
    ['$10', 'ten'],
    ['${1}0', 'one0'],
    ['$1x', ''],
    ['$1_', ''],
    ['$name', 'N'],
    ['${name}s', 'Ns'],
    ['$été', 'E'],
    ['$3', ''],
    ['$missing', ''],
    ['$$', '$'],
    ['$$1', '$1'],
    ['$$$1', '$one'],
    ['$', '$'],
    ['a$', 'a$'],
    ['$-', '$-'],
    ['${', '${'],
    ['${}', '${}'],
    ['${1', '${1'],
    ['${a-b}', '${a-b}'],
    ['$0', 'whole'],
  ])('%s', (template, expanded) => {
    expect(expandTemplate(template, (group) => GROUPS[group] ?? '')).toBe(expanded);
  });
});
