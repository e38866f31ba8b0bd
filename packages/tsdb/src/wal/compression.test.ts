import { compressSync } from 'snappy';
import { expect, test } from 'vitest';
import { compressRecord, uncompressRecord } from './compression.ts';

test('what shrinks is compressed, what does not is kept', () => {
  const zeros = new Uint8Array(1000);
  const short = Uint8Array.of(1, 2, 3);
  const compressed = compressRecord(zeros, 'snappy');
  expect(compressed.snappy).toBe(true);
  expect([...uncompressRecord(compressed.bytes, 'f', 0)]).toEqual([...zeros]);
  expect(compressRecord(short, 'snappy')).toEqual({ bytes: short, snappy: false });
  expect(compressRecord(zeros, 'none')).toEqual({ bytes: zeros, snappy: false });
});

test.each([
  ['a claim of 4 GiB', 'ffffffff0f00', '6 bytes of snappy claim to hold 4294967295'],
  ['a claim of a little too much', 'c80100', '3 bytes of snappy claim to hold 200'],
  ['nothing', '', '1 bytes expected, 0 left'],
  ['no end of the length', 'ffff', 'the bytes end within a varint'],
  ['bytes that are no snappy', '0a0001', 'snappy: corrupt input'],
])('%s is damage', (_name, hex, reason) => {
  let caught: unknown;
  try {
    uncompressRecord(Buffer.from(hex, 'hex'), 'wal/00000000', 7);
  } catch (error) {
    caught = error;
  }
  expect(caught).toMatchObject({ name: 'CorruptionError', file: 'wal/00000000', offset: 7 });
  expect(caught).toMatchObject({ reason: expect.stringContaining(reason) });
});

test('the densest snappy there is, is taken', () => {
  const dense = compressSync(Buffer.alloc(1_000_000, 7));
  expect(1_000_000 / dense.length).toBeGreaterThan(20);
  expect(uncompressRecord(dense, 'f', 0).length).toBe(1_000_000);
});
