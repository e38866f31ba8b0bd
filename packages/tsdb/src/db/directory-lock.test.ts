import { describe, expect, test } from 'vitest';
import { MemoryDisk } from '../wal/testing/memory-disk.ts';
import { lockDirectory } from './directory-lock.ts';
import { createMemoryHost } from './testing/memory-host.ts';

function diskWith(lock?: string): MemoryDisk {
  const disk = new MemoryDisk();
  disk.put('/data/x', new Uint8Array());
  if (lock !== undefined) disk.put('/data/lock', Buffer.from(lock));
  return disk;
}

function holder(fields: { pid?: number; host?: string; started?: string }): string {
  return JSON.stringify({ pid: 7, host: 'here', started: 'boot 5', ...fields });
}

describe('the lock of a data directory', () => {
  test('says who has it, and goes with them', async () => {
    const disk = diskWith();
    const lock = await lockDirectory(createMemoryHost(disk), '/data');
    expect(JSON.parse(disk.content('/data/lock').toString())).toEqual({ pid: 100, host: 'here', started: 'boot 1' });
    await lock.release();
    expect(disk.files.has('/data/lock')).toBe(false);
  });

  test('refuses the same process', async () => {
    const host = createMemoryHost(diskWith());
    await lockDirectory(host, '/data');
    await expect(lockDirectory(host, '/data')).rejects.toMatchObject({
      code: 'locked',
      message: '/data/lock: this process on here uses the data directory already',
    });
  });

  test('refuses while another process runs', async () => {
    const host = createMemoryHost(diskWith(holder({})));
    host.processes.set(7, 'boot 5');
    await expect(lockDirectory(host, '/data')).rejects.toThrow('process 7 on here uses the data directory already');
  });

  test('refuses while another process holds a flock, as Prometheus does', async () => {
    const host = createMemoryHost(diskWith(''));
    host.flockHolder = 9;
    await expect(lockDirectory(host, '/data')).rejects.toThrow('process 9 uses the data directory, for instance Prom');
  });

  test('refuses what another machine has, and says what to do', async () => {
    const host = createMemoryHost(diskWith(holder({ host: 'there' })));
    const advice = 'process 7 on there uses the data directory; if it does so no longer, remove the file';
    await expect(lockDirectory(host, '/data')).rejects.toThrow(advice);
  });

  test.each([
    ['a process that has ended', holder({}), undefined],
    ['a process whose number another one has now', holder({}), 'boot 6'],
    ['a process from before the machine was started', holder({}), 'other-boot 5'],
    ['this number, but another run', holder({ pid: 100, started: 'boot 0' }), undefined],
    ['Prometheus, which has ended', '', undefined],
    ['a process that ended while it wrote', '{"pid":7,"ho', undefined],
  ])('takes over from %s', async (_, lock, started) => {
    const disk = diskWith(lock);
    const host = createMemoryHost(disk);
    if (started !== undefined) host.processes.set(7, started);
    await lockDirectory(host, '/data');
    expect(disk.content('/data/lock').toString()).toContain('"pid":100');
    expect([...disk.files.keys()].sort()).toEqual(['/data/lock', '/data/x']);
  });

  test('is not given up for one that another process has taken meanwhile', async () => {
    const disk = diskWith();
    const lock = await lockDirectory(createMemoryHost(disk), '/data');
    disk.put('/data/lock', Buffer.from(holder({})));
    await lock.release();
    expect(disk.content('/data/lock').toString()).toBe(holder({}));
  });
});
