import { appendFile, mkdir, open, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createDirectory, logSamples, ulidOf, writeTestBlock } from './testing/data-directory.ts';
import { hearthTsdb } from './testing/hearth-tsdb.ts';

const START = 1_700_000_000_000;
const SERIES = [0, 1, 2].map((i) => ({
  labels: { __name__: 'm', i: String(i) },
  samples: Array.from({ length: 50 }, (_, at) => [START + at, at * i] as const),
}));

async function createData(): Promise<{ directory: string; block: string }> {
  const directory = await createDirectory();
  await logSamples(directory, [{ labels: { a: 'b' }, samples: [[START + 100, 1]] }]);
  await writeTestBlock(directory, ulidOf(1), SERIES);
  return { directory, block: join(directory, ulidOf(1)) };
}

async function flip(file: string, at: number): Promise<void> {
  const handle = await open(file, 'r+');
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, at);
  byte[0] ^= 1;
  await handle.write(byte, 0, 1, at);
  await handle.close();
}

test('a sound directory is said to be, with how much was read, and stays as it is', async () => {
  const { directory } = await createData();
  const names = await readdir(directory, { recursive: true });
  const { code, out, err, status } = await hearthTsdb(['verify', directory]);
  expect({ code, err }).toEqual({ code: 0, err: [] });
  expect(out).toEqual([expect.stringMatching(/: sound: 1 block, [\d.]+ KB in all$/)]);
  expect(status[0]).toMatch(/^Verifying \[.*\] +\d+ %, .* of .*KB$/);
  expect(await readdir(directory, { recursive: true })).toEqual(names);
});

test.each<[string, (paths: { directory: string; block: string }) => Promise<void>, string]>([
  [
    'a chunk with a wrong byte',
    ({ block }) => flip(join(block, 'chunks/000001'), 40),
    'chunks/000001: corruption at byte ',
  ],
  ['a chunk file that is cut', ({ block }) => truncate(join(block, 'chunks/000001'), 60), '→ queries lack samples'],
  ['an index with a wrong byte', ({ block }) => flip(join(block, 'index'), 12), 'index: corruption at byte '],
  [
    'a count that is wrong',
    async ({ block }) => {
      const meta = await readFile(join(block, 'meta.json'), 'utf8');
      await writeFile(
        join(block, 'meta.json'),
        withoutChecksum(meta).replace('"numSamples": 150', '"numSamples": 151'),
      );
    },
    'meta.json: numSamples is 151, and there are 150 → a number for people is wrong; the samples are not affected',
  ],
  [
    'a time that is wrong',
    async ({ block }) => {
      const meta = await readFile(join(block, 'meta.json'), 'utf8');
      await writeFile(join(block, 'meta.json'), meta.replace('"maxTime": 17', '"maxTime": 18'));
    },
    'meta.json: is not as it was written; what the block holds is taken from its index: samples from 2023-11-14',
  ],
  [
    'no meta.json',
    ({ block }) => truncate(join(block, 'meta.json'), 0),
    '→ the block cannot be opened; the next start sets it aside',
  ],
  ['a log with a wrong byte', ({ directory }) => flip(join(directory, 'wal/00000000'), 9), '→ the next start keeps'],
  [
    'a log that ends within a record',
    ({ directory }) => appendFile(join(directory, 'wal/00000000'), Buffer.of(1, 0, 200, 1, 2, 3, 4, 5)),
    'the next start cuts it off',
  ],
  [
    'a block that was not finished',
    ({ directory }) => mkdir(join(directory, `${ulidOf(2)}.tmp-for-creation`)).then(() => undefined),
    '.tmp-for-creation: was not finished when a process ended; the next start removes it',
  ],
])('finds %s, and fails', async (_, damage, line) => {
  const paths = await createData();
  await damage(paths);
  const { code, out, err } = await hearthTsdb(['verify', paths.directory]);
  expect(code).toBe(1);
  expect(out.join('\n')).toContain(line);
  expect(out.every((each) => each.startsWith(paths.directory))).toBe(true);
  expect(err).toEqual([
    `error[HEARTH_DATA_DAMAGED]: ${paths.directory}: ${out.length === 1 ? '1 finding' : `${out.length} findings`}`,
  ]);
});

/** As Prometheus leaves it when it writes it anew. */
function withoutChecksum(meta: string): string {
  return meta.replace(/,\n\t"hearthChecksum": "[0-9a-f]{8}"/, '');
}

test('Ctrl-C ends it, as a failure', async () => {
  const { directory } = await createData();
  expect(await hearthTsdb(['verify', directory], { stop: AbortSignal.abort() })).toMatchObject({
    code: 1,
    err: ['error[HEARTH_STOPPED]: stopped before it was done'],
  });
});
