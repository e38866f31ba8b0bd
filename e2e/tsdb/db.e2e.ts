import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLabels, createMatcher, type Querier } from '@hearth/model';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Db, type DbLogLine, type DbOptions, openDb, verifyDirectory } from '../../packages/tsdb/src/index.ts';
import { createRandom } from './generated-series.ts';
import { printSample, querySamples, type SamplesBySeries } from './prometheus-api.ts';
import { missing, promtool, startPrometheus } from './prometheus-tools.ts';

const HOUR = 3_600_000;
/** A multiple of two hours, and of six and eighteen. */
const START = 1_699_920_000_000 - (1_699_920_000_000 % (18 * HOUR));
const END = START + 22 * HOUR;
const STEP = 60_000;
const SERIES = 12;
const DELETED = { startMs: START + 3 * HOUR, endMs: START + 5 * HOUR };

let data: string;
let log: DbLogLine[];

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'hearth-db-'));
  log = [];
});

afterEach(async () => {
  await rm(data, { recursive: true, force: true });
  await rm(`${data}.yml`, { force: true });
});

function open(options: Partial<DbOptions> = {}): Promise<Db> {
  const noRoomNeeded = { reserveBytes: 0, retentionMs: 0, compactsByItself: false };
  return openDb({ directory: data, log: (line) => log.push(line), ...noRoomNeeded, ...options });
}

/** Most of a day, compacted every hour of it; two series lose two hours in a block and one its newest in the head. */
async function fill(db: Db): Promise<void> {
  const random = createRandom(7);
  for (let time = START; time < END; time += STEP) {
    const appender = db.appender();
    for (let i = 0; i < SERIES; i++) {
      const ref = appender.seriesRef(createLabels({ __name__: `m${i % 3}`, job: 'e2e', n: String(i) }));
      const value = [i, (time - START) / 1000, random() * 1e6, Number.POSITIVE_INFINITY][i % 4];
      expect(appender.append(ref, time + i, value)).toBeUndefined();
    }
    await appender.commit();
    if (time % HOUR === 0) await db.compact();
    if (time === START + 12 * HOUR) await db.deleteSeries([createMatcher('=~', 'n', '1|2')], DELETED);
  }
  await db.deleteSeries([createMatcher('=', 'n', '5')], { startMs: END - 10 * STEP, endMs: END });
}

/** As `querySamples` has it from Prometheus. */
async function samplesOf(querier: Querier): Promise<SamplesBySeries> {
  const found: SamplesBySeries = new Map();
  const selection = { startMs: START - HOUR, endMs: END + HOUR, matchers: [createMatcher('=~', '__name__', 'm.*')] };
  for await (const { labels, offsets, timestamps, values } of querier.select(selection)) {
    for (const [i, each] of labels.entries()) {
      const samples: string[] = [];
      for (let at = offsets[i]; at < offsets[i + 1]; at++) samples.push(printSample(timestamps[at], values[at]));
      found.set(each.key, samples);
    }
  }
  expect(querier.warnings).toEqual([]);
  await querier.close();
  return found;
}

async function allSamples(db: Db): Promise<SamplesBySeries> {
  return samplesOf(await db.querier({ startMs: START - HOUR, endMs: END + HOUR }));
}

async function findings(directory: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { place, problem } of verifyDirectory(directory)) found.push(`${place}: ${problem}`);
  return found;
}

function complaintsOf(lines: readonly string[]): string[] {
  return lines.filter((line) => /level=(warn|error)/.test(line));
}

describe(`a directory after many compactions and deletions${missing('prometheus') || missing('promtool')}`, () => {
  const it = test.skipIf(missing('prometheus') !== '' || missing('promtool') !== '');

  it('is listed, analyzed and dumped by promtool, and served by Prometheus: the same samples', async () => {
    const db = await open();
    await fill(db);
    const blocks = db.blocks();
    expect(blocks.map(({ meta }) => meta.compaction.level)).toContain(3);
    const expected = await allSamples(db);
    expect(expected.size).toBe(SERIES);
    expect(expected.get(createLabels({ __name__: 'm1', job: 'e2e', n: '1' }).key)).toHaveLength(22 * 60 - 120);
    await db.close();
    expect(await findings(data)).toEqual([]);

    const listed = (await promtool('tsdb', 'list', data)).trim().split('\n').slice(1);
    const columns = listed.map((line) => line.split(/\s{2,}|\t/).map((cell) => cell.trim()));
    expect(columns.map((cells) => cells.slice(0, 3))).toEqual(
      blocks.map(({ meta }) => [meta.ulid, String(meta.minTime), String(meta.maxTime)]),
    );
    expect(await promtool('tsdb', 'analyze', data, blocks[0].meta.ulid)).toContain(`Series: ${SERIES}`);
    const inBlocks = blocks[blocks.length - 1].meta.maxTime;
    const dumped = (await promtool('tsdb', 'dump', `--max-time=${inBlocks - 1}`, data)).trim().split('\n');
    const samples = [...expected.values()].flat().filter((sample) => Number(sample.split(' ')[0]) < inBlocks);
    expect(dumped).toHaveLength(samples.length);

    const server = await startPrometheus(data, () => 'global: {}\n');
    try {
      expect(await querySamples(server, '{job="e2e"}', END)).toEqual(expected);
      expect(complaintsOf(server.log)).toEqual([]);
    } finally {
      await server.stop();
    }
  });

  it('is opened again when Prometheus has compacted it, and so on', async () => {
    const db = await open();
    await fill(db);
    const expected = await allSamples(db);
    await db.close();
    const server = await startPrometheus(data, () => 'global: {}\n', ['--web.enable-admin-api']);
    await fetch(`${server.url}/api/v1/admin/tsdb/clean_tombstones`, { method: 'POST' });
    const answer = (await (await fetch(`${server.url}/api/v1/admin/tsdb/snapshot`, { method: 'POST' })).json()) as {
      data: { name: string };
    };
    await server.stop();

    const again = await open();
    expect(await allSamples(again)).toEqual(expected);
    expect(again.blocks().every(({ meta }) => meta.stats.numTombstones === 0)).toBe(true);
    await again.compact();
    await again.cleanTombstones();
    expect(await allSamples(again)).toEqual(expected);
    await again.close();
    expect(log.filter(({ level }) => level !== 'info')).toEqual([]);

    const snapshot = await open({ directory: `${data}/snapshots/${answer.data.name}` });
    expect(await allSamples(snapshot)).toEqual(expected);
    await snapshot.close();
  });

  it('is refused while Prometheus has it', async () => {
    await mkdir(`${data}/wal`);
    // Debian's Prometheus takes no lock unless it is told to.
    const server = await startPrometheus(data, () => 'global: {}\n', ['--storage.tsdb.use-lockfile']);
    try {
      await expect(open()).rejects.toMatchObject({ code: 'locked', message: expect.stringContaining('Prometheus') });
    } finally {
      await server.kill();
    }
    await (await open()).close();
  });

  it('gives Prometheus a snapshot whose blocks share their files', async () => {
    const db = await open();
    await fill(db);
    const expected = await allSamples(db);
    const name = await db.snapshot({ withHead: true });
    const [ulid] = (await readdir(`${data}/snapshots/${name}`)).sort();
    expect((await stat(`${data}/snapshots/${name}/${ulid}/chunks/000001`)).nlink).toBe(2);
    await db.close();
    expect(await findings(`${data}/snapshots/${name}`)).toEqual([]);
    const server = await startPrometheus(`${data}/snapshots/${name}`, () => 'global: {}\n');
    try {
      expect(await querySamples(server, '{job="e2e"}', END)).toEqual(expected);
    } finally {
      await server.stop();
    }
  });
});

describe(`blocks that promtool made${missing('promtool')}`, () => {
  test.skipIf(missing('promtool') !== '')('are found while the storage runs, and compacted', async () => {
    const lines: string[] = [];
    for (let time = START; time < START + 10 * HOUR; time += STEP)
      lines.push(`m0{n="x"} ${time % 1000003} ${time / 1000}`);
    await writeFile(`${data}/input.om`, `# TYPE m0 gauge\n${lines.join('\n')}\n# EOF\n`);
    const db = await open();
    await promtool('tsdb', 'create-blocks-from', 'openmetrics', `${data}/input.om`, data);
    await db.compact();
    expect(db.blocks().map(({ meta }) => meta.compaction.level)).toEqual([2, 1, 1]);
    expect([...(await allSamples(db)).values()]).toEqual([
      Array.from({ length: 600 }, (_, i) => printSample(START + i * STEP, (START + i * STEP) % 1000003)),
    ]);
    await db.close();
  });
});
