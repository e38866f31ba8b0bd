import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRandom } from './generated-series.ts';
import { missing, promtool, startPrometheus } from './prometheus-tools.ts';
import { startTarget } from './scraped-target.ts';

const HEARTH = fileURLToPath(new URL('../../packages/server/dist/cli/main.js', import.meta.url));
const START_MS = 1_700_000_000_000;

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

let data: string;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'hearth-tsdb-cli-'));
});

afterEach(async () => {
  await rm(data, { recursive: true, force: true });
  await rm(`${data}.yml`, { force: true });
});

function hearth(args: readonly string[], nodeFlags: readonly string[] = []): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...nodeFlags, HEARTH, 'tsdb', ...args], { maxBuffer: 1 << 30 }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

/** Succeeds, without complaints. */
async function hearthOut(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await hearth(args);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
}

const KINDS: readonly ((random: () => number, i: number) => string)[] = [
  () => '42',
  (_, i) => String(i * 3),
  (random) => String(random() * 1e6 - 5e5),
  (random) => ['NaN', '+Inf', '-Inf', '-0', '5e-324', '1e21', '1e-7', '123456789'][Math.floor(random() * 8)],
];

/** Series of all kinds with gaps, that come and go, some with odd labels and odd times, over nine hours. */
function generateText(seriesCount: number): string {
  const random = createRandom(11);
  const lines: string[] = [];
  for (let series = 0; series < seriesCount; series++) {
    lines.push(`# TYPE m${series} gauge`, `# HELP m${series} A "metric".`);
    const labels = `instance="i${series % 50}",odd="${['x', 'köln €', 'a\\"b\\\\c\\nd', '\u{1f600}'][series % 4]}"`;
    let time = START_MS + Math.floor(random() * 3_600_000);
    const count = 1 + Math.floor(random() * 2000);
    for (let i = 0; i < count; i++) {
      time += series % 3 === 0 ? 15_000 : Math.floor(random() ** 3 * 60_000) + 1;
      lines.push(`m${series % 17}{n="${series}",${labels}} ${KINDS[series % 4](random, i)} ${time / 1000}`);
    }
  }
  return `${lines.join('\n')}\n# EOF\n`;
}

interface Row {
  /** Times, duration, numbers of samples, chunks and series. */
  readonly columns: readonly string[];
  readonly chunks: number;
  readonly sizeBytes: number;
}

function rowsOf(table: string): Row[] {
  const lines = table.trimEnd().split('\n').slice(1);
  return lines.map((line) => {
    const cells = line.split(/ {2,}/);
    return { columns: cells.slice(1, 7), chunks: Number(cells[5]), sizeBytes: Number(cells[7]) };
  });
}

/** Of the checksum that Hearth adds to meta.json. */
const SEAL_BYTES = ',\n\t"hearthChecksum": "01234567"'.length;

/** Prometheus 2 puts a byte of zeros behind some chunks that end with a whole byte; all else has to be the same. */
function expectSameBlocks(ours: string, theirs: string): void {
  const [found, expected] = [rowsOf(ours), rowsOf(theirs)];
  expect(found.map(({ columns }) => columns)).toEqual(expected.map(({ columns }) => columns));
  for (const [i, { chunks, sizeBytes }] of expected.entries()) {
    const withoutSeal = found[i].sizeBytes - SEAL_BYTES;
    expect(withoutSeal).toBeLessThanOrEqual(sizeBytes);
    expect(withoutSeal).toBeGreaterThanOrEqual(sizeBytes - chunks);
  }
}

describe(`hearth tsdb and promtool tsdb${missing('promtool')}`, () => {
  const it = test.skipIf(missing('promtool') !== '');

  /** The same text, imported by both. */
  async function importByBoth(): Promise<{ theirs: string; ours: string }> {
    const [text, theirs, ours] = ['in.om', 'theirs', 'ours'].map((name) => join(data, name));
    await writeFile(text, generateText(120));
    // promtool dumps no directory without a log.
    for (const directory of [theirs, ours]) await mkdir(join(directory, 'wal'), { recursive: true });
    await promtool('tsdb', 'create-blocks-from', 'openmetrics', text, theirs);
    await hearthOut('import', text, ours);
    return { theirs, ours };
  }

  it('import the same: the same blocks, and in them the same samples', async () => {
    const { theirs, ours } = await importByBoth();
    const listed = await promtool('tsdb', 'list', ours);
    expectSameBlocks(listed, await promtool('tsdb', 'list', theirs));
    expect(listed.split('\n').length).toBeGreaterThan(5);
    const dumped = await promtool('tsdb', 'dump', ours);
    expect(dumped === (await promtool('tsdb', 'dump', theirs))).toBe(true);
    expect(dumped.split('\n').length).toBeGreaterThan(100_000);
    expect(await hearthOut('verify', ours)).toContain('sound');
    expect(await hearthOut('verify', theirs)).toContain('sound');
  });

  it('import the same in longer blocks', async () => {
    const [text, theirs, ours] = ['in.om', 'theirs', 'ours'].map((name) => join(data, name));
    await writeFile(text, generateText(40));
    await mkdir(theirs);
    const flag = '--max-block-duration=24h';
    await promtool('tsdb', 'create-blocks-from', 'openmetrics', flag, text, theirs);
    await hearthOut('import', flag, text, ours);
    expectSameBlocks(await promtool('tsdb', 'list', ours), await promtool('tsdb', 'list', theirs));
  });

  it('list and dump the same, character by character', async () => {
    const { theirs } = await importByBoth();
    const between = [`--min-time=${START_MS + 3_600_000}`, `--max-time=${START_MS + 7_200_000}`];
    const calls = [
      ['list', theirs],
      ['list', '-r', theirs],
      ['dump', theirs],
      ['dump', ...between, theirs],
      ['dump', '--match', '{__name__=~"m(1|2)", odd!~`.*x.*`}', theirs],
      ['dump', '--match', "m3{n='20'}", ...between, theirs],
      ['dump', '--match', '{odd="a\\"b\\\\c\\nd"}', theirs],
      ['dump', '--match', '{missing=""}', '--max-time=0', theirs],
    ];
    for (const call of calls) {
      const expected = await promtool('tsdb', ...call);
      expect((await hearthOut(...call)).trimEnd() === expected.trimEnd(), call.join(' ')).toBe(true);
    }
  });

  it('analyze the same; where several have the same number, their order is free', async () => {
    const { theirs } = await importByBoth();
    const first = (await promtool('tsdb', 'list', theirs)).split('\n')[1].slice(0, 26);
    for (const args of [[theirs], [theirs, first]]) {
      const [expected, found] = await Promise.all([
        promtool('tsdb', 'analyze', '--limit=100000', ...args),
        hearthOut('analyze', '--limit=100000', ...args),
      ]);
      const sections = (text: string) =>
        text
          .trimEnd()
          .split('\n\n')
          .map((section) => section.split('\n').toSorted());
      expect(sections(found)).toEqual(sections(expected));
    }
  });

  it('a snapshot is a data directory that promtool reads', async () => {
    const { ours } = await importByBoth();
    const snapshot = (await hearthOut('snapshot', ours)).trim();
    await mkdir(join(snapshot, 'wal'), { recursive: true });
    const dumped = await promtool('tsdb', 'dump', snapshot);
    expect(dumped === (await promtool('tsdb', 'dump', ours))).toBe(true);
  });
});

describe(`hearth tsdb on a directory that Prometheus is using${missing('prometheus') || missing('promtool')}`, () => {
  const it = test.skipIf((missing('prometheus') || missing('promtool')) !== '');

  it('dump what it has, of its log too, as promtool does, and make no snapshot of it', async () => {
    const target = await startTarget();
    const config = () =>
      `global: { scrape_interval: 100ms, scrape_timeout: 100ms }\nscrape_configs: [{ job_name: t, static_configs: [{ targets: ['${target.address}'] }] }]\n`;
    // Debian's Prometheus takes no lock unless it is told to.
    const server = await startPrometheus(data, config, ['--storage.tsdb.use-lockfile']);
    try {
      await target.scraped(5);
      const until = Date.now();
      await target.scraped(8);
      const selection = ['--match', '{job="t"}', `--max-time=${until}`];
      const found = await hearthOut('dump', ...selection, data);
      const snapshot = await hearth(['snapshot', data]);
      expect(snapshot.code).toBe(1);
      expect(snapshot.err).toMatch(/error\[HEARTH_DATA_DIRECTORY\]: .*\/lock: process \d+ uses the data directory/);
      await server.stop();
      const expected = await promtool('tsdb', 'dump', ...selection, data);
      const sorted = (text: string) => text.trimEnd().split('\n').toSorted();
      expect(sorted(found).length).toBeGreaterThan(4000);
      expect(sorted(found)).toEqual(sorted(expected));
    } finally {
      await server.kill();
      await target.close();
    }
  });
});

describe('hearth tsdb import', () => {
  test('reads a text of 200 MB with a heap of 64 MB', async () => {
    const text = join(data, 'large.om');
    const out = createWriteStream(text);
    const samples = 2_600_000;
    for (let i = 0; i < samples; i += 2600) {
      const lines: string[] = [];
      for (let at = i; at < i + 2600; at++) {
        const [series, scrape] = [at % 130, Math.floor(at / 130)];
        lines.push(
          `requests_total{path="/things/${series}",instance="10.0.0.1:9100"} ${scrape} ${1_700_006_400 + 15 * scrape}`,
        );
      }
      if (!out.write(`${lines.join('\n')}\n`)) await once(out, 'drain');
    }
    out.end('# EOF\n');
    await once(out, 'finish');
    const outcome = await hearth(['import', text, join(data, 'db')], ['--max-old-space-size=64']);
    expect(outcome).toMatchObject({ code: 0, err: '' });
    const metas = await Promise.all(
      (await readdir(join(data, 'db'))).map(async (name) =>
        JSON.parse(await readFile(join(data, 'db', name, 'meta.json'), 'utf8')),
      ),
    );
    expect(metas.reduce((sum, { stats }) => sum + stats.numSamples, 0)).toBe(samples);
    expect(metas).toHaveLength(42);
  });
});
