import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLabels, type Labels } from '@hearth/model';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createCheckpoint,
  encodeExemplars,
  encodeMetadata,
  encodeSamples,
  encodeSeries,
  encodeTombstones,
  openWal,
  readWal,
  recoverWal,
  truncateWal,
  type Wal,
  type WalRecord,
  WalSamples,
} from '../../packages/tsdb/src/wal/index.ts';
import { type GeneratedSeries, generateSeries, numberOf, STALE_BITS } from './generated-series.ts';
import { deleteSeries, printSample, queryExemplars, querySamples, type SamplesBySeries } from './prometheus-api.ts';
import { missing, type PrometheusServer, startPrometheus } from './prometheus-tools.ts';
import { type ScrapedTarget, startTarget } from './scraped-target.ts';

const PAGE_SIZE = 32 * 1024;
const HOUR = 3_600_000;
const EXEMPLARS_ON = '--enable-feature=exemplar-storage';

const it = test.skipIf(missing('prometheus') !== '');

let data: string;
let wal: string;
let startedServers: PrometheusServer[];

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'hearth-wal-e2e-'));
  wal = join(data, 'wal');
  startedServers = [];
});

afterEach(async () => {
  for (const server of startedServers) await server.kill();
  await rm(data, { recursive: true, force: true });
  await rm(`${data}.yml`, { force: true });
});

async function start(config: string, ...flags: string[]): Promise<PrometheusServer> {
  const server = await startPrometheus(data, () => config, flags);
  startedServers.push(server);
  return server;
}

/** What a log holds, as Prometheus would answer for it. */
class Replayed {
  readonly labels = new Map<number, Labels>();
  readonly samples: SamplesBySeries = new Map();
  readonly exemplars: string[] = [];
  staleMarkers = 0;
  readonly #deleted: { ref: number; minTime: number; maxTime: number }[] = [];

  /** Reads a log; samples after `untilMs` are left out. */
  static async of(directory: string, untilMs = Number.POSITIVE_INFINITY): Promise<Replayed> {
    const replayed = new Replayed();
    for await (const { record } of readWal(directory)) {
      if (record.kind === 'tombstones') replayed.#deleted.push(...record.tombstones);
    }
    const reader = readWal(directory);
    for await (const { record } of reader) replayed.#apply(record, untilMs);
    expect(reader.report.unsupported).toEqual(new Map());
    return replayed;
  }

  #apply(record: WalRecord, untilMs: number): void {
    if (record.kind === 'series') for (const { ref, labels } of record.series) this.labels.set(ref, labels);
    if (record.kind === 'samples') this.#applySamples(record.samples, untilMs);
    if (record.kind !== 'exemplars') return;
    const { columns, labels } = record.exemplars;
    for (let i = 0; i < columns.length; i++) {
      const sample = printSample(columns.timestamps[i], columns.values[i]);
      this.exemplars.push(`${this.labels.get(columns.refs[i])?.key} ${labels[i].toString()} ${sample}`);
    }
    this.exemplars.sort((a, b) => (a < b ? -1 : 1));
  }

  #applySamples({ refs, timestamps, values, words, length }: WalSamples, untilMs: number): void {
    for (let i = 0; i < length; i++) {
      const isStale = words[2 * i + 1] === 0x7ff00000 && words[2 * i] === 2;
      if (isStale) this.staleMarkers++;
      if (isStale || timestamps[i] > untilMs || this.#isDeleted(refs[i], timestamps[i])) continue;
      const key = this.labels.get(refs[i])!.key;
      const ofSeries = this.samples.get(key) ?? [];
      ofSeries.push(printSample(timestamps[i], values[i]));
      this.samples.set(key, ofSeries);
    }
  }

  #isDeleted(ref: number, time: number): boolean {
    return this.#deleted.some((each) => each.ref === ref && each.minTime <= time && time <= each.maxTime);
  }
}

function complaintsOf({ log }: PrometheusServer): string[] {
  return log.filter((line) => /level=(warn|error)/.test(line));
}

/** Logs the samples in commits of one for each series, as scrapes do. */
async function logSamples(target: Wal, series: readonly GeneratedSeries[]): Promise<void> {
  const longest = Math.max(...series.map(({ samples }) => samples.length));
  for (let i = 0; i < longest; i++) {
    const commit = new WalSamples();
    for (const [s, { samples }] of series.entries()) {
      if (i >= samples.length) continue;
      const { time, bits } = samples[i];
      commit.pushWords(s + 1, time, Number(bits >> 32n), Number(bits & 0xffff_ffffn));
    }
    await target.log(encodeSamples(commit));
  }
}

function answerFor(series: readonly GeneratedSeries[]): SamplesBySeries {
  return new Map(
    series
      .map(({ labels, samples }) => ({ labels, kept: samples.filter(({ bits }) => bits !== STALE_BITS) }))
      .filter(({ kept }) => kept.length > 0)
      .map(({ labels, kept }) => [labels.key, kept.map(({ time, bits }) => printSample(time, numberOf(bits)))]),
  );
}

describe(`a log that Hearth writes${missing('prometheus')}`, () => {
  it.each(['none', 'snappy'] as const)(
    'is replayed by Prometheus, which has every sample and no complaint (%s)',
    async (compression) => {
      const now = Date.now();
      const series = generateSeries(150, { seed: 7, start: now - 2 * HOUR });
      const target = await openWal(wal, { compression, segmentSize: 2 * PAGE_SIZE });
      await target.log(encodeSeries(series.map(({ labels }, i) => ({ ref: i + 1, labels }))));
      await target.log(encodeMetadata(series.map((_, i) => ({ ref: i + 1, type: 1, unit: 's', help: 'é' }))));
      await logSamples(target, series);
      const columns = new WalSamples();
      columns.push(1, now - 1000, 0.25);
      await target.log(encodeExemplars({ columns, labels: [createLabels({ trace_id: 'abc' })] }));
      const deleted = { ref: 2, minTime: now - 3 * HOUR, maxTime: now };
      await target.log(encodeTombstones([deleted]));
      await target.close();
      expect((await readdir(wal)).length).toBeGreaterThan(2);

      const server = await start('global: {}\n', EXEMPLARS_ON);
      const expected = answerFor(series);
      expected.delete(series[1].labels.key);
      const found = await querySamples(server, '{job=~".+"}', now);
      expect(found.size).toBeGreaterThan(140);
      expect(found).toEqual(expected);
      expect(await queryExemplars(server, '{job=~".+"}', now)).toEqual([
        `${series[0].labels.key} {trace_id="abc"} ${now - 1000} 0.25`,
      ]);
      expect(complaintsOf(server)).toEqual([]);
      await server.stop();
      // Prometheus has added a segment, and what was there is as it was.
      const replayed = await Replayed.of(wal);
      expect([replayed.samples, replayed.labels.size]).toEqual([expected, series.length]);
    },
  );

  it('is replayed from its checkpoint on, damage cut off and set aside, and then written by both in turn', async () => {
    const now = Date.now();
    const series = generateSeries(300, { seed: 8, start: now - 2 * HOUR });
    let target = await openWal(wal, { segmentSize: 2 * PAGE_SIZE });
    await target.log(encodeSeries(series.map(({ labels }, i) => ({ ref: i + 1, labels }))));
    await logSamples(target, series);
    await target.close();

    const segments = (await readdir(wal)).sort();
    expect(segments.length).toBeGreaterThan(5);
    const [last] = segments.slice(-1);
    const content = await readFile(join(wal, last));
    content[content.length >> 4] ^= 1;
    await writeFile(join(wal, last), content);
    const recovery = await recoverWal(wal, () => {});
    expect(recovery.repairs.length).toBe(1);
    const minTime = now - HOUR;
    await openWal(wal).then((opened) => opened.close());
    await createCheckpoint(wal, { through: 3, keepSeries: () => true, minTime });
    await truncateWal(wal);
    // Names that Hearth leaves behind after a repair, and after a crash.
    await mkdir(join(wal, 'checkpoint.00000001.corrupt'));
    await mkdir(join(wal, 'checkpoint.00000009.tmp'));
    const names = await readdir(wal);
    expect(names).toEqual(expect.arrayContaining(['checkpoint.00000003', `${last}.corrupt`]));
    expect(names).not.toContain('00000003');

    const before = await Replayed.of(wal);
    const server = await start('global: {}\n');
    expect(await querySamples(server, '{job=~".+"}', now)).toEqual(before.samples);
    expect(complaintsOf(server)).toEqual([]);
    await server.stop();

    // Hearth goes on in the directory that Prometheus has had, and Prometheus reads that.
    await recoverWal(wal, () => {});
    target = await openWal(wal);
    const more = new WalSamples();
    more.push(1, now - 1, 12345);
    await target.log(encodeSamples(more));
    await target.close();
    const again = await start('global: {}\n');
    const found = await querySamples(again, '{job=~".+"}', now);
    expect(found.get(series[0].labels.key)).toEqual([
      ...(before.samples.get(series[0].labels.key) ?? []),
      printSample(now - 1, 12345),
    ]);
    expect(complaintsOf(again)).toEqual([]);
    await again.stop();
  });
});

describe(`a log that Prometheus writes${missing('prometheus')}`, () => {
  let target: ScrapedTarget;

  beforeEach(async () => {
    target = await startTarget();
  });

  afterEach(() => target.close());

  it.each([
    ['compressed, stopped', [], 'stop'],
    ['plain, killed', ['--no-storage.tsdb.wal-compression'], 'kill'],
  ] as const)('is read, and holds what the API says (%s)', async (_name, flags, end) => {
    const config = `global: { scrape_interval: 200ms, scrape_timeout: 200ms }\nscrape_configs: [{ job_name: t, static_configs: [{ targets: ['${target.address}'] }] }]\n`;
    const server = await start(config, EXEMPLARS_ON, '--web.enable-admin-api', ...flags);
    await target.scraped(10);
    const until = Date.now();
    await deleteSeries(server, 'requests_total{path="/7/ü😀"}');
    // Scrapes of that time have been committed when others have begun and ended since.
    await target.scraped(15);
    const samples = await querySamples(server, '{job="t"}', until);
    const exemplars = await queryExemplars(server, '{job="t"}', until);
    expect(complaintsOf(server)).toEqual([]);
    await server[end]();

    const replayed = await Replayed.of(wal, until);
    expect(replayed.samples.size).toBeGreaterThan(1100);
    expect(replayed.samples).toEqual(samples);
    expect(replayed.staleMarkers).toBeGreaterThan(50);
    expect(replayed.exemplars.length).toBeGreaterThan(5);
    expect(replayed.exemplars).toEqual(expect.arrayContaining(exemplars));
    expect(replayed.labels.size).toBeGreaterThan(1200);
  });
});
