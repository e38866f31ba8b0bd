import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Labels } from '@hearth/model';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Block, openBlock } from '../../packages/tsdb/src/block/block.ts';
import { BlockWriter, type ChunkToWrite } from '../../packages/tsdb/src/block/block-writer.ts';
import { appendSamples } from '../../packages/tsdb/src/chunk/append-samples.ts';
import type { HeadChunkMeta } from '../../packages/tsdb/src/chunk/head-chunk-format.ts';
import { HeadChunks } from '../../packages/tsdb/src/chunk/head-chunks.ts';
import { SampleBuffer } from '../../packages/tsdb/src/chunk/sample-buffer.ts';
import { XorAppender } from '../../packages/tsdb/src/chunk/xor-appender.ts';
import { nodeFileSystem } from '../../packages/tsdb/src/file/node-file-system.ts';
import { PageCache } from '../../packages/tsdb/src/file/page-cache.ts';
import { createPace } from '../../packages/tsdb/src/wal/node-pace.ts';
import {
  bitsOf,
  createRandom,
  type GeneratedSample,
  type GeneratedSeries,
  generateSeries,
  numberOf,
  STALE_BITS,
  symbolsOf,
} from './generated-series.ts';
import { missing, promtool, startPrometheus } from './prometheus-tools.ts';

const START = 1_700_006_400_000;
const HOUR = 3_600_000;
const ULIDS = ['01HF7ZZZZZZZZZZZZZZZZZZZ01', '01HF7ZZZZZZZZZZZZZZZZZZZ02'];
const COMPACTION = { level: 1, parents: [], deletable: false, failed: false, hints: [] };

let data: string;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'hearth-blocks-'));
  // promtool refuses a data directory without a log.
  await mkdir(`${data}/wal`);
});

afterEach(async () => {
  await rm(data, { recursive: true, force: true });
  await rm(`${data}.yml`, { force: true });
});

function createCache(): PageCache {
  return new PageCache({ budgetBytes: 1 << 20 });
}

/** Chunks of 120 samples, as Prometheus cuts them. */
function chunksOf(samples: readonly GeneratedSample[]): ChunkToWrite[] {
  const chunks: ChunkToWrite[] = [];
  for (let from = 0; from < samples.length; from += 120) {
    const part = samples.slice(from, from + 120);
    const appender = new XorAppender();
    for (const { time, bits } of part) appender.appendBits(time, Number(bits >> 32n), Number(bits & 0xffffffffn));
    chunks.push({ encoding: 1, data: appender.copy(), minTime: part[0].time, maxTime: part[part.length - 1].time });
  }
  return chunks;
}

function encodeBuffer({ timestamps, words, length }: SampleBuffer): Uint8Array {
  const appender = new XorAppender();
  for (let i = 0; i < length; i++) appender.appendBits(timestamps[i], words[2 * i + 1], words[2 * i]);
  return appender.copy();
}

async function writeBlock(ulid: string, series: readonly GeneratedSeries[], maxSegmentBytes = 1 << 29) {
  const writer = await BlockWriter.create({
    fileSystem: nodeFileSystem,
    dataDirectory: data,
    ulid,
    symbols: symbolsOf(series),
    pace: createPace(),
    maxSegmentBytes,
  });
  for (const { labels, samples } of series) await writer.addSeries(labels, chunksOf(samples));
  const times = series.flatMap(({ samples }) => samples.map(({ time }) => time));
  const [minTime, last] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  return writer.finish({ minTime, maxTime: last + 1, compaction: { ...COMPACTION, sources: [ulid] } });
}

function open(ulid: string): Promise<Block> {
  return openBlock({
    fileSystem: nodeFileSystem,
    directory: `${data}/${ulid}`,
    cache: createCache(),
    pace: createPace(),
  });
}

/** `{labels} value time`, with the number that the value's text stands for: NaN is one text for all NaNs. */
function dumpLine(labels: Labels, value: number, time: number): string {
  return `${labels.toString()} ${Object.is(value, -0) ? '-0' : value} ${time}`;
}

/** What promtool prints of all samples, each line with its value as JavaScript prints it. */
async function dump(): Promise<string[]> {
  const lines = (await promtool('tsdb', 'dump', data)).split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const [, labels, value, time] = /^(\{.*\}) (\S+) (\d+)$/.exec(line) as RegExpExecArray;
    const number = Number(value.replace('Inf', 'Infinity'));
    return `${labels} ${Object.is(number, -0) ? '-0' : number} ${time}`;
  });
}

async function linesOf(block: Block): Promise<string[]> {
  const lines: string[] = [];
  const samples = new SampleBuffer();
  for (const ref of await block.index.allPostings()) {
    const { labels, chunks } = await block.index.series(ref);
    samples.clear();
    for (const chunk of chunks) {
      expect(appendSamples(samples, await block.chunks.chunk(chunk.ref))).toBeUndefined();
    }
    for (let i = 0; i < samples.length; i++) lines.push(dumpLine(labels, samples.values[i], samples.timestamps[i]));
  }
  return lines;
}

describe(`blocks that Hearth writes${missing('promtool')}`, () => {
  const it = test.skipIf(missing('promtool') !== '');

  it('are listed, analyzed and dumped by promtool, sample by sample', async () => {
    const first = generateSeries(700, { seed: 1, start: START });
    const second = generateSeries(300, { seed: 2, start: START + 4 * HOUR });
    // Segments of 64 KB, so that there are several.
    const metas = [await writeBlock(ULIDS[0], first, 1 << 16), await writeBlock(ULIDS[1], second)];
    expect((await readdir(`${data}/${ULIDS[0]}/chunks`)).length).toBeGreaterThan(3);

    const listed = (await promtool('tsdb', 'list', data)).trim().split('\n').slice(1);
    const columns = listed.map((line) => line.split(/\s{2,}|\t/).map((cell) => cell.trim()));
    for (const [i, { ulid, minTime, maxTime, stats }] of metas.entries()) {
      const { numSamples, numChunks, numSeries } = stats;
      expect(columns[i].slice(0, 3)).toEqual([ulid, String(minTime), String(maxTime)]);
      expect(columns[i].slice(4, 7)).toEqual([numSamples, numChunks, numSeries].map(String));
    }

    const analyzed = await promtool('tsdb', 'analyze', data, ULIDS[0]);
    expect(analyzed).toContain(`Series: ${first.length}`);
    expect(analyzed).toContain(`700 instance`);

    const expected = [...first, ...second].flatMap(({ labels, samples }) =>
      samples.map(({ time, bits }) => dumpLine(labels, numberOf(bits), time)),
    );
    expect((await dump()).toSorted()).toEqual(expected.toSorted());
  });

  it('are read again, bit for bit', async () => {
    const series = generateSeries(200, { seed: 3, start: START });
    await writeBlock(ULIDS[0], series, 1 << 16);
    const block = await open(ULIDS[0]);
    const found: GeneratedSeries[] = [];
    for (const ref of await block.index.allPostings()) {
      const { labels, chunks } = await block.index.series(ref);
      const buffer = new SampleBuffer(1);
      for (const chunk of chunks) appendSamples(buffer, await block.chunks.chunk(chunk.ref));
      const bits = new BigUint64Array(buffer.values.buffer);
      const samples = Array.from({ length: buffer.length }, (_, i) => ({ time: buffer.timestamps[i], bits: bits[i] }));
      found.push({ labels, samples });
    }
    await block.close();
    expect(found.map(({ labels }) => labels.toString())).toEqual(series.map(({ labels }) => labels.toString()));
    expect(found.map(({ samples }) => samples)).toEqual(series.map(({ samples }) => samples));
  });
});

describe(`blocks that Hearth writes${missing('prometheus')}`, () => {
  const it = test.skipIf(missing('prometheus') !== '');

  it('are served by Prometheus, which sees staleness markers where they are, and other NaNs as values', async () => {
    const series = generateSeries(60, { seed: 4, start: START });
    await writeBlock(ULIDS[0], series);
    const server = await startPrometheus(data, () => 'global: {}\n');
    try {
      const query = new URLSearchParams({ query: '{job=~".+"}[1d]', time: String(START / 1000 + 86_000) });
      const answer = (await (await fetch(`${server.url}/api/v1/query?${query}`)).json()) as MatrixAnswer;
      expect(answer.status).toBe('success');
      const found = answer.data.result.map(({ metric, values }) =>
        JSON.stringify([sorted(metric), values.map(([time, text]) => [time, hexBits(text)])]),
      );
      const expected = series
        .map(({ labels, samples }) => ({ labels, values: samples.filter(({ bits }) => bits !== STALE_BITS) }))
        .filter(({ values }) => values.length > 0)
        .map(({ labels, values }) =>
          JSON.stringify([sorted(labels.toJSON()), values.map(({ time, bits }) => [time / 1000, bits.toString(16)])]),
        );
      expect(found.toSorted()).toEqual(expected.toSorted());
      expect(series.some(({ samples }) => samples.some(({ bits }) => bits === STALE_BITS))).toBe(true);
      expect(expected.some((line) => line.includes('"7ff8000000000001"'))).toBe(true);
      expect(complaintsOf(server.log)).toEqual([]);
    } finally {
      await server.stop();
    }
  });
});

interface MatrixAnswer {
  readonly status: string;
  readonly data: { readonly result: readonly { metric: Record<string, string>; values: [number, string][] }[] };
}

function sorted(record: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

function hexBits(text: string): string {
  return bitsOf(Number(text.replace('Inf', 'Infinity'))).toString(16);
}

describe(`blocks that promtool writes${missing('promtool')}`, () => {
  const it = test.skipIf(missing('promtool') !== '');

  async function createBlocks(): Promise<string[]> {
    const random = createRandom(5);
    const lines: string[] = [];
    for (let metric = 0; metric < 120; metric++) {
      lines.push(`# TYPE m${metric} gauge`);
      let time = START + Math.floor(random() * 60_000);
      for (let i = 0; i < 1500; i++) {
        time += metric % 3 === 0 ? 15_000 : 14_000 + Math.floor(random() * 2000);
        const value = [7, i * 3, random() * 1e6, random() < 0.5 ? 'NaN' : '+Inf'][metric % 4];
        lines.push(`m${metric}{instance="i${metric % 50}",path="/${'é'.repeat(metric % 9)}"} ${value} ${time / 1000}`);
      }
    }
    await writeFile(`${data}/input.om`, `${lines.join('\n')}\n# EOF\n`);
    await promtool('tsdb', 'create-blocks-from', 'openmetrics', `${data}/input.om`, data);
    return (await readdir(data)).filter((name) => name.length === 26).sort();
  }

  it('are read: the same samples as promtool dumps', async () => {
    const ulids = await createBlocks();
    expect(ulids.length).toBeGreaterThan(2);
    const found: string[] = [];
    for (const ulid of ulids) {
      const block = await open(ulid);
      for (const line of await linesOf(block)) found.push(line);
      await block.close();
    }
    const expected = await dump();
    expect(found).toHaveLength(180_000);
    expect(found.toSorted()).toEqual(expected.toSorted());
  });

  it('are written again with the same bytes', async () => {
    for (const ulid of await createBlocks()) {
      const block = await open(ulid);
      await cp(`${data}/${ulid}`, `${data}/original`, { recursive: true });
      await rewrite(block);
      await block.close();
      for (const name of ['index', 'meta.json', 'tombstones', 'chunks/000001']) {
        const [original, written] = [
          await readFile(`${data}/original/${name}`, 'latin1'),
          await readFile(`${data}/copy/${ulid}/${name}`, 'latin1'),
        ];
        // Hearth's own field is behind all others.
        const compared = name === 'meta.json' ? written.replace(/,\n\t"hearthChecksum": "[0-9a-f]{8}"/, '') : written;
        expect([name, compared === original]).toEqual([name, true]);
      }
      await rm(`${data}/original`, { recursive: true });
    }
  });

  /** Writes the block once more, into `copy`. All samples are decoded and encoded again, and the bytes compared. */
  async function rewrite(block: Block): Promise<void> {
    const { ulid, minTime, maxTime, compaction } = block.meta;
    await mkdir(`${data}/copy`, { recursive: true });
    const symbols = await block.index.symbols(0, block.index.symbolCount);
    const options = { fileSystem: nodeFileSystem, dataDirectory: `${data}/copy`, ulid, symbols, pace: createPace() };
    const writer = await BlockWriter.create(options);
    const buffer = new SampleBuffer();
    for (const ref of await block.index.allPostings()) {
      const { labels, chunks } = await block.index.series(ref);
      const copies: ChunkToWrite[] = [];
      for (const { ref: chunkRef, ...times } of chunks) {
        const { encoding, data: original } = await block.chunks.chunk(chunkRef);
        buffer.clear();
        appendSamples(buffer, { encoding, data: original, file: block.directory, offset: 0 });
        const again = encodeBuffer(buffer);
        // Prometheus 2 puts a zero byte behind some chunks that end with a byte.
        expect(Buffer.concat([again, Buffer.alloc(original.length - again.length)]).equals(original)).toBe(true);
        expect(original.length - again.length).toBeLessThanOrEqual(1);
        copies.push({ encoding, data: original, ...times });
      }
      await writer.addSeries(labels, copies);
    }
    await writer.finish({ minTime, maxTime, compaction });
  }
});

describe(`head chunks${missing('prometheus')}`, () => {
  const it = test.skipIf(missing('prometheus') !== '');
  const selfScrape = (target: string) =>
    `global: { scrape_interval: 20ms, scrape_timeout: 20ms }\nscrape_configs: [{ job_name: self, static_configs: [{ targets: ['${target}'] }] }]\n`;

  async function scan(directory: string): Promise<{ chunks: HeadChunks; metas: HeadChunkMeta[] }> {
    const chunks = await HeadChunks.open({ fileSystem: nodeFileSystem, directory, cache: createCache() });
    const metas: HeadChunkMeta[] = [];
    await chunks.scan((meta) => metas.push(meta));
    return { chunks, metas };
  }

  it('that Prometheus wrote are read, and written again with the same bytes, which Prometheus accepts', async () => {
    const server = await startPrometheus(data, selfScrape);
    // Every series has one open chunk; those beyond are finished and in the files.
    await until(async () => (await finishedChunks(server.url)) > 150);
    await server.stop();

    const { chunks, metas } = await scan(`${data}/chunks_head`);
    expect(metas.length).toBeGreaterThan(100);
    const { chunks: copy } = await scan(`${data}/copy`);
    const samples = new SampleBuffer();
    for (const meta of metas) {
      const chunk = await chunks.chunk(meta.ref);
      samples.clear();
      appendSamples(samples, chunk);
      expect([samples.length, samples.timestamps[0]]).toEqual([meta.sampleCount, meta.minTime]);
      expect(samples.timestamps[samples.length - 1]).toBe(meta.maxTime);
      expect(copy.append({ ...meta, data: chunk.data })).toBe(meta.ref);
    }
    await chunks.close();
    await copy.close();
    const original = await readFile(`${data}/chunks_head/000001`);
    const written = await readFile(`${data}/copy/000001`);
    expect(written.equals(original.subarray(0, written.length))).toBe(true);
    expect(original.subarray(written.length).every((byte) => byte === 0)).toBe(true);

    await cp(`${data}/copy`, `${data}/chunks_head`, { recursive: true });
    const again = await startPrometheus(data, () => 'global: {}\n');
    const corruptions = await gauge(again.url, 'prometheus_tsdb_mmap_chunk_corruptions_total');
    const complaints = complaintsOf(again.log);
    await again.stop();
    expect([corruptions, complaints]).toEqual([0, []]);
  });
});

function complaintsOf(log: readonly string[]): string[] {
  return log.filter((line) => /level=(warn|error)/.test(line));
}

async function finishedChunks(url: string): Promise<number> {
  return (await gauge(url, 'prometheus_tsdb_head_chunks')) - (await gauge(url, 'prometheus_tsdb_head_series'));
}

async function gauge(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
}

/** Asks again and again, as often as the program that is asked allows. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition()));
}
