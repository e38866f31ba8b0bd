import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeHost } from '@hearth/tsdb';
import { describe, expect, test } from 'vitest';
import { createDirectory, logSamples } from '../testing/data-directory.ts';
import { hearthTsdb } from '../testing/hearth-tsdb.ts';
import { blockDuration, importBlocks } from './import-blocks.ts';

const HOUR_S = 3600;
/** A multiple of two hours. */
const START_S = 1_700_006_400;

/** A gauge with a sample each ten minutes. */
function text(series: readonly string[], samples: number, startS = START_S): string {
  const lines = ['# TYPE m gauge'];
  for (let i = 0; i < samples; i++) for (const each of series) lines.push(`${each} ${i} ${startS + 600 * i}`);
  return `${lines.join('\n')}\n# EOF\n`;
}

async function columnsOf(directory: string): Promise<string[][]> {
  const { out } = await hearthTsdb(['list', directory]);
  return out.slice(1).map((line) => line.split(/ {2,}/).slice(1, 7));
}

describe('import', () => {
  test('makes a block for each two hours, from a pipe or a file, and prints them', async () => {
    const directory = await createDirectory();
    const input = text(['m{a="1"}', 'm{a="2"}'], 20);
    const { code, out, err } = await hearthTsdb(['import', '-', directory], { input });
    expect({ code, err }).toEqual({ code: 0, err: [] });
    expect(await columnsOf(directory)).toEqual([
      ['1700006400000', '1700013000001', '1h50m0.001s', '24', '2', '2'],
      ['1700013600000', '1700017800001', '1h10m0.001s', '16', '2', '2'],
    ]);
    expect(out).toEqual((await hearthTsdb(['list', directory])).out);
    const names = await readdir(directory);
    expect(names).toHaveLength(2);
    expect(names.toSorted()).toEqual(out.slice(1).map((line) => line.slice(0, 26)));

    const other = await createDirectory();
    await writeFile(`${other}/in.om`, input);
    const fromFile = await hearthTsdb(['import', '--quiet', `${other}/in.om`, `${other}/data`]);
    expect(fromFile).toMatchObject({ code: 0, out: [], err: [] });
    expect(fromFile.status.join()).toMatch(/Reading \[#+\] 100 %.*Writing \[/);
    expect((await hearthTsdb(['dump', `${other}/data`])).out).toEqual((await hearthTsdb(['dump', directory])).out);
    expect((await hearthTsdb(['verify', directory])).code).toBe(0);
  });

  test('makes longer blocks where that is asked for', async () => {
    const directory = await createDirectory();
    const input = text(['m'], 100);
    await hearthTsdb(['import', '-', directory, '--max-block-duration', '1d'], { input });
    expect((await columnsOf(directory)).map((columns) => [columns[2], columns[3]])).toEqual([
      ['5h50m0.001s', '36'],
      ['10h30m0.001s', '64'],
    ]);
  });

  test('reads the format 0.0.4, with its milliseconds', async () => {
    const directory = await createDirectory();
    const input = `m{a="x"} 1 ${START_S}000\nm{a="x"} 2 ${START_S}015\n`;
    const { code } = await hearthTsdb(['import', '--format', 'prometheus-text', '-', directory], { input });
    expect(code).toBe(0);
    expect((await hearthTsdb(['dump', directory])).out).toEqual([
      `{__name__="m", a="x"} 1 ${START_S}000`,
      `{__name__="m", a="x"} 2 ${START_S}015`,
    ]);
  });

  test('takes series by their labels, in whatever order those stand, and a sample that comes twice once', async () => {
    const directory = await createDirectory();
    const input = 'm{a="1",b="2"} 1 1\nm{b="2",a="1"} 1 1\nm{b="2",c="",a="1"} 2 2\n# EOF\n';
    await hearthTsdb(['import', '-', directory], { input });
    expect((await hearthTsdb(['dump', directory])).out).toEqual([
      '{__name__="m", a="1", b="2"} 1 1000',
      '{__name__="m", a="1", b="2"} 2 2000',
    ]);
  });

  test('puts samples before 1970 into blocks of their own', async () => {
    const directory = await createDirectory();
    await hearthTsdb(['import', '-', directory], { input: 'm 1 -0.5\nm 2 0.5\n# EOF\n' });
    expect((await columnsOf(directory)).map(([min, max]) => [min, max])).toEqual([
      ['-500', '-499'],
      ['500', '501'],
    ]);
  });

  test('makes nothing of a text without samples', async () => {
    const directory = await createDirectory();
    const { code, out } = await hearthTsdb(['import', '-', directory], { input: '# EOF\n' });
    expect([code, out.length]).toEqual([0, 1]);
    expect(await readdir(directory)).toEqual([]);
  });

  test.each([
    ['a line that is none', `${text(['m'], 30).replace('# EOF', 'oops')}`, 'stdin:32:5: '],
    [
      'a sample out of order, in the last block',
      `${text(['m'], 30).replace('# EOF', `m 1 ${START_S + 4 * HOUR_S + 1}\n# EOF`)}`,
      `stdin:32:1: sample out of order: the one before is 2999000 ms later, of m`,
    ],
    [
      'two values for one time',
      'm 1 1\nm 2 1\n# EOF\n',
      'stdin:2:1: a second value for the same series and time, of m',
    ],
  ])('refuses %s, and leaves the directory as it was', async (_, input, message) => {
    const directory = await createDirectory();
    await logSamples(directory, [{ labels: { a: 'b' }, samples: [[1, 1]] }]);
    const before = await readdir(directory, { recursive: true });
    const { code, out, err } = await hearthTsdb(['import', '-', directory], { input });
    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(err.join('\n')).toContain(`error[HEARTH_BAD_INPUT]: ${message}`);
    expect(await readdir(directory, { recursive: true })).toEqual(before);
  });

  test('leaves no directory behind that it made in vain', async () => {
    const parent = await createDirectory();
    expect((await hearthTsdb(['import', '-', join(parent, 'data')], { input: 'oops' })).code).toBe(1);
    expect(await readdir(parent)).toEqual([]);
  });

  test('refuses a file that is not there, one that is none, and a directory that is none', async () => {
    const directory = await createDirectory();
    const outcomes = [
      await hearthTsdb(['import', `${directory}/none`, directory]),
      await hearthTsdb(['import', directory, directory]),
      await hearthTsdb(['import', '-', '/dev/null'], { input: '# EOF\n' }),
    ];
    expect(outcomes.map(({ code, err }) => [code, err.join()])).toEqual([
      [1, `error[HEARTH_BAD_INPUT]: ${directory}/none: there is no such file`],
      [1, `error[HEARTH_BAD_INPUT]: ${directory}: a directory, not a file`],
      [1, expect.stringContaining('error[HEARTH_DATA_DIRECTORY]: ENOTDIR')],
    ]);
    expect((await hearthTsdb(['import', '-', '--format', 'json'])).code).toBe(2);
    expect((await hearthTsdb(['import', '-', '--max-block-duration', 'long'])).code).toBe(2);
  });

  test('Ctrl-C ends it and leaves the directory as it was', async () => {
    const directory = await createDirectory();
    const outcome = await hearthTsdb(['import', '-', directory], { input: text(['m'], 5), stop: AbortSignal.abort() });
    expect(outcome).toMatchObject({ code: 1, err: ['error[HEARTH_STOPPED]: stopped before it was done'] });
    expect(await readdir(directory)).toEqual([]);
  });

  test('a disk that is full in the middle leaves the directory as it was', async () => {
    const directory = await createDirectory();
    await mkdir(join(directory, 'wal'));
    let writes = 0;
    const { fileSystem } = nodeHost;
    const full: typeof fileSystem = {
      ...fileSystem,
      async open(path, access) {
        const file = await fileSystem.open(path, access);
        const write: typeof file.write = (bytes, position) => {
          if (++writes === 9)
            throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', syscall: 'write' });
          return file.write(bytes, position);
        };
        return { ...file, write };
      },
    };
    let ulids = 0;
    const importing = importBlocks({
      input: (async function* () {
        yield Buffer.from(text(['m{a="1"}', 'm{a="2"}'], 100));
      })(),
      name: 'in',
      format: 'openmetrics',
      directory,
      maxBlockDurationMs: 0,
      fileSystem: full,
      createUlid: () => `01M80AM60DAVER0W8N2H3M${String(ulids++).padStart(4, '0')}`,
      signal: new AbortController().signal,
      reading: () => {},
      writing: () => {},
    });
    await expect(importing).rejects.toThrow('ENOSPC');
    expect(writes).toBeGreaterThanOrEqual(9);
    expect(await readdir(directory)).toEqual(['wal']);
  });
});

test.each([
  [0, 2],
  [5.9, 2],
  [6, 6],
  [24, 18],
  [1e9, 2 * 3 ** 9],
])('blocks of at most %d hours are of %d', (maxHours, hours) => {
  expect(blockDuration(maxHours * HOUR_S * 1000)).toBe(hours * HOUR_S * 1000);
});
