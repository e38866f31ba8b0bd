import { expect, test } from 'vitest';
import { expandPattern } from './glob.ts';

const list = async (path: string) => (path === '/d' ? ['b.yml', 'a.yml', 'a.json', 'ab.yml', 'a+b.yml', '.x'] : []);

test.each<[string, ...string[]]>([
  ['/d/*.yml', '/d/a+b.yml', '/d/a.yml', '/d/ab.yml', '/d/b.yml'],
  ['/d/?.yml', '/d/a.yml', '/d/b.yml'],
  ['/d/[b-z].yml', '/d/b.yml'],
  ['/d/[^a].yml', '/d/b.yml'],
  ['/d/a+b.yml', '/d/a+b.yml'],
  ['/d/a.yml', '/d/a.yml'],
  ['/d/none.yml'],
  ['/none/*.yml'],
  ['/d/[.yml'],
])('%s', async (pattern, ...expected) => {
  expect(await expandPattern(pattern, list)).toEqual(expected);
});
