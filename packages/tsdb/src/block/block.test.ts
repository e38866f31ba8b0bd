import { readFileSync } from 'node:fs';
import { createLabels } from '@hearth/model';
import { describe, expect, test } from 'vitest';
import { appendSamples } from '../chunk/append-samples.ts';
import { SampleBuffer } from '../chunk/sample-buffer.ts';
import { XorAppender } from '../chunk/xor-appender.ts';
import { CorruptionError } from '../encoding/corruption-error.ts';
import { PageCache } from '../file/page-cache.ts';
import { MemoryFileSystem } from '../testing/memory-file-system.ts';
import { type Block, openBlock } from './block.ts';
import { BlockWriter, type ChunkToWrite } from './block-writer.ts';
import type { BlockCompaction } from './meta.ts';

const ULID = '01M80AM60DAVER0W8N2H3M4SQ0';
const FILES = ['index', 'meta.json', 'tombstones', 'chunks/000001'];
const COMPACTION: BlockCompaction = {
  level: 1,
  sources: [ULID],
  parents: [],
  deletable: false,
  failed: false,
  hints: [],
};

function fixture(name: string): Uint8Array {
  const stored = name === 'meta.json' ? 'meta.json.golden' : name;
  return new Uint8Array(readFileSync(new URL(`../testing/promtool-2.42/block/${stored}`, import.meta.url)));
}

function promtoolBlock(): MemoryFileSystem {
  const fileSystem = new MemoryFileSystem();
  for (const name of FILES) fileSystem.files.set(`data/${ULID}/${name}`, fixture(name));
  return fileSystem;
}

function open(fileSystem: MemoryFileSystem): Promise<Block> {
  const cache = new PageCache({ budgetBytes: 1 << 16, pageBytes: 256 });
  return openBlock({ fileSystem, directory: `data/${ULID}`, cache, pace: () => undefined });
}

function create(fileSystem: MemoryFileSystem, symbols: readonly string[]): Promise<BlockWriter> {
  return BlockWriter.create({ fileSystem, dataDirectory: 'data', ulid: ULID, symbols, pace: () => undefined });
}

/** Lines such as promtool was given: metric, value, time in seconds. */
async function exposition(block: Block): Promise<string[]> {
  const lines: string[] = [];
  const samples = new SampleBuffer();
  for (const ref of await block.index.allPostings()) {
    const { labels, chunks } = await block.index.series(ref);
    samples.clear();
    for (const chunk of chunks) appendSamples(samples, await block.chunks.chunk(chunk.ref));
    for (let i = 0; i < samples.length; i++) {
      lines.push(`${labels.toMetricString()} ${samples.values[i]} ${samples.timestamps[i]}`);
    }
  }
  return lines;
}

describe('a block that promtool wrote', () => {
  test('is read: every sample of its input', async () => {
    const input = Buffer.from(readFileSync(new URL('../testing/promtool-2.42/input.om', import.meta.url))).toString();
    const expected = input
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => /^(\S+?)\{(.*)\} (\S+) (\S+)$/.exec(line) as RegExpExecArray)
      .map(([, name, labels, value, seconds]) => {
        const number = Number(value.replace('Inf', 'Infinity'));
        return `${name}{${labels.replace(',', ', ')}} ${number} ${Math.round(Number(seconds) * 1000)}`;
      });
    const found = await exposition(await open(promtoolBlock()));
    expect(found.toSorted()).toEqual(expected.toSorted());
  });

  test('is written again, byte for byte', async () => {
    const original = await open(promtoolBlock());
    const fileSystem = new MemoryFileSystem();
    const writer = await create(fileSystem, await original.index.symbols(0, original.index.symbolCount));
    for (const ref of await original.index.allPostings()) {
      const { labels, chunks } = await original.index.series(ref);
      const copies: ChunkToWrite[] = [];
      for (const { ref: chunkRef, minTime, maxTime } of chunks) {
        copies.push(reencoded(await original.chunks.chunk(chunkRef), { minTime, maxTime }));
      }
      await writer.addSeries(labels, copies);
    }
    const { minTime, maxTime } = original.meta;
    await writer.finish({ minTime, maxTime, compaction: COMPACTION });
    for (const name of FILES) {
      const written = Buffer.from(fileSystem.files.get(`data/${ULID}/${name}`) as Uint8Array).toString('latin1');
      // Hearth's own field is behind all others.
      const compared = name === 'meta.json' ? written.replace(/,\n\t"hearthChecksum": "[0-9a-f]{8}"/, '') : written;
      expect([name, compared]).toEqual([name, Buffer.from(fixture(name)).toString('latin1')]);
    }
  });

  test('is closed with all of its files', async () => {
    const fileSystem = promtoolBlock();
    const block = await open(fileSystem);
    expect(block.sizeBytes).toBe(fixture('index').length + fixture('chunks/000001').length);
    expect(fileSystem.openFiles).toBe(2);
    await block.close();
    expect(fileSystem.openFiles).toBe(0);
  });
});

/** The chunk, its samples decoded and encoded again. */
function reencoded(
  chunk: Awaited<ReturnType<Block['chunks']['chunk']>>,
  times: { readonly minTime: number; readonly maxTime: number },
): ChunkToWrite {
  const samples = new SampleBuffer();
  appendSamples(samples, chunk);
  const appender = new XorAppender();
  for (let i = 0; i < samples.length; i++) {
    appender.appendBits(samples.timestamps[i], samples.words[2 * i + 1], samples.words[2 * i]);
  }
  return { encoding: 1, data: appender.copy(), ...times };
}

describe('a block being written', () => {
  const labels = createLabels({ a: '1' });
  const chunk: ChunkToWrite = { encoding: 1, data: Uint8Array.of(0, 0), minTime: 1, maxTime: 2 };
  const times = { minTime: 1, maxTime: 3, compaction: COMPACTION };

  test('has another name until it is finished, and is then durable', async () => {
    const fileSystem = new MemoryFileSystem();
    const writer = await create(fileSystem, ['1', 'a']);
    await writer.addSeries(labels, [chunk]);
    expect(await fileSystem.list('data')).toEqual([`${ULID}.tmp-for-creation`]);
    const meta = await writer.finish(times);
    expect(await fileSystem.list('data')).toEqual([ULID]);
    expect(fileSystem.openFiles).toBe(0);
    expect(fileSystem.synced).toContain('data');
    expect(meta.stats).toEqual({ numSamples: 0, numSeries: 1, numChunks: 1, numTombstones: 0 });
    expect((await open(fileSystem)).meta).toEqual(meta);
  });

  test('replaces what an interrupted writer of the same name left', async () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.files.set(`data/${ULID}.tmp-for-creation/index`, new Uint8Array(10_000));
    const writer = await create(fileSystem, []);
    await writer.finish(times);
    expect(await exposition(await open(fileSystem))).toEqual([]);
  });

  test('leaves nothing when it is abandoned', async () => {
    const fileSystem = new MemoryFileSystem();
    const writer = await create(fileSystem, ['1', 'a']);
    await writer.addSeries(labels, [chunk]);
    await writer.abandon();
    expect([await fileSystem.list('data'), fileSystem.openFiles]).toEqual([[], 0]);
  });

  test('leaves nothing when the disk is full, wherever that happens', async () => {
    let failures = 0;
    for (let after = 0; after < 200; after++) {
      const fileSystem = new MemoryFileSystem();
      fileSystem.failWrites({ after });
      const writer = await create(fileSystem, ['1', 'a']);
      try {
        await writer.addSeries(labels, [chunk]);
        await writer.finish(times);
      } catch (error) {
        failures++;
        expect(error).toMatchObject({ code: 'ENOSPC' });
        await writer.abandon();
        expect([await fileSystem.list('data'), fileSystem.openFiles]).toEqual([[], 0]);
        continue;
      }
      break;
    }
    expect(failures).toBeGreaterThan(10);
  });
});

describe('chunks of native histograms', () => {
  test('are skipped with a warning', async () => {
    const fileSystem = new MemoryFileSystem();
    const writer = await create(fileSystem, ['1', 'a']);
    const data = Uint8Array.of(0, 9, 1, 2, 3);
    await writer.addSeries(createLabels({ a: '1' }), [{ encoding: 2, data, minTime: 1, maxTime: 2 }]);
    const meta = await writer.finish({ minTime: 1, maxTime: 3, compaction: COMPACTION });
    expect(meta.stats.numSamples).toBe(9);
    const block = await open(fileSystem);
    const [ref] = await block.index.allPostings();
    const { chunks } = await block.index.series(ref);
    const samples = new SampleBuffer();
    expect(appendSamples(samples, await block.chunks.chunk(chunks[0].ref))).toEqual({
      code: 'unsupported_chunk_encoding',
      message:
        `data/${ULID}/chunks/000001: the chunk at byte 10 was skipped: ` +
        'its encoding is 2 (native histogram); only XOR is supported',
    });
    expect(samples.length).toBe(0);
  });
});

describe('corruption', () => {
  test.each(FILES)('flipped bits of %s are a CorruptionError or make no difference', async (name) => {
    const expected = await exposition(await open(promtoolBlock()));
    const length = fixture(name).length;
    // A bit of every byte. In meta.json a digit may become another one: nothing could tell.
    for (let byte = 0; byte < length; byte++) {
      const fileSystem = promtoolBlock();
      const path = `data/${ULID}/${name}`;
      const bad = fixture(name);
      bad[byte] ^= 1 << (byte % 8);
      fileSystem.files.set(path, bad);
      try {
        expect(await exposition(await open(fileSystem))).toEqual(expected);
      } catch (error) {
        expect(error).toBeInstanceOf(CorruptionError);
        expect(error).toMatchObject({ file: path });
      }
    }
  });

  test.each(FILES)('a cut %s is a CorruptionError or makes no difference', async (name) => {
    const expected = await exposition(await open(promtoolBlock()));
    for (let length = 0; length < fixture(name).length; length += 7) {
      const fileSystem = promtoolBlock();
      fileSystem.files.set(`data/${ULID}/${name}`, fixture(name).subarray(0, length));
      try {
        expect(await exposition(await open(fileSystem))).toEqual(expected);
      } catch (error) {
        expect(error).toBeInstanceOf(CorruptionError);
      }
    }
  });

  test('leaves no file open', async () => {
    const fileSystem = promtoolBlock();
    fileSystem.files.set(`data/${ULID}/chunks/000001`, new Uint8Array(3));
    await expect(open(fileSystem)).rejects.toBeInstanceOf(CorruptionError);
    expect(fileSystem.openFiles).toBe(0);
  });
});
