import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expandGlob } from './glob.ts';
import { listDirectory } from './list-directory.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hearth-glob-'));
  for (const name of ['a', 'b']) await mkdir(join(directory, name));
  for (const name of ['a/1.yml', 'a/2.yml', 'a/3.yaml', 'b/1.yml', 'b/x[1].yml', 'a+b.json', 'top.yml']) {
    await writeFile(join(directory, name), '');
  }
});

afterAll(() => rm(directory, { recursive: true }));

test.each<[string, readonly string[]]>([
  ['a/1.yml', ['a/1.yml']],
  ['a/9.yml', []],
  ['a/*.yml', ['a/1.yml', 'a/2.yml']],
  ['*/1.yml', ['a/1.yml', 'b/1.yml']],
  ['*.yml', ['top.yml']],
  ['a/?.y*ml', ['a/1.yml', 'a/2.yml', 'a/3.yaml']],
  ['a/[13].y*', ['a/1.yml', 'a/3.yaml']],
  ['a/[^1-2].*', ['a/3.yaml']],
  ['b/x\\[1\\].yml', ['b/x[1].yml']],
  ['a/../top.yml', ['top.yml']],
  ['a+b.json', ['a+b.json']],
  ['*.[.yml', []],
  ['none/*.yml', []],
  ['top.yml/*', []],
])('%s', async (pattern, expected) => {
  const found = await expandGlob(join(directory, pattern), listDirectory);
  expect(found).toEqual(expected.map((name) => join(directory, name)));
});
