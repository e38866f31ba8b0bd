import { expect, test } from 'vitest';
import {
  deleteTemporaryCheckpoints,
  listCheckpoints,
  listSegments,
  logDirectoryOfPath,
  segmentOfPath,
  segmentPath,
} from './segments.ts';
import { MemoryDisk } from './testing/memory-disk.ts';

function diskWith(...names: string[]): MemoryDisk {
  const disk = new MemoryDisk();
  for (const name of names) disk.put(`/wal/${name}`, Buffer.alloc(0));
  return disk;
}

test('segments are files named by eight digits or more; everything else is ignored', async () => {
  const disk = diskWith(
    '00000010',
    '00000009',
    '00000011',
    '00000012.corrupt',
    '00000003.repair',
    '0000001',
    '-0000001',
    'checkpoint.00000008/00000000',
    'checkpoint.00000007.tmp/00000000',
    'checkpoint.00000006.corrupt/00000000',
  );
  expect(await listSegments(disk, '/wal')).toEqual([9, 10, 11]);
  expect(await listCheckpoints(disk, '/wal')).toEqual([{ segment: 8, directory: '/wal/checkpoint.00000008' }]);
});

test('a gap is refused', async () => {
  await expect(listSegments(diskWith('00000001', '00000003'), '/wal')).rejects.toMatchObject({
    code: 'missing_segment',
    message: '/wal: segment 2 is missing before 3',
  });
});

test('checkpoints are in the order of their numbers', async () => {
  const disk = diskWith(
    'checkpoint.00000010/00000000',
    'checkpoint.00000009/00000000',
    'checkpoint.123456789/00000000',
  );
  expect((await listCheckpoints(disk, '/wal')).map(({ segment }) => segment)).toEqual([9, 10, 123456789]);
});

test('unfinished checkpoints are deleted, and nothing else', async () => {
  const disk = diskWith('checkpoint.00000007.tmp/00000000', 'checkpoint.00000006.corrupt/00000000', '00000008.tmp');
  await deleteTemporaryCheckpoints(disk, '/wal');
  expect([...disk.files.keys()]).toEqual(['/wal/checkpoint.00000006.corrupt/00000000', '/wal/00000008.tmp']);
});

test('paths', () => {
  expect(segmentPath('/wal', 7)).toBe('/wal/00000007');
  expect(segmentPath('/wal', 123456789)).toBe('/wal/123456789');
  expect(segmentOfPath('/wal/00000007')).toBe(7);
  expect(() => segmentOfPath('/wal/lock')).toThrow(/^BUG: /);
  expect(logDirectoryOfPath('/wal/00000007')).toBe('/wal');
  expect(logDirectoryOfPath('/wal/checkpoint.00000003/00000000')).toBe('/wal');
});
