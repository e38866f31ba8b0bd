import { describe, expect, test } from 'vitest';
import { openWal } from './open-wal.ts';
import { readWal } from './read-wal.ts';
import { PAGE_SIZE } from './segment-format.ts';
import { segmentPath } from './segments.ts';
import { type DiskOperation, MemoryDisk } from './testing/memory-disk.ts';
import { collect, encoded, type PlainRecord, sample } from './testing/plain-records.ts';
import { LOG } from './testing/small-log.ts';
import type { Wal, WalOptions } from './wal.ts';

const FIRST = segmentPath(LOG, 0);

/** A commit of two records, 4 KB in all, different for each `n`. */
function commit(n: number): PlainRecord[] {
  const samples = Array.from({ length: 200 }, (_, i) => sample(i + 1, n, Math.sqrt(n + i)));
  return [{ samples }, { samples: samples.toReversed() }];
}

function log(wal: Wal, n: number): Promise<void> {
  return wal.log(commit(n).flatMap(encoded));
}

function open(disk: MemoryDisk, options: WalOptions = {}): Promise<Wal> {
  return openWal(LOG, { fileSystem: disk, compression: 'none', ...options });
}

async function readable(disk: MemoryDisk): Promise<PlainRecord[]> {
  return collect(readWal(LOG, { fileSystem: disk }));
}

function failing(operation: DiskOperation, code: string, path = FIRST) {
  return (each: DiskOperation, at: string) => (each === operation && at === path ? code : undefined);
}

describe('a full disk', () => {
  test('at any byte: the commit is refused, nothing of it stays, and the log goes on once there is room', async () => {
    const size = (await smallLogLength()) + 1;
    for (let free = 0; free < size; free += free < 20 || free > size - 20 ? 1 : 97) {
      const disk = new MemoryDisk();
      const wal = await open(disk);
      await log(wal, 1);
      const { length } = disk.content(FIRST);
      disk.faults = { freeBytes: free };
      await expect(log(wal, 2)).rejects.toMatchObject({ name: 'WalError', code: 'disk_full', file: FIRST });
      await expect(log(wal, 3)).rejects.toMatchObject({ code: 'disk_full' });
      expect(disk.content(FIRST).length).toBe(length);
      disk.faults = {};
      await log(wal, 4);
      expect(await readable(disk)).toEqual([...commit(1), ...commit(4)]);
    }
  });

  async function smallLogLength(): Promise<number> {
    const disk = new MemoryDisk();
    await log(await open(disk), 2);
    return disk.content(FIRST).length - 1;
  }

  test('says what could not be written, where and why', async () => {
    const disk = new MemoryDisk();
    const wal = await open(disk);
    disk.faults = { freeBytes: 100 };
    await expect(log(wal, 1)).rejects.toThrow(`${FIRST}: 4219 bytes cannot be written at byte 100: ENOSPC: ${FIRST}`);
  });

  test('commits that were written together are refused together', async () => {
    const disk = new MemoryDisk();
    const wal = await open(disk);
    disk.faults = { freeBytes: 7000 };
    const outcomes = await Promise.allSettled([log(wal, 1), log(wal, 2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    disk.faults = {};
    await log(wal, 3);
    expect(await readable(disk)).toEqual(commit(3));
  });

  test('when the next segment cannot be made, the present one stays', async () => {
    const disk = new MemoryDisk();
    const wal = await open(disk, { segmentSize: PAGE_SIZE });
    for (let n = 1; n <= 7; n++) await log(wal, n);
    disk.faults = { failing: failing('open', 'ENOSPC', segmentPath(LOG, 1)) };
    await expect(log(wal, 8)).rejects.toMatchObject({ code: 'disk_full' });
    disk.faults = { failing: failing('truncate', 'ENOSPC') };
    await expect(log(wal, 9)).rejects.toMatchObject({ code: 'disk_full' });
    disk.faults = {};
    await log(wal, 10);
    expect(wal.end.segment).toBe(1);
    expect(await readable(disk)).toEqual([1, 2, 3, 4, 5, 6, 7, 10].flatMap(commit));
  });
});

describe('a disk that fails', () => {
  test.each([
    ['EIO', 'io_error'],
    ['EROFS', 'read_only'],
    ['EDQUOT', 'disk_full'],
  ])('%s is %s, and the cause is kept', async (systemCode, code) => {
    const disk = new MemoryDisk();
    const wal = await open(disk);
    disk.faults = { failing: failing('write', systemCode) };
    await expect(log(wal, 1)).rejects.toMatchObject({ code, cause: { code: systemCode } });
  });

  test('when half a commit cannot be taken back, nothing is written behind it', async () => {
    const disk = new MemoryDisk();
    const wal = await open(disk);
    await log(wal, 1);
    disk.faults = { freeBytes: 3000, failing: failing('truncate', 'EIO') };
    await expect(log(wal, 2)).rejects.toMatchObject({ code: 'disk_full' });
    disk.faults = { failing: failing('truncate', 'EIO') };
    await expect(log(wal, 3)).rejects.toMatchObject({ code: 'io_error' });
    // A crash now: the half is cut off by the next open, but for records that are whole.
    const afterCrash = disk.clone();
    await open(afterCrash);
    expect(await readable(afterCrash)).toEqual([...commit(1), commit(2)[0]]);

    disk.faults = {};
    await log(wal, 4);
    await wal.close();
    expect(await readable(disk)).toEqual([...commit(1), ...commit(4)]);
  });

  test('a write that takes no bytes is an error, not a loop', async () => {
    const disk = new MemoryDisk();
    const takesNothing = {
      list: disk.list.bind(disk),
      makeDirectory: disk.makeDirectory.bind(disk),
      rename: disk.rename.bind(disk),
      copy: disk.copy.bind(disk),
      remove: disk.remove.bind(disk),
      syncDirectory: disk.syncDirectory.bind(disk),
      open: async (path: string, access: 'read' | 'write' | 'create') => ({
        ...(await disk.open(path, access)),
        write: async () => 0,
      }),
    };
    const wal = await openWal(LOG, { fileSystem: takesNothing });
    await expect(log(wal, 1)).rejects.toThrow(`${FIRST}: no byte was written at 0`);
  });

  test('a full segment that cannot be synced is told of at once, and again by the next sync', async () => {
    const disk = new MemoryDisk();
    const warnings: string[] = [];
    const wal = await open(disk, { warn: (message) => warnings.push(message) });
    await log(wal, 1);
    disk.faults = { failing: failing('sync', 'EIO') };
    await wal.nextSegment();
    await expect(wal.sync()).rejects.toMatchObject({ code: 'io_error', file: FIRST });
    expect(warnings).toEqual([`${FIRST}: cannot be synced: EIO: ${FIRST}; a loss of power may take what it holds`]);
    await wal.sync();
    await wal.close();
  });

  test('another program that writes the same segment is noticed', async () => {
    const disk = new MemoryDisk();
    const wal = await open(disk);
    await log(wal, 1);
    disk.put(segmentPath(LOG, 1), Buffer.from('theirs'));
    await expect(wal.nextSegment()).rejects.toMatchObject({ code: 'conflict' });
    expect(disk.content(segmentPath(LOG, 1)).toString()).toBe('theirs');
  });
});
