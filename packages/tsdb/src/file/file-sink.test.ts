import { expect, test } from 'vitest';
import { crc32c } from '../encoding/checksum.ts';
import { MemoryFileSystem } from '../testing/memory-file-system.ts';
import { FileSink, replaceFile } from './file-sink.ts';

test('writes what was appended, with checksums over flushes', async () => {
  const fileSystem = new MemoryFileSystem();
  const sink = await FileSink.create(fileSystem, 'a');
  sink.out.uint8(1);
  sink.padTo(4);
  sink.beginSum();
  for (let i = 0; i < 100; i++) {
    sink.out.bytes(new Uint8Array(10_000).fill(i));
    if (sink.isFull) await sink.flush();
  }
  expect(sink.position).toBe(4 + 1_000_000);
  sink.endSum();
  await sink.finish();

  const bytes = Buffer.from(fileSystem.files.get('a') ?? '');
  expect(bytes.subarray(0, 4).toString('hex')).toBe('01000000');
  expect(bytes.readUInt32BE(1_000_004)).toBe(crc32c(bytes.subarray(4, 1_000_004)));
  expect([bytes.length, fileSystem.openFiles, fileSystem.synced.has('a')]).toEqual([1_000_008, 0, true]);
});

test('a replaced file is durable under its name', async () => {
  const fileSystem = new MemoryFileSystem();
  await replaceFile(fileSystem, 'dir/a', Uint8Array.of(1, 2, 3));
  await replaceFile(fileSystem, 'dir/a', Uint8Array.of(4));
  expect([...(fileSystem.files.get('dir/a') ?? [])]).toEqual([4]);
  expect(await fileSystem.list('dir')).toEqual(['a']);
  expect(fileSystem.synced.has('dir')).toBe(true);
});

test('a replacement that fails leaves the old file', async () => {
  const fileSystem = new MemoryFileSystem();
  await replaceFile(fileSystem, 'dir/a', Uint8Array.of(1, 2, 3));
  fileSystem.failWrites({ after: 1 });
  await expect(replaceFile(fileSystem, 'dir/a', Uint8Array.of(4, 5))).rejects.toMatchObject({ code: 'ENOSPC' });
  expect([...(fileSystem.files.get('dir/a') ?? [])]).toEqual([1, 2, 3]);
  expect(fileSystem.openFiles).toBe(0);
});
