import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openDb } from '@hearth/tsdb';
import { expect, test } from 'vitest';
import { createDirectory, logSamples, ulidOf, writeTestBlock } from './testing/data-directory.ts';
import { hearthTsdb } from './testing/hearth-tsdb.ts';

const START = 1_700_000_000_000;

async function createData(): Promise<string> {
  const directory = await createDirectory();
  await writeTestBlock(directory, ulidOf(1), [{ labels: { a: 'old' }, samples: [[START, 1]] }]);
  await logSamples(directory, [{ labels: { a: 'new' }, samples: [[START + 10_000_000, 2]] }]);
  return directory;
}

test('copies blocks, without copying their bytes, and the log, as a directory of its own', async () => {
  const directory = await createData();
  const { code, out, err } = await hearthTsdb(['snapshot', directory]);
  expect({ code, err }).toEqual({ code: 0, err: [] });
  const [snapshot] = out;
  expect(snapshot.startsWith(`${directory}/snapshots/`)).toBe(true);
  expect(await readdir(snapshot)).toHaveLength(2);
  expect((await hearthTsdb(['dump', snapshot])).out).toEqual([
    `{a="new"} 2 ${START + 10_000_000}`,
    `{a="old"} 1 ${START}`,
  ]);
  expect((await hearthTsdb(['verify', snapshot])).code).toBe(0);
  const [original, copy] = [directory, snapshot].map((each) => stat(join(each, ulidOf(1), 'index')));
  expect((await copy).ino).toBe((await original).ino);
  expect(await readdir(directory)).not.toContain('lock');
});

test('refuses a directory that is in use, and names who uses it', async () => {
  const directory = await createData();
  const db = await openDb({ directory, log: () => {}, compactsByItself: false });
  const { code, err } = await hearthTsdb(['snapshot', directory]);
  await db.close();
  expect(code).toBe(1);
  expect(err.join()).toContain(`error[HEARTH_DATA_DIRECTORY]: ${directory}/lock: this process`);
  expect(await readdir(directory)).not.toContain('snapshots');
});

test('does not make a directory where there is none', async () => {
  const parent = await createDirectory();
  expect((await hearthTsdb(['snapshot', `${parent}/none`])).code).toBe(1);
  expect(await readdir(parent)).toEqual([]);
});

test('Ctrl-C leaves nothing of it', async () => {
  const directory = await createData();
  expect(await hearthTsdb(['snapshot', directory], { stop: AbortSignal.abort() })).toMatchObject({
    code: 1,
    err: ['error[HEARTH_STOPPED]: stopped before it was done'],
  });
  expect(await readdir(directory)).not.toContain('snapshots');
});
