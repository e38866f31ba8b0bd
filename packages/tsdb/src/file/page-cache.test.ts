import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memorySource } from '../testing/memory-source.ts';
import { PageCache } from './page-cache.ts';

const BYTES = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);

function open(pages: number) {
  const cache = new PageCache({ budgetBytes: pages * 100, pageBytes: 100 });
  const source = memorySource(BYTES);
  return { cache, source, file: cache.open(source) };
}

describe('a paged file', () => {
  test('has the bytes of the source, wherever they lie', async () => {
    const property = fc.asyncProperty(fc.array(fc.tuple(fc.nat(1000), fc.nat(700))), async (views) => {
      const { file } = open(3);
      for (const [offset, length] of views) {
        if (offset + length > 1000) continue;
        const expected = Buffer.from(BYTES.slice(offset, offset + length));
        expect(await file.view(offset, length)).toEqual(expected);
        expect(file.tryView(offset, length) ?? expected).toEqual(expected);
      }
    });
    await fc.assert(property);
  });

  test('is read by whole pages, each once', async () => {
    const { file, source } = open(10);
    expect(file.tryView(10, 5)).toBeUndefined();
    await Promise.all([file.view(10, 5), file.view(20, 5), file.view(95, 10)]);
    expect(file.tryView(10, 5)).toEqual(Buffer.from(BYTES.slice(10, 15)));
    await file.view(199, 1);
    expect(source.reads).toEqual(['0+100', '100+100']);
  });

  test('is read past the cache for pieces of more than four pages', async () => {
    const { file, source } = open(10);
    await file.view(50, 500);
    expect(file.tryView(50, 5)).toBeUndefined();
    expect(source.reads).toEqual(['50+500']);
  });

  test('gives copies of bytes in several pages that are in memory', async () => {
    const { file, source } = open(3);
    await file.view(90, 20);
    expect(file.tryView(95, 10)).toEqual(Buffer.from(BYTES.slice(95, 105)));
    expect(file.tryView(195, 10)).toBeUndefined();
    expect(source.reads).toEqual(['0+100', '100+100']);
  });

  test('remembers which records are in order, each by its first byte, while their page is there', async () => {
    const { file } = open(1);
    await file.view(0, 1);
    const page = file.tryPage(0);
    page?.noteVerified(20);
    page?.noteVerified(37);
    expect([19, 20, 21, 36, 37, 53].map((start) => page?.isVerified(start))).toEqual([
      false,
      true,
      false,
      false,
      true,
      false,
    ]);
    page?.noteVerified(40);
    expect([37, 40].map((start) => page?.isVerified(start))).toEqual([false, true]);
    await file.view(500, 1);
    await file.view(0, 1);
    expect(file.tryPage(0)?.isVerified(20)).toBe(false);
  });

  test('gives views that outlive their pages', async () => {
    const { file } = open(1);
    const view = await file.view(0, 3);
    await file.view(500, 3);
    expect([...view]).toEqual([0, 1, 2]);
  });

  test.each([
    [-1, 5],
    [1000, 1],
    [990, 20],
    [2 ** 53, 1],
  ])('has nothing at %d, %d bytes', async (offset, length) => {
    const { file } = open(1);
    expect(() => file.tryView(offset, length)).toThrow(/^file: corruption at byte/);
    await expect(file.view(offset, length)).rejects.toMatchObject({ code: 'truncated' });
  });

  test('tries again after a read that failed', async () => {
    const { cache } = open(10);
    const source = memorySource(BYTES);
    const { read } = source;
    source.read = () => Promise.reject(new Error('EIO'));
    const file = cache.open(source);
    await expect(file.view(0, 1)).rejects.toThrow('EIO');
    source.read = read;
    expect(await file.view(1, 1)).toEqual(Buffer.of(1));
  });
});

describe('the cache', () => {
  test('keeps no more than its budget, and what was asked for again', async () => {
    const { file, source } = open(3);
    for (const page of [0, 1, 2]) await file.view(page * 100, 1);
    await file.view(300, 1);
    file.tryView(200, 1);
    await file.view(400, 1);
    const kept = [0, 1, 2, 3, 4].filter((page) => file.tryView(page * 100, 1) !== undefined);
    expect(kept).toEqual([2, 3, 4]);
    expect(source.reads).toHaveLength(5);
  });

  test('is shared by files', async () => {
    const { cache, file } = open(1);
    const other = cache.open(memorySource(BYTES));
    await file.view(0, 1);
    await other.view(0, 1);
    expect([file.tryView(0, 1), other.tryView(0, 1)?.length]).toEqual([undefined, 1]);
  });

  test('forgets the pages of a closed file', async () => {
    const { file, source } = open(3);
    await file.view(0, 1);
    await file.close();
    expect([file.tryView(0, 1), source.isClosed]).toEqual([undefined, true]);
  });
});
