import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prometheusIsMissing, prometheusSuite } from '../support/prometheus.ts';
import { BAD, type Corpus, GOOD, NEWER, REFUSED_BY_NAME } from './corpus.ts';

const HEARTH = fileURLToPath(new URL('../../packages/server/dist/cli/main.js', import.meta.url));

let directory: string;
let hearthLines: readonly string[];

const ALL: readonly (readonly [name: string, text: string])[] = [GOOD, BAD, REFUSED_BY_NAME, NEWER].flatMap((corpus) =>
  Object.entries(corpus),
);

/** Files are numbered: what their names say is not for file systems. */
const pathOf = (name: string) => join(directory, `${ALL.findIndex(([each]) => each === name)}.yml`);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hearth-config-'));
  for (const [name, text] of ALL) await writeFile(pathOf(name), text);
  const paths = ALL.map(([name]) => pathOf(name));
  const { out } = await run(process.execPath, [HEARTH, 'check', 'config', '--syntax-only', ...paths]);
  hearthLines = out.split('\n');
});

afterAll(() => rm(directory, { recursive: true, force: true }));

function run(command: string, args: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  return new Promise((resolve) => {
    execFile(command, args, { maxBuffer: 1 << 24 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), out: stdout + stderr }),
    );
  });
}

/** What Hearth finds wrong with a file. */
const findingsOf = (name: string) =>
  hearthLines.filter(
    (line) => line.startsWith(`${pathOf(name)}:`) && !/\.yml: (?:sound|warning|\d+ finding)/.test(line),
  );

const isSound = (name: string) => hearthLines.some((line) => line.startsWith(`${pathOf(name)}: sound`));

async function promtoolAccepts(name: string): Promise<boolean> {
  const { code } = await run('promtool', ['check', 'config', '--syntax-only', pathOf(name)]);
  return code === 0;
}

const namesOf = (corpus: Corpus) => Object.keys(corpus);

describe.skipIf(prometheusIsMissing)(prometheusSuite('verdicts of promtool check config'), () => {
  it.each(namesOf(GOOD))('both take: %s', async (name) => {
    expect(findingsOf(name)).toEqual([]);
    expect(isSound(name)).toBe(true);
    expect(await promtoolAccepts(name)).toBe(true);
  });

  it.each(namesOf(BAD))('both refuse: %s', async (name) => {
    expect(await promtoolAccepts(name)).toBe(false);
    expect(isSound(name)).toBe(false);
    expect(findingsOf(name)).not.toEqual([]);
    for (const finding of findingsOf(name)) expect(finding).toMatch(/\.yml:\d+:\d+: \S/);
  });

  it.each(namesOf(REFUSED_BY_NAME))('only Hearth refuses, by name: %s', async (name) => {
    expect(await promtoolAccepts(name)).toBe(true);
    expect(findingsOf(name)).toEqual([
      expect.stringMatching(new RegExp(`:\\d+:\\d+: ${name} is not supported: .+; .+`)),
    ]);
  });

  it.each(namesOf(NEWER))('newer than this promtool: %s', async (name) => {
    expect(findingsOf(name)).toEqual([]);
    expect(isSound(name)).toBe(true);
  });
});
