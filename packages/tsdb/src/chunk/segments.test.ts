import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PageCache } from '../file/page-cache.ts';
import { MemoryFileSystem } from '../testing/memory-file-system.ts';
import { chunkRef, sequenceFileName, trySequenceNumber } from './segment-format.ts';
import { SegmentReader } from './segment-reader.ts';
import { SegmentWriter } from './segment-writer.ts';

const DIRECTORY = 'block/chunks';

function cache(): PageCache {
  return new PageCache({ budgetBytes: 1 << 20, pageBytes: 64 });
}

async function write(chunks: readonly Uint8Array[], maxSegmentBytes?: number) {
  const fileSystem = new MemoryFileSystem();
  const options = { fileSystem, directory: DIRECTORY };
  const writer = new SegmentWriter(maxSegmentBytes === undefined ? options : { ...options, maxSegmentBytes });
  const refs: number[] = [];
  for (const data of chunks) refs.push(await writer.append(1, data));
  await writer.finish();
  return { fileSystem, refs };
}

/** One file 000001 with these bytes. */
function stored(bytes: Uint8Array): MemoryFileSystem {
  const fileSystem = new MemoryFileSystem();
  fileSystem.files.set(`${DIRECTORY}/000001`, bytes);
  return fileSystem;
}

const HEADER = '85bd40dd01000000';
// Length 3, encoding 1, data, CRC-32C of 01000100.
const RECORD = '0301000100';

function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

describe('chunk segments', () => {
  test('have the bytes that promtool wrote for the same chunks', async () => {
    const original = readFileSync(new URL('../testing/promtool-2.42/block/chunks/000001', import.meta.url));
    const reader = await SegmentReader.open(stored(original), DIRECTORY, cache());
    const chunks: Uint8Array[] = [];
    for (let offset = 8; offset < original.length; ) {
      const { data } = await reader.chunk(offset);
      chunks.push(data);
      offset += (data.length < 128 ? 1 : 2) + 1 + data.length + 4;
    }
    const { fileSystem } = await write(chunks);
    expect(Buffer.from(fileSystem.files.get(`${DIRECTORY}/000001`) ?? '').equals(original)).toBe(true);
  });

  test('give back chunks of all sizes by their references', async () => {
    const chunks = [0, 1, 63, 64, 65, 200, 1000].map((length) => new Uint8Array(length).fill(length));
    const { fileSystem, refs } = await write(chunks);
    const reader = await SegmentReader.open(fileSystem, DIRECTORY, cache());
    for (const [i, ref] of refs.entries()) {
      expect(await reader.chunk(ref)).toMatchObject({ encoding: 1, file: `${DIRECTORY}/000001` });
      expect([...(await reader.chunk(ref)).data]).toEqual([...chunks[i]]);
    }
    expect(reader.sizeBytes).toBe(fileSystem.files.get(`${DIRECTORY}/000001`)?.length);
    await reader.close();
    expect(fileSystem.openFiles).toBe(0);
  });

  test('are cut before a chunk that does not fit, and may be longer for one chunk', async () => {
    const lengths = [30, 30, 200, 1];
    const { fileSystem, refs } = await write(
      lengths.map((length) => new Uint8Array(length)),
      100,
    );
    expect(refs).toEqual([chunkRef(0, 8), chunkRef(0, 44), chunkRef(1, 8), chunkRef(2, 8)]);
    expect(await fileSystem.list(DIRECTORY)).toEqual(['000001', '000002', '000003']);
    const reader = await SegmentReader.open(fileSystem, DIRECTORY, cache());
    for (const [i, ref] of refs.entries()) expect((await reader.chunk(ref)).data).toHaveLength(lengths[i]);
  });

  test('are durable when the writer has finished', async () => {
    const { fileSystem } = await write([new Uint8Array(1)]);
    expect([...fileSystem.synced]).toEqual([`${DIRECTORY}/000001`, DIRECTORY]);
    expect(fileSystem.openFiles).toBe(0);
  });

  test('hold chunks of other encodings, which are given as they are', async () => {
    const { fileSystem, refs } = await write([]);
    expect(refs).toEqual([]);
    const writer = new SegmentWriter({ fileSystem, directory: DIRECTORY });
    const ref = await writer.append(3, new Uint8Array(5));
    await writer.finish();
    const reader = await SegmentReader.open(fileSystem, DIRECTORY, cache());
    expect(await reader.chunk(ref)).toMatchObject({ encoding: 3 });
  });
});

describe('names', () => {
  test.each([
    [1, '000001'],
    [999_999, '999999'],
    [1_000_000, '1000000'],
  ])('%d is %s', (number, name) => {
    expect(sequenceFileName(number)).toBe(name);
    expect(trySequenceNumber(name)).toBe(number);
  });

  test.each(['00001', 'x00001', '000001.tmp', '0000000000000001'])('%s is none', (name) => {
    expect(trySequenceNumber(name)).toBeUndefined();
  });
});

describe('corruption', () => {
  test.each([
    ['no bytes', '', 'truncated'],
    ['half a header', '85bd40dd01', 'truncated'],
    ['another magic number', '85bd40de01000000', 'bad_magic'],
    ['another version', '85bd40dd02000000', 'bad_version'],
  ])('of the header: %s', async (_name, hex, code) => {
    const fileSystem = stored(fromHex(hex));
    const opened = SegmentReader.open(fileSystem, DIRECTORY, cache());
    await expect(opened).rejects.toMatchObject({ name: 'CorruptionError', code, file: `${DIRECTORY}/000001` });
    expect(fileSystem.openFiles).toBe(0);
  });

  test('a segment is missing', async () => {
    const fileSystem = stored(fromHex(HEADER));
    fileSystem.files.set(`${DIRECTORY}/000003`, fromHex(HEADER));
    const opened = SegmentReader.open(fileSystem, DIRECTORY, cache());
    await expect(opened).rejects.toThrow('block/chunks/000002: corruption at byte 0: the segment does not exist');
  });

  test.each([
    ['at the end', 13, '', 'truncated', 13, '1 bytes expected at 13, the file has 13'],
    ['beyond the end', 99, '', 'truncated', 13, '1 bytes expected at 99, the file has 13'],
    ['in another segment', chunkRef(1, 8), '', 'bad_value', 0, 'the segment does not exist'],
    ['in the header', 7, '', 'bad_value', 7, 'a chunk reference points into the header'],
    ['cut off', 8, '', 'truncated', 8, '9 bytes expected at 8, the file has 13'],
    ['with another checksum', 8, '00000000', 'bad_checksum', 13, 'checksum 0x00000000 stored, 0x86807908 computed'],
    ['longer than any', 13, 'ffffff7f00', 'bad_value', 17, 'chunk of 268435455 bytes'],
  ])('a chunk %s', async (_name, ref, more, code, offset, reason) => {
    const reader = await SegmentReader.open(stored(fromHex(HEADER + RECORD + more)), DIRECTORY, cache());
    await expect(reader.chunk(ref)).rejects.toMatchObject({ name: 'CorruptionError', code, offset, reason });
  });

  test('a chunk of an encoding that is none', async () => {
    const fileSystem = new MemoryFileSystem();
    const writer = new SegmentWriter({ fileSystem, directory: DIRECTORY });
    const ref = await writer.append(99, new Uint8Array(1));
    await writer.finish();
    const reader = await SegmentReader.open(fileSystem, DIRECTORY, cache());
    await expect(reader.chunk(ref)).rejects.toThrow(
      'block/chunks/000001: corruption at byte 9: unknown chunk encoding 99',
    );
  });

  test('any flipped bit of a chunk is found', async () => {
    const { fileSystem } = await write([Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6)]);
    const good = fileSystem.files.get(`${DIRECTORY}/000001`) as Uint8Array;
    for (let bit = 64; bit < 64 + 9 * 8; bit++) {
      const bad = good.slice();
      bad[bit >>> 3] ^= 1 << (bit & 7);
      const reader = await SegmentReader.open(stored(bad), DIRECTORY, cache());
      await expect(reader.chunk(8)).rejects.toThrow(/corruption at byte/);
    }
  });
});
