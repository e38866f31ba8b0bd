import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDb } from '@hearth/tsdb';
import { describe, expect, test } from 'vitest';
import { HEARTH_WITH_FIXTURE } from '../testing/hearth-process.ts';
import { createDirectory, logSamples, ulidOf, writeTestBlock } from './testing/data-directory.ts';
import { hearthTsdb } from './testing/hearth-tsdb.ts';

const START = 1_700_000_000_000;
const UP = { labels: { __name__: 'up', job: 'a"b\n' }, samples: [[START, 1]] as const };
const ODD = {
  labels: { __name__: 'odd', job: 'ü' },
  samples: [
    [START + 1, Number.NaN],
    [START + 2, -0],
    [START + 3, 1e21],
    [START + 4, Number.POSITIVE_INFINITY],
    [START + 5, 0.000_01],
  ] as const,
};
const LATER = { labels: { __name__: 'up', job: 'a"b\n' }, samples: [[START + 7_200_000, 123_456_789]] as const };

async function createData(): Promise<string> {
  const directory = await createDirectory();
  await writeTestBlock(directory, ulidOf(2), [UP, ODD]);
  await writeTestBlock(directory, ulidOf(1), [LATER]);
  return directory;
}

const ODD_LINES = ['NaN', '-0', '1e+21', '+Inf', '1e-05'].map(
  (value, i) => `{__name__="odd", job="ü"} ${value} ${START + 1 + i}`,
);
const UP_LINE = `{__name__="up", job="a\\"b\\n"} 1 ${START}`;
const LATER_LINE = `{__name__="up", job="a\\"b\\n"} 1.23456789e+08 ${START + 7_200_000}`;

describe('list', () => {
  test('prints a line for each block, oldest first', async () => {
    const directory = await createData();
    const { code, out, err } = await hearthTsdb(['list', directory]);
    expect({ code, err }).toEqual({ code: 0, err: [] });
    expect(out.map((line) => line.replace(/\d+$/, 'size'))).toEqual([
      'BLOCK ULID                  MIN TIME       MAX TIME       DURATION     NUM SAMPLES  NUM CHUNKS   NUM SERIES   SIZE',
      `${ulidOf(2)}  1700000000000  1700000000006  6ms          6            2            2            size`,
      `${ulidOf(1)}  1700007200000  1700007200001  1ms          1            1            1            size`,
    ]);
  });

  test('prints dates and sizes for people', async () => {
    const directory = await createData();
    const { out } = await hearthTsdb(['list', '-r', directory]);
    expect(out[1]).toMatch(/ 2023-11-14 22:13:20 \+0000 UTC {2}2023-11-14 22:13:20 \+0000 UTC {2}6ms .* \d+B$/);
  });

  test('lists the others when one cannot be read, and fails', async () => {
    const directory = await createData();
    await writeFile(join(directory, ulidOf(2), 'meta.json'), '{');
    const { code, out, err } = await hearthTsdb(['list', directory]);
    expect([code, out.length]).toEqual([1, 2]);
    expect(err).toEqual([
      expect.stringContaining(`block ${ulidOf(2)} cannot be read: ${directory}/${ulidOf(2)}/meta.json: corruption`),
      'error[HEARTH_DATA_DAMAGED]: not everything could be read',
    ]);
  });

  test('an empty directory has a heading only', async () => {
    expect(await hearthTsdb(['list', await createDirectory()])).toMatchObject({
      code: 0,
      out: [expect.stringMatching(/^BLOCK ULID.*SIZE$/)],
    });
  });
});

describe('dump', () => {
  test('prints every sample, by series', async () => {
    const { code, out, err } = await hearthTsdb(['dump', await createData()]);
    expect({ code, out, err }).toEqual({ code: 0, out: [...ODD_LINES, UP_LINE, LATER_LINE], err: [] });
  });

  test.each<[string[], string[]]>([
    [
      ['--match', '{__name__=~"up|x"}'],
      [UP_LINE, LATER_LINE],
    ],
    [['--match', 'odd{job!=""}', '--min-time', String(START + 5)], ODD_LINES.slice(4)],
    [
      ['--min-time', String(START), '--max-time', String(START + 1)],
      [ODD_LINES[0], UP_LINE],
    ],
    [['--max-time=-1'], []],
    [['--match', 'nothing'], []],
  ])('%j prints those', async (flags, lines) => {
    const { code, out } = await hearthTsdb(['dump', ...flags, await createData()]);
    expect({ code, out: out.filter((line) => line !== '') }).toEqual({ code: 0, out: lines });
  });

  test('prints what is in the log only, beside a server that uses the directory, and changes nothing', async () => {
    const directory = await createDirectory();
    await logSamples(directory, [UP]);
    const server = await openDb({ directory, log: () => {}, compactsByItself: false });
    const before = await contentOf(directory);
    const { code, out, err } = await hearthTsdb(['dump', directory]);
    expect({ code, out, err }).toEqual({ code: 0, out: [UP_LINE], err: [] });
    expect(await contentOf(directory)).toEqual(before);
    await server.close();
  });

  test('prints what can be read of a damaged directory, says what is missing, and fails', async () => {
    const directory = await createData();
    await truncate(join(directory, ulidOf(2), 'chunks', '000001'), 30);
    const { code, out, err } = await hearthTsdb(['dump', directory]);
    expect([code, out]).toEqual([1, [LATER_LINE]]);
    expect(err.slice(0, -1).join()).toContain(`samples of up{job="a\\"b\\n"} from 2023-11-14T22:13:20.000Z`);
    expect(err.at(-1)).toBe('error[HEARTH_DATA_DAMAGED]: not everything could be read');
  });

  test('Ctrl-C is a failure, so that a part is not taken for all', async () => {
    const stop = AbortSignal.abort();
    expect(await hearthTsdb(['dump', await createData()], { stop })).toMatchObject({
      code: 1,
      out: [],
      err: ['error[HEARTH_STOPPED]: stopped before it was done'],
    });
  });

  test('ends quietly when nobody reads any more', async () => {
    const directory = await createDirectory();
    const samples = Array.from({ length: 60_000 }, (_, i) => [START + i, i] as const);
    await writeTestBlock(directory, ulidOf(1), [{ labels: { __name__: 'long' }, samples }]);
    const child = spawn(process.execPath, [fileURLToPath(HEARTH_WITH_FIXTURE), 'tsdb', 'dump', directory]);
    let err = '';
    child.stderr.on('data', (text) => {
      err += text;
    });
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [code] = await once(child, 'close');
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
});

describe('bad usage', () => {
  test.each<[string[], number, string]>([
    [['list', '/nowhere/at/all'], 1, 'error[HEARTH_DATA_DIRECTORY]: /nowhere/at/all: there is no such directory'],
    [['dump', '/dev/null'], 1, 'error[HEARTH_DATA_DIRECTORY]: /dev/null: not a directory'],
    [['dump', '--match', '{a'], 2, 'column 3: unexpected end of input inside braces.'],
    [['dump', '--match', 'a', '--match', 'b'], 2, 'It can be given once.'],
    [['dump', '--min-time', 'now'], 2, 'It takes a time in Unix milliseconds.'],
    [['dump', '--min-time', '2', '--max-time', '1'], 1, 'no time is from 2 up to 1'],
    [['lsit'], 2, '(Did you mean list?)\nTry: hearth tsdb --help'],
    [['list', '--frog'], 2, "unknown option '--frog'\nTry: hearth tsdb list --help"],
  ])('%j', async (argv, code, message) => {
    const outcome = await hearthTsdb(argv);
    expect(outcome.code).toBe(code);
    expect(outcome.err.join('\n')).toContain(message);
    expect(outcome.out).toEqual([]);
  });
});

/** Names and bytes of all files. */
async function contentOf(directory: string): Promise<Map<string, string>> {
  const content = new Map<string, string>();
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    content.set(path, entry.isFile() ? (await readFile(path)).toString('base64') : '');
  }
  return content;
}
