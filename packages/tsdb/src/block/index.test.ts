import { compareLabels, compareUtf8, createLabels, type Labels } from '@hearth/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChunkMeta } from '../chunk/chunk.ts';
import { CorruptionError } from '../encoding/corruption-error.ts';
import { PageCache } from '../file/page-cache.ts';
import { MemoryFileSystem } from '../testing/memory-file-system.ts';
import { memorySource } from '../testing/memory-source.ts';
import { IndexReader } from './index-reader.ts';
import { IndexWriter } from './index-writer.ts';

interface Series {
  readonly labels: Labels;
  readonly chunks: readonly ChunkMeta[];
}

const neverRests = () => undefined;

/** Series with these labels, sorted, each with a chunk. */
function seriesOf(...labels: readonly Readonly<Record<string, string>>[]): Series[] {
  const sorted = labels.map((record) => createLabels(record)).sort(compareLabels);
  return sorted.map((set, i) => ({ labels: set, chunks: [{ ref: 8 + i, minTime: i, maxTime: i + 10 }] }));
}

function symbolsOf(series: readonly Series[]): string[] {
  const texts = series.flatMap(({ labels }) => [...labels].flatMap(({ name, value }) => [name, value]));
  return [...new Set(['', ...texts])].sort(compareUtf8);
}

async function write(series: readonly Series[]): Promise<Uint8Array> {
  const fileSystem = new MemoryFileSystem();
  const options = { fileSystem, path: 'index', symbols: symbolsOf(series), pace: neverRests };
  const writer = await IndexWriter.create(options);
  for (const { labels, chunks } of series) await writer.addSeries(labels, chunks);
  await writer.finish();
  expect([fileSystem.openFiles, fileSystem.synced.has('index')]).toEqual([0, true]);
  return fileSystem.files.get('index') as Uint8Array;
}

function open(bytes: Uint8Array): Promise<IndexReader> {
  const cache = new PageCache({ budgetBytes: 1 << 16, pageBytes: 128 });
  return IndexReader.open(cache.open(memorySource(bytes, 'index')), neverRests);
}

/** All that an index tells. */
async function contents(index: IndexReader) {
  const names = await Promise.all(
    index.labelNames.map(async (name) => {
      const values = await index.labelValues(name);
      return {
        name,
        count: index.valueCount(name),
        values,
        postings: (await index.postings(name, values)).map((refs) => [...refs]),
        seriesCounts: await index.seriesCounts(name),
      };
    }),
  );
  const refs = [...(await index.allPostings())];
  const series = await Promise.all(refs.map((ref) => index.series(ref)));
  const symbols = await index.symbols(0, index.symbolCount);
  return { names, refs, series: series.map(({ labels, chunks }) => ({ labels: [...labels], chunks })), symbols };
}

/** The same, worked out from the series and their references. */
function naiveContents(series: readonly Series[], refs: readonly number[]) {
  const pairs = series.flatMap(({ labels }, i) => [...labels].map((label) => ({ ...label, ref: refs[i] })));
  const names = [...new Set(pairs.map(({ name }) => name))].sort(compareUtf8).map((name) => {
    const ofName = pairs.filter((pair) => pair.name === name);
    const values = [...new Set(ofName.map(({ value }) => value))].sort(compareUtf8);
    const postings = values.map((value) => ofName.filter((pair) => pair.value === value).map(({ ref }) => ref));
    const seriesCounts = values.map((value, i) => ({ value, seriesCount: postings[i].length }));
    return { name, count: values.length, values, postings, seriesCounts };
  });
  const entries = series.map(({ labels, chunks }) => ({ labels: [...labels], chunks }));
  return { names, refs, series: entries, symbols: symbolsOf(series) };
}

const chunkMetas: fc.Arbitrary<ChunkMeta[]> = fc
  .tuple(
    fc.integer({ min: -(2 ** 50), max: 2 ** 50 }),
    fc.nat(2 ** 40),
    fc.array(fc.record({ gap: fc.integer({ min: 1, max: 2 ** 31 }), length: fc.nat(2 ** 31), step: fc.nat(2 ** 20) })),
  )
  .map(([start, firstRef, steps]) => {
    let time = start;
    let ref = firstRef;
    return steps.map(({ gap, length, step }) => {
      const minTime = time + gap;
      time = minTime + length;
      ref += step + 1;
      return { ref, minTime, maxTime: time };
    });
  });

const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'job', '__name__') },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1 }) },
);
const value = fc.oneof({ weight: 3, arbitrary: fc.nat(200).map(String) }, { weight: 1, arbitrary: word });

const anySeries: fc.Arbitrary<Series[]> = fc
  .array(fc.tuple(fc.dictionary(word, value, { minKeys: 1, maxKeys: 5 }), chunkMetas), { maxLength: 150 })
  .map((list) => {
    const byKey = new Map(
      list.map(([record, chunks]) => [createLabels(record).key, { labels: createLabels(record), chunks }]),
    );
    return [...byKey.values()].sort((a, b) => compareLabels(a.labels, b.labels));
  });

describe('an index', () => {
  test('tells what was written', async () => {
    const property = fc.asyncProperty(anySeries, async (series) => {
      const index = await open(await write(series));
      const found = await contents(index);
      expect(found.refs).toHaveLength(series.length);
      expect(found).toEqual(naiveContents(series, found.refs));
    });
    await fc.assert(property, { numRuns: 60 });
  });

  test('without series is an index', async () => {
    const index = await open(await write([]));
    expect(await contents(index)).toEqual({ names: [], refs: [], series: [], symbols: [''] });
  });

  test('orders names and values as UTF-8 bytes, where UTF-16 units would order otherwise', async () => {
    const series = seriesOf({ a: '\u{10000}' }, { a: '\uffee' }, { a: 'z' });
    const index = await open(await write(series));
    expect(await index.labelValues('a')).toEqual(['z', '\uffee', '\u{10000}']);
    const [[first], [second]] = await index.postings('a', ['\uffee', '\u{10000}']);
    expect((await index.series(first)).labels.get('a')).toBe('\uffee');
    expect((await index.series(second)).labels.get('a')).toBe('\u{10000}');
  });

  test('finds values among many, in any order, and knows those that are not there', async () => {
    const values = Array.from({ length: 1000 }, (_, i) => String(2 * i).padStart(4, '0'));
    const index = await open(await write(seriesOf(...values.map((v) => ({ v })))));
    const asked = ['1998', '0000', '0001', '', '9999', '1000', '0062', '0064', '0064'];
    const found = await index.postings('v', asked);
    expect(found.map(({ length }) => length)).toEqual([1, 1, 0, 0, 0, 1, 1, 1, 1]);
    expect((await index.series(found[5][0])).labels.get('v')).toBe('1000');
    expect(await index.postings('w', ['a', 'b'])).toEqual([new Uint32Array(0), new Uint32Array(0)]);
    expect(index.valueCount('w')).toBe(0);
    expect(await index.labelValues('w')).toEqual([]);
  });

  test('holds neither symbols nor series in memory: what is asked for is read', async () => {
    const series = seriesOf(
      ...Array.from({ length: 5000 }, (_, i) => ({ instance: `host-${i}.example.org`, job: 'x' })),
    );
    const source = memorySource(await write(series));
    const cache = new PageCache({ budgetBytes: 4096, pageBytes: 1024 });
    const index = await IndexReader.open(cache.open(source), neverRests);
    const readsBefore = source.reads.length;
    const [[ref]] = await index.postings('instance', ['host-4242.example.org']);
    expect((await index.series(ref)).labels.get('job')).toBe('x');
    const bytesRead = source.reads.slice(readsBefore).map((read) => Number(read.split('+')[1]));
    expect(bytesRead.reduce((a, b) => a + b)).toBeLessThan(16 * 1024);
  });

  test('rests as it is told, while it looks up many values', async () => {
    const values = Array.from({ length: 1000 }, (_, i) => String(i));
    let rests = 0;
    const pace = () => {
      rests++;
      return rests % 2 === 0 ? Promise.resolve() : undefined;
    };
    const cache = new PageCache({ budgetBytes: 1 << 20 });
    const bytes = await write(seriesOf(...values.map((v) => ({ v }))));
    const index = await IndexReader.open(cache.open(memorySource(bytes)), pace);
    expect(await index.postings('v', values)).toHaveLength(1000);
    expect(rests).toBeGreaterThan(1000);
  });

  test('rests as it is told, while it writes', async () => {
    const series = seriesOf(...Array.from({ length: 3000 }, (_, i) => ({ instance: String(i) })));
    const fileSystem = new MemoryFileSystem();
    let rests = 0;
    const pace = () => {
      rests++;
      return rests % 2 === 0 ? Promise.resolve() : undefined;
    };
    const writer = await IndexWriter.create({ fileSystem, path: 'index', symbols: symbolsOf(series), pace });
    for (const { labels, chunks } of series) await writer.addSeries(labels, chunks);
    await writer.finish();
    expect(rests).toBeGreaterThan(10);
    expect((await open(fileSystem.files.get('index') as Uint8Array)).symbolCount).toBe(3002);
  });
});

describe('misuse', () => {
  async function writer(symbols: readonly string[]): Promise<IndexWriter> {
    return IndexWriter.create({ fileSystem: new MemoryFileSystem(), path: 'index', symbols, pace: neverRests });
  }
  const a1 = createLabels({ a: '1' });

  test.each([[['b', 'a']], [['a', 'a']], [['\u{10000}', '\uffee']]])('symbols %j', async (symbols) => {
    await expect(writer(symbols)).rejects.toThrow(/^BUG: symbol .* after /);
  });

  test('series out of order', async () => {
    const index = await writer(['1', 'a']);
    await index.addSeries(a1, []);
    await expect(index.addSeries(a1, [])).rejects.toThrow('BUG: series {a="1"} after {a="1"}');
  });

  test('a label that is no symbol', async () => {
    await expect((await writer(['a'])).addSeries(a1, [])).rejects.toThrow('BUG: "1" is no symbol of this index');
  });

  test.each([
    ['chunk ends at 1 and starts at 2', [{ ref: 1, minTime: 2, maxTime: 1 }]],
    [
      'chunk 2 at 5 after chunk 1 that ends at 5',
      [
        { ref: 1, minTime: 1, maxTime: 5 },
        { ref: 2, minTime: 5, maxTime: 6 },
      ],
    ],
    [
      'chunk 1 at 6 after chunk 1 that ends at 5',
      [
        { ref: 1, minTime: 1, maxTime: 5 },
        { ref: 1, minTime: 6, maxTime: 6 },
      ],
    ],
  ])('%s', async (message, chunks) => {
    await expect((await writer(['1', 'a'])).addSeries(a1, chunks)).rejects.toThrow(`BUG: ${message}`);
  });
});

describe('corruption', () => {
  const series = seriesOf({ a: '1', b: 'x' }, { a: '2', b: 'x' }, { a: '3', c: 'y' });

  test.each([
    ['no bytes', (bytes: Uint8Array) => bytes.subarray(0, 0), 'truncated'],
    ['a header alone', (bytes: Uint8Array) => bytes.subarray(0, 5), 'truncated'],
    ['another magic number', (bytes: Uint8Array) => bytes.with(0, 0), 'bad_magic'],
    ['version 1', (bytes: Uint8Array) => bytes.with(4, 1), 'bad_version'],
    ['a cut tail', (bytes: Uint8Array) => bytes.subarray(0, -1), 'bad_checksum'],
  ])('%s', async (_name, damage, code) => {
    const bytes = await write(series);
    await expect(open(damage(bytes))).rejects.toMatchObject({ name: 'CorruptionError', code, file: 'index' });
  });

  test('closes the file', async () => {
    const source = memorySource(new Uint8Array(100), 'index');
    const file = new PageCache({ budgetBytes: 1000 }).open(source);
    await expect(IndexReader.open(file, neverRests)).rejects.toThrow('corruption');
    expect(source.isClosed).toBe(true);
  });

  test('a reference that points nowhere', async () => {
    const index = await open(await write(series));
    const valid = new Set(await index.allPostings());
    for (const ref of [...Array(100).keys(), 0xffffffff]) {
      if (!valid.has(ref)) await expect(index.series(ref)).rejects.toBeInstanceOf(CorruptionError);
    }
  });

  test('flipped bits and cut tails are a CorruptionError or make no difference', async () => {
    const good = await write(series);
    const expected = await contents(await open(good));
    const read = async (bytes: Uint8Array) => {
      try {
        expect(await contents(await open(bytes))).toEqual(expected);
      } catch (error) {
        if (!(error instanceof CorruptionError)) throw error;
      }
    };
    for (let bit = 0; bit < good.length * 8; bit++) {
      const bad = good.slice();
      bad[bit >>> 3] ^= 1 << (bit & 7);
      await read(bad);
    }
    for (let length = 0; length < good.length; length++) await read(good.subarray(0, length));
  });

  test('two flipped bits as well', async () => {
    const good = await write(series);
    const expected = await contents(await open(good));
    const bit = fc.nat(good.length * 8 - 1);
    const property = fc.asyncProperty(bit, bit, async (first, second) => {
      fc.pre(first !== second);
      const bad = good.slice();
      bad[first >>> 3] ^= 1 << (first & 7);
      bad[second >>> 3] ^= 1 << (second & 7);
      try {
        expect(await contents(await open(bad))).toEqual(expected);
      } catch (error) {
        if (!(error instanceof CorruptionError)) throw error;
      }
    });
    await fc.assert(property, { numRuns: 300 });
  });
});
