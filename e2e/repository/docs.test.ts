import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const CACHE = join(ROOT, 'node_modules/.cache');

/** The TypeScript examples of the manuals, as they stand there. */
async function readExamples(): Promise<{ name: string; code: string }[]> {
  const manuals = (await readdir(join(ROOT, 'docs/instrument'))).map((file) => `docs/instrument/${file}`);
  const examples = [];
  for (const manual of ['README.md', ...manuals.toSorted()]) {
    const text = await readFile(join(ROOT, manual), 'utf8');
    for (const [i, [, code]] of [...text.matchAll(/^```ts\n(.*?)^```$/gms)].entries()) {
      examples.push({ name: `${manual} ${i + 1}`, code: code! });
    }
  }
  return examples;
}

let directory: string;

beforeAll(async () => {
  await mkdir(CACHE, { recursive: true });
  directory = await mkdtemp(join(CACHE, 'examples-'));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

test('the examples of the manuals are right, strictly checked', async () => {
  const examples = await readExamples();
  expect(examples.length).toBeGreaterThan(10);
  const files = examples.map(({ name }) => `${name.replace(/\W+/g, '-')}.ts`);
  for (const [i, { code }] of examples.entries()) await writeFile(join(directory, files[i]!), code);
  await writeFile(
    join(directory, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../../tsconfig.tests.json',
      compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
      include: [],
      exclude: [],
      files,
    }),
  );
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  const { stdout } = await promisify(execFile)(tsc, ['-p', directory], { cwd: directory }).catch((error) => error);
  expect(stdout).toBe('');
}, 60_000);
