import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CorruptionError } from '../encoding/corruption-error.ts';
import { PageCache } from '../file/page-cache.ts';
import { MemoryFileSystem } from '../testing/memory-file-system.ts';
import type { HeadChunk, HeadChunkMeta } from './head-chunk-format.ts';
import { HeadChunks } from './head-chunks.ts';
import { chunkRef } from './segment-format.ts';

const DIRECTORY = 'data/chunks_head';

function open(fileSystem: MemoryFileSystem, maxFileBytes?: number): Promise<HeadChunks> {
  const cache = new PageCache({ budgetBytes: 1 << 16, pageBytes: 128 });
  const options = { fileSystem, directory: DIRECTORY, cache };
  return HeadChunks.open(maxFileBytes === undefined ? options : { ...options, maxFileBytes });
}

function chunk(seriesRef: number, dataLength = 20): HeadChunk {
  const data = new Uint8Array(dataLength).fill(seriesRef);
  data.set([0, 7]);
  return { seriesRef, minTime: -5, maxTime: 1_700_000_000_000, encoding: 1, isOutOfOrder: seriesRef % 2 === 0, data };
}

async function scanned(chunks: HeadChunks): Promise<HeadChunkMeta[]> {
  const found: HeadChunkMeta[] = [];
  await chunks.scan((meta) => found.push(meta));
  return found;
}

function bytesOf(fileSystem: MemoryFileSystem, name: string): Buffer {
  return Buffer.from(fileSystem.files.get(`${DIRECTORY}/${name}`) ?? '');
}

describe('head chunks', () => {
  test('have the bytes of the format', async () => {
    const fileSystem = new MemoryFileSystem();
    const chunks = await open(fileSystem);
    chunks.append({ ...chunk(2, 3), maxTime: 1 });
    await chunks.close();
    const record = ['0000000000000002', 'fffffffffffffffb', '0000000000000001', '81', '03', '000702', 'f2640ea3'];
    expect(bytesOf(fileSystem, '000001').toString('hex')).toBe(['0130bc91', '01', '000000', ...record].join(''));
  });

  test('can be read at once, after a flush and after reopening', async () => {
    const fileSystem = new MemoryFileSystem();
    const chunks = await open(fileSystem, 1000);
    const refs = new Map<number, number>();
    const expectAll = async (from: HeadChunks) => {
      for (const [series, ref] of refs) {
        const { data, encoding } = await from.chunk(ref);
        expect([encoding, [...data]]).toEqual([1, [...chunk(series, series * 3).data]]);
      }
    };
    for (let series = 1; series < 60; series++) {
      refs.set(series, chunks.append(chunk(series, series * 3)));
      if (series % 7 === 0) {
        const flushed = chunks.flush();
        await expectAll(chunks);
        await flushed;
      }
      await expectAll(chunks);
    }
    await chunks.close();
    expect(fileSystem.openFiles).toBe(0);

    const reopened = await open(fileSystem);
    const found = await scanned(reopened);
    expect(found.map(({ seriesRef, ref }) => [seriesRef, ref])).toEqual([...refs]);
    expect(found[3]).toEqual({
      ref: refs.get(4),
      seriesRef: 4,
      minTime: -5,
      maxTime: 1_700_000_000_000,
      encoding: 1,
      isOutOfOrder: true,
      sampleCount: 7,
    });
    await expectAll(reopened);
  });

  test('go to a new file when one is full, when it is cut, and after reopening', async () => {
    const fileSystem = new MemoryFileSystem();
    const chunks = await open(fileSystem, 150);
    const refs = [chunks.append(chunk(1)), chunks.append(chunk(2)), chunks.append(chunk(3))];
    chunks.cut();
    refs.push(chunks.append(chunk(4)));
    await chunks.close();
    const reopened = await open(fileSystem, 150);
    refs.push(reopened.append(chunk(5)));
    expect(refs).toEqual([chunkRef(1, 8), chunkRef(1, 58), chunkRef(2, 8), chunkRef(3, 8), chunkRef(4, 8)]);
    await reopened.close();
    expect(await fileSystem.list(DIRECTORY)).toEqual(['000001', '000002', '000003', '000004']);
  });

  test('are removed file by file', async () => {
    const fileSystem = new MemoryFileSystem();
    const chunks = await open(fileSystem);
    const refs = [1, 2, 3].map((series) => {
      chunks.cut();
      return chunks.append(chunk(series));
    });
    await chunks.flush();
    await chunks.removeBefore(9);
    expect(await fileSystem.list(DIRECTORY)).toEqual(['000003']);
    await expect(chunks.chunk(refs[0])).rejects.toThrow('data/chunks_head/000001: corruption at byte 0');
    expect((await chunks.chunk(refs[2])).data).toHaveLength(20);
    await chunks.close();
    expect(await scanned(await open(fileSystem))).toHaveLength(1);
  });

  test('are kept when a flush fails, and written by the next one', async () => {
    const fileSystem = new MemoryFileSystem();
    const chunks = await open(fileSystem);
    const ref = chunks.append(chunk(9, 500));
    fileSystem.failWrites({ after: 1 });
    await expect(chunks.flush()).rejects.toMatchObject({ code: 'ENOSPC' });
    expect((await chunks.chunk(ref)).data).toHaveLength(500);
    fileSystem.failWrites({ after: Infinity });
    await chunks.close();
    expect(await scanned(await open(fileSystem))).toMatchObject([{ seriesRef: 9, ref }]);
  });

  test('end with a whole chunk after every flush, as a process that dies leaves them', async () => {
    const fileSystem = new MemoryFileSystem();
    const chunks = await open(fileSystem);
    for (let series = 1; series < 30; series++) {
      chunks.append(chunk(series, series * 5));
      await chunks.flush();
      const copy = new MemoryFileSystem();
      copy.files.set(`${DIRECTORY}/000001`, bytesOf(fileSystem, '000001'));
      expect(await scanned(await open(copy))).toHaveLength(series);
    }
  });

  test('ask for a flush when a megabyte waits', async () => {
    const chunks = await open(new MemoryFileSystem());
    expect(chunks.isFull).toBe(false);
    chunks.append(chunk(1, 1 << 20));
    expect(chunks.isFull).toBe(true);
    await chunks.flush();
    expect(chunks.isFull).toBe(false);
  });
});

describe('what a crash leaves behind', () => {
  test.each([
    ['no bytes', ''],
    ['half a magic number', '0130'],
    ['preallocated zeros', '00'.repeat(100)],
  ])('a last file of %s is removed', async (_name, hex) => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.files.set(`${DIRECTORY}/000007`, Buffer.from(hex, 'hex'));
    const chunks = await open(fileSystem);
    expect(await scanned(chunks)).toEqual([]);
    expect(await fileSystem.list(DIRECTORY)).toEqual([]);
  });

  test.each([1, 23, 24, 33, 34, 1000])('%d zeros after the last chunk', async (count) => {
    const fileSystem = await filled(2);
    const grown = Buffer.concat([bytesOf(fileSystem, '000001'), Buffer.alloc(count)]);
    fileSystem.files.set(`${DIRECTORY}/000001`, grown);
    expect(await scanned(await open(fileSystem))).toHaveLength(2);
  });

  test('a chunk that ends early: those before it are good', async () => {
    const fileSystem = await filled(3);
    fileSystem.files.set(`${DIRECTORY}/000001`, bytesOf(fileSystem, '000001').subarray(0, -1));
    const found: number[] = [];
    const chunks = await open(fileSystem);
    const scan = chunks.scan(({ seriesRef }) => found.push(seriesRef));
    await expect(scan).rejects.toMatchObject({ code: 'truncated', file: `${DIRECTORY}/000001` });
    expect(found).toEqual([1, 2]);
  });
});

describe('corruption', () => {
  test('is set aside with all files after it', async () => {
    const fileSystem = await filled(1, 2, 3);
    const bad = bytesOf(fileSystem, '000002');
    bad[20] ^= 1;
    fileSystem.files.set(`${DIRECTORY}/000002`, bad);
    const chunks = await open(fileSystem);
    const error = await scanned(chunks).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CorruptionError);
    const number = chunks.fileNumberOf(error as CorruptionError);
    expect(number).toBe(2);
    const third = bytesOf(fileSystem, '000003');
    expect(await chunks.setAsideFrom(2)).toEqual([`${DIRECTORY}/000002.corrupt`, `${DIRECTORY}/000003.corrupt`]);
    expect(bytesOf(fileSystem, '000002.corrupt')).toEqual(bad);
    expect(bytesOf(fileSystem, '000003.corrupt')).toEqual(third);
    expect(await scanned(chunks)).toHaveLength(1);
    expect(chunks.append(chunk(8))).toBe(chunkRef(2, 8));
  });

  test('is set aside beside what was set aside before', async () => {
    const fileSystem = await filled(1);
    fileSystem.files.set(`${DIRECTORY}/000001.corrupt`, Buffer.of(1));
    const chunks = await open(fileSystem);
    expect(await chunks.setAsideFrom(1)).toEqual([`${DIRECTORY}/000001.2.corrupt`]);
    expect(bytesOf(fileSystem, '000001.corrupt')).toEqual(Buffer.of(1));
  });

  test('a file is missing', async () => {
    const fileSystem = await filled(1, 1, 1);
    await fileSystem.remove(`${DIRECTORY}/000002`);
    await expect(scanned(await open(fileSystem))).rejects.toThrow(
      '000002: corruption at byte 0: the head chunk file does',
    );
  });

  test('flipped bits and cut tails are a CorruptionError or fewer chunks, never wrong ones', async () => {
    const fileSystem = await filled(3);
    const good = bytesOf(fileSystem, '000001');
    const expected = (await scanned(await open(fileSystem))).map((meta) => JSON.stringify(meta));
    const property = fc.asyncProperty(fc.nat(good.length * 8 - 1), fc.nat(good.length), async (bit, length) => {
      const bad = Buffer.from(good);
      bad[bit >>> 3] ^= 1 << (bit & 7);
      fileSystem.files.set(`${DIRECTORY}/000001`, bad.subarray(0, length));
      const found: HeadChunkMeta[] = [];
      await (await open(fileSystem))
        .scan((meta) => found.push(meta))
        .catch((error: unknown) => {
          expect(error).toBeInstanceOf(CorruptionError);
        });
      expect(found.map((meta) => JSON.stringify(meta))).toEqual(expected.slice(0, found.length));
    });
    await fc.assert(property, { numRuns: 500 });
  });

  test.each([
    ['beyond the end', chunkRef(1, 10_000)],
    ['between chunks', chunkRef(1, 60)],
    ['in no file', chunkRef(9, 8)],
  ])('a reference that points %s', async (_name, ref) => {
    const chunks = await open(await filled(3));
    await expect(chunks.chunk(ref)).rejects.toBeInstanceOf(CorruptionError);
  });

  test('series reference 0 would read as the end of the file', async () => {
    const chunks = await open(new MemoryFileSystem());
    expect(() => chunks.append(chunk(0))).toThrow('BUG: series reference 0');
  });
});

/** A directory with files of so many chunks. */
async function filled(...counts: readonly number[]): Promise<MemoryFileSystem> {
  const fileSystem = new MemoryFileSystem();
  const chunks = await open(fileSystem);
  let series = 0;
  for (const count of counts) {
    chunks.cut();
    for (let i = 0; i < count; i++) chunks.append(chunk(++series));
  }
  await chunks.close();
  return fileSystem;
}
