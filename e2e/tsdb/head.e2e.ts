import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMatcher, wordsOf } from '@hearth/model';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PageCache } from '../../packages/tsdb/src/file/page-cache.ts';
import type { Head } from '../../packages/tsdb/src/head/head.ts';
import { openHead } from '../../packages/tsdb/src/head/open-head.ts';
import { createPace, nodeFileSystem } from '../../packages/tsdb/src/wal/index.ts';
import { type GeneratedSeries, generateSeries, numberOf, STALE_BITS } from './generated-series.ts';
import { deleteSeries, printSample, queryExemplars, querySamples, type SamplesBySeries } from './prometheus-api.ts';
import { missing, type PrometheusServer, startPrometheus } from './prometheus-tools.ts';
import { type ScrapedTarget, startTarget } from './scraped-target.ts';

const HOUR = 3_600_000;
const FLAGS = ['--enable-feature=exemplar-storage', '--web.enable-admin-api'];
const GENERATED = createMatcher('=~', 'job', 'api|web');
const SCRAPED = createMatcher('=', 'job', 't');

const it = test.skipIf(missing('prometheus') !== '');

let data: string;
let target: ScrapedTarget;
let startedServers: PrometheusServer[];
let warnings: string[];

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'hearth-head-e2e-'));
  target = await startTarget();
  startedServers = [];
  warnings = [];
});

afterEach(async () => {
  for (const server of startedServers) await server.kill();
  await target.close();
  await rm(data, { recursive: true, force: true });
  await rm(`${data}.yml`, { force: true });
});

async function start(): Promise<PrometheusServer> {
  const config = `global: { scrape_interval: 200ms, scrape_timeout: 200ms }\nscrape_configs: [{ job_name: t, static_configs: [{ targets: ['${target.address}'] }] }]\n`;
  const server = await startPrometheus(data, () => config, FLAGS);
  startedServers.push(server);
  return server;
}

function open(): Promise<Head> {
  return openHead({
    directory: data,
    fileSystem: nodeFileSystem,
    cache: new PageCache({ budgetBytes: 16 * 1024 * 1024 }),
    pace: createPace(),
    warn: (message) => warnings.push(message),
  });
}

/** Commits the samples in the order of their times, as scrapes would come. */
async function appendAll(head: Head, series: readonly GeneratedSeries[]): Promise<void> {
  const all = series.flatMap(({ labels, samples }) => samples.map((sample) => ({ labels, ...sample })));
  all.sort((a, b) => a.time - b.time);
  for (let i = 0; i < all.length; i += 500) {
    const appender = head.appender();
    for (const { labels, time, bits } of all.slice(i, i + 500)) {
      const ref = appender.seriesRef(labels);
      const isStale = bits === STALE_BITS;
      const refusal = isStale ? appender.appendStale(ref, time) : appender.append(ref, time, numberOf(bits));
      expect(refusal).toBeUndefined();
    }
    await appender.commit();
  }
}

/** What the head has up to a time, as Prometheus would answer: without staleness markers. */
async function samplesOf(head: Head, matcher: typeof SCRAPED, endMs: number): Promise<SamplesBySeries> {
  const found: SamplesBySeries = new Map();
  const querier = head.querier({ startMs: 0, endMs });
  for await (const batch of querier.select({ matchers: [matcher], startMs: 0, endMs })) {
    const words = wordsOf(batch.values);
    for (const [i, labels] of batch.labels.entries()) {
      const samples: string[] = [];
      for (let at = batch.offsets[i]; at < batch.offsets[i + 1]; at++) {
        const isStale = words[2 * at + 1] === 0x7ff00000 && words[2 * at] === 2;
        if (!isStale) samples.push(printSample(batch.timestamps[at], batch.values[at]));
      }
      if (samples.length > 0) found.set(labels.key, samples);
    }
  }
  await querier.close();
  expect(querier.warnings).toEqual([]);
  return found;
}

function answerFor(series: readonly GeneratedSeries[]): SamplesBySeries {
  return new Map(
    series
      .map(({ labels, samples }) => ({ labels, kept: samples.filter(({ bits }) => bits !== STALE_BITS) }))
      .filter(({ kept }) => kept.length > 0)
      .map(({ labels, kept }) => [labels.key, kept.map(({ time, bits }) => printSample(time, numberOf(bits)))]),
  );
}

function complaintsOf({ log }: PrometheusServer): string[] {
  return log.filter((line) => /level=(warn|error)/.test(line));
}

describe(`a head${missing('prometheus')}`, () => {
  it.each(['closed', 'written anew by Prometheus'] as const)(
    'that was filled by Hearth (chunk files %s) is read by Prometheus, which scrapes into it, and both are read here',
    async (chunkFiles) => {
      const now = Date.now();
      const series = generateSeries(200, { seed: 11, start: now - 2 * HOUR });
      const head = await open();
      await appendAll(head, series);
      expect(await head.deleteSeries([createMatcher('=', 'instance', 'host-3:9100')], { startMs: 0, endMs: now })).toBe(
        1,
      );
      const expected = answerFor(series.filter(({ labels }) => labels.get('instance') !== 'host-3:9100'));
      expect(await samplesOf(head, GENERATED, now)).toEqual(expected);
      await head.close();
      const chunks = join(data, 'chunks_head');
      expect(await readdir(chunks)).toEqual(['000001']);
      if (chunkFiles !== 'closed') await rm(chunks, { recursive: true });

      const server = await start();
      expect(await querySamples(server, '{job=~"api|web"}', now)).toEqual(expected);
      await target.scraped(10);
      const until = Date.now();
      await deleteSeries(server, 'requests_total{path="/7/ü😀"}');
      // Scrapes of that time have been committed when others have begun and ended since.
      await target.scraped(15);
      const scraped = await querySamples(server, '{job="t"}', until);
      const exemplars = await queryExemplars(server, '{job="t"}', until);
      expect(complaintsOf(server)).toEqual([]);
      await server.stop();
      expect(await readdir(chunks)).toContain('000001');

      const again = await open();
      expect(warnings).toEqual([]);
      expect(await samplesOf(again, GENERATED, now)).toEqual(expected);
      expect(scraped.size).toBeGreaterThan(1100);
      expect(await samplesOf(again, SCRAPED, until)).toEqual(scraped);
      const found = await again.exemplars([[SCRAPED]], { startMs: 0, endMs: until });
      const printed = found.flatMap(({ series: of, exemplars: each }) =>
        each.map((e) => `${of.key} ${e.labels.toString()} ${printSample(e.timestampMs, e.value)}`),
      );
      expect(exemplars.length).toBeGreaterThan(3);
      expect(printed).toEqual(expect.arrayContaining(exemplars));
      await again.close();
    },
  );

  it('that Prometheus left when it was killed is read, and Prometheus goes on with it', async () => {
    const server = await start();
    await target.scraped(20);
    const until = Date.now();
    await target.scraped(25);
    const scraped = await querySamples(server, '{job="t"}', until);
    await server.kill();

    const head = await open();
    expect(await samplesOf(head, SCRAPED, until)).toEqual(scraped);
    await head.close();
    const again = await start();
    expect(await querySamples(again, '{job="t"}', until)).toEqual(scraped);
    expect(complaintsOf(again)).toEqual([]);
    await again.stop();
  });
});
