import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

interface LintConfig {
  readonly overrides: readonly {
    readonly files: readonly string[];
    readonly rules: { 'no-restricted-imports': [string, { patterns: { group?: string[] }[] }] };
  }[];
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(join(ROOT, path), 'utf8')) as T;
}

const packages = (await readdir(join(ROOT, 'packages'))).map((name) => `packages/${name}`);

test.each(packages)('%s may import what its manifest names, and nothing else of this repository', async (folder) => {
  const { overrides } = await readJson<LintConfig>('.oxlintrc.json');
  const rule = overrides.find(({ files }) => files.includes(`${folder}/**`))?.rules['no-restricted-imports'];
  const allowed = rule?.[1].patterns[0]?.group?.filter((name) => name.startsWith('!') && !name.endsWith('/**')) ?? [];
  const { dependencies = {} } = await readJson<Manifest>(`${folder}/package.json`);
  const named = Object.keys(dependencies).filter((name) => name.startsWith('@hearth/') && !isApplication(name));
  expect(rule, `${folder} needs an entry in .oxlintrc.json`).toBeDefined();
  expect(allowed.map((name) => name.slice(1))).toEqual(expect.arrayContaining(named));
});

/** Applications are started as processes of their own, not imported. */
function isApplication(name: string): boolean {
  return name === '@hearth/tic-tac-toe';
}
