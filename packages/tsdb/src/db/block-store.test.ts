import { describe, expect, test } from 'vitest';
import { PageCache } from '../file/page-cache.ts';
import { MemoryDisk } from '../wal/testing/memory-disk.ts';
import { BlockStore } from './block-store.ts';
import type { DbLogLine } from './db-log.ts';
import { DiskGuard } from './disk-guard.ts';
import { linesOf, noPace, type TestBlock, ulidOf, writeTestBlock } from './testing/written-blocks.ts';

const ALL = { startMs: 0, endMs: 1e6, matchers: [] };

async function diskWith(...blocks: readonly Partial<TestBlock>[]): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  disk.put('/data/x', new Uint8Array());
  for (const [i, block] of blocks.entries()) {
    const series = [{ labels: { n: String(i) }, samples: [[100 * i + 1, i] as const, [100 * i + 2, i] as const] }];
    await writeTestBlock(disk, '/data', { ulid: ulidOf(i), series, ...block });
  }
  return disk;
}

function storeOf(disk: MemoryDisk, isReadOnly = false): { store: BlockStore; log: DbLogLine[] } {
  const log: DbLogLine[] = [];
  const cache = new PageCache({ budgetBytes: 1 << 20 });
  const options = { fileSystem: disk, directory: '/data', cache, pace: noPace, isReadOnly };
  return { store: new BlockStore({ ...options, log: (line) => log.push(line) }), log };
}

function ulids(store: BlockStore): string[] {
  return store.blocks.map(({ ulid }) => ulid);
}

describe('the blocks of a directory', () => {
  test('are opened, by time, and again when there are new ones', async () => {
    const disk = await diskWith({}, {});
    const { store } = storeOf(disk);
    await store.load();
    expect(ulids(store)).toEqual([ulidOf(0), ulidOf(1)]);
    const series = [{ labels: { n: 'old' }, samples: [[50, 1] as const] }];
    await writeTestBlock(disk, '/data', { ulid: ulidOf(9), series });
    await store.load();
    expect(ulids(store)).toEqual([ulidOf(0), ulidOf(9), ulidOf(1)]);
    await store.close();
  });

  test('go when another one has taken their place, whatever state they are in', async () => {
    const disk = await diskWith({}, {}, { parents: [ulidOf(0), ulidOf(1), ulidOf(7)] });
    disk.files.delete(`/data/${ulidOf(1)}/index`);
    const { store, log } = storeOf(disk);
    await store.load();
    expect(ulids(store)).toEqual([ulidOf(2)]);
    expect((await disk.list('/data')).toSorted()).toEqual([ulidOf(2), 'x']);
    expect(log).toEqual([]);
  });

  test('go when they are marked as deletable', async () => {
    const disk = await diskWith({}, {});
    const first = storeOf(disk).store;
    await first.load();
    await first.blocks[0].mark(disk, 'deletable');
    const { store } = storeOf(disk);
    await store.load();
    expect(ulids(store)).toEqual([ulidOf(1)]);
  });

  test.each([
    ['index', 'cut'],
    ['index', 'missing'],
    ['meta.json', 'cut'],
    ['meta.json', 'missing'],
    ['tombstones', 'cut'],
    ['chunks/000001', 'cut'],
  ])('that cannot be read because %s is %s are set aside', async (file, damage) => {
    const disk = await diskWith({}, {});
    const path = `/data/${ulidOf(0)}/${file}`;
    if (damage === 'cut') disk.put(path, disk.content(path).subarray(0, 3));
    else disk.files.delete(path);
    const { store, log } = storeOf(disk);
    await store.load();
    expect(ulids(store)).toEqual([ulidOf(1)]);
    expect((await disk.list('/data')).toSorted()).toEqual([`${ulidOf(0)}.unreadable`, ulidOf(1), 'x']);
    expect(log).toEqual([
      { level: 'error', message: expect.stringContaining(`was set aside as /data/${ulidOf(0)}.unre`) },
    ]);
    await store.load();
    expect(log).toHaveLength(1);
  });

  test('stay where they are when it is the disk that fails', async () => {
    const disk = await diskWith({}, {});
    disk.faults.failing = (operation, path) => (operation === 'read' && path.includes(ulidOf(0)) ? 'EIO' : undefined);
    const { store, log } = storeOf(disk);
    await store.load();
    expect(ulids(store)).toEqual([ulidOf(1)]);
    expect(await disk.list('/data')).toContain(ulidOf(0));
    expect(log).toEqual([{ level: 'error', message: expect.stringContaining('is left out') }]);
  });

  test('stay where they are in a directory that is only read', async () => {
    const disk = await diskWith({}, {}, { parents: [ulidOf(0)] });
    disk.files.delete(`/data/${ulidOf(1)}/index`);
    const before = [...disk.files.keys()];
    const { store } = storeOf(disk, true);
    await store.load();
    expect(ulids(store)).toEqual([ulidOf(2)]);
    expect([...disk.files.keys()]).toEqual(before);
  });

  test('are removed when the last querier has gone', async () => {
    const disk = await diskWith({}, {});
    const { store } = storeOf(disk);
    await store.load();
    const [querier] = store.queriers({ startMs: 0, endMs: 50 });
    await store.remove(store.blocks.slice(0, 1));
    const later = store.queriers({ startMs: 0, endMs: 1000 });
    expect(later).toHaveLength(1);
    await later[0].close();
    expect(await linesOf(querier, ALL)).toEqual(['{n="0"} 0@1 0@2']);
    await store.load();
    expect(ulids(store)).toEqual([ulidOf(1)]);
    await querier.close();
    await store.close();
    expect((await disk.list('/data')).toSorted()).toEqual([ulidOf(1), 'x']);
  });

  test('are cleaned of what was not finished', async () => {
    const disk = await diskWith({});
    for (const suffix of ['tmp-for-creation', 'tmp-for-deletion', 'tmp'])
      disk.put(`/data/${ulidOf(5)}.${suffix}/index`, new Uint8Array(1));
    disk.put('/data/other.tmp-for-creation/index', new Uint8Array(1));
    const { store, log } = storeOf(disk);
    await store.removeLeftovers();
    expect((await disk.list('/data')).toSorted()).toEqual([ulidOf(0), 'other.tmp-for-creation', 'x']);
    expect(log).toHaveLength(3);
  });
});

describe('room on the disk', () => {
  async function guarded(freeAfter: (removed: number) => number) {
    const disk = await diskWith({}, {}, {});
    const { store, log } = storeOf(disk);
    await store.load();
    const host = { freeBytes: async () => freeAfter(3 - store.blocks.length) };
    const guard = new DiskGuard({ host, directory: '/data', store, reserveBytes: 1000, log: (line) => log.push(line) });
    return { store, log, guard };
  }

  test('is made of the oldest blocks, no more than it takes', async () => {
    const { store, log, guard } = await guarded((removed) => 800 + 1000 * removed);
    await guard.makeRoom(1500);
    expect(ulids(store)).toEqual([ulidOf(2)]);
    expect(log.map(({ message }) => message)).toEqual([
      `800 bytes are free on the disk, 2500 are needed: the oldest block, ${ulidOf(0)}, was removed`,
      `1800 bytes are free on the disk, 2500 are needed: the oldest block, ${ulidOf(1)}, was removed`,
    ]);
  });

  test('is left alone while there is enough', async () => {
    const { store, log, guard } = await guarded(() => 2500);
    await guard.makeRoom(1500);
    expect([store.blocks.length, log]).toEqual([3, []]);
  });

  test('is not made where removing blocks does not help', async () => {
    const { store, log, guard } = await guarded(() => 0);
    await guard.makeRoom(0);
    expect(store.blocks).toHaveLength(2);
    expect(log.at(-1)?.message).toContain('freed 0 bytes only');
  });

  test('is not made of the newest block', async () => {
    const { store, log, guard } = await guarded((removed) => removed * 600 - 2000);
    await guard.makeRoom(0);
    expect(ulids(store)).toEqual([ulidOf(2)]);
    expect(log.at(-1)?.message).toContain('there is no block to remove but the newest');
  });
});
