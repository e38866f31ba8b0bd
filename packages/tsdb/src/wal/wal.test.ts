import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openWal } from './open-wal.ts';
import { readWal } from './read-wal.ts';
import { recoverWal } from './recover-wal.ts';
import { PAGE_SIZE } from './segment-format.ts';
import { segmentPath } from './segments.ts';
import { arbitraryRecord } from './testing/arbitrary-records.ts';
import { MemoryDisk } from './testing/memory-disk.ts';
import { collect, encoded, type PlainRecord, sample } from './testing/plain-records.ts';
import { LOG, logAll, SMALL_RECORDS, smallLog } from './testing/small-log.ts';
import type { WalOptions } from './wal.ts';
import { WalCursor } from './wal-cursor.ts';

function readAll(disk: MemoryDisk): Promise<PlainRecord[]> {
  return collect(readWal(LOG, { fileSystem: disk }));
}

/** A commit that takes `bytes` in a segment: one record of an unknown type, not over the end of a page. */
function commitOf(bytes: number): Uint8Array[] {
  return [Buffer.alloc(bytes - 7, 0x0e)];
}

function sizes(disk: MemoryDisk): string[] {
  return [...disk.files].map(([path, { content }]) => `${path.slice(LOG.length + 1)}:${content.length}`).sort();
}

/** Opens without compression, in segments of two pages. */
function open(disk: MemoryDisk, options: WalOptions = {}) {
  return openWal(LOG, { fileSystem: disk, compression: 'none', segmentSize: 2 * PAGE_SIZE, ...options });
}

describe('writing', () => {
  test.each(['none', 'snappy'] as const)('what was logged is read, in order (%s)', async (compression) => {
    const disk = await smallLog(compression);
    expect(await readAll(disk)).toEqual(SMALL_RECORDS);
  });

  test('any commits, with and without compression, over several segments and opens', async () => {
    const commits = fc.array(fc.array(arbitraryRecord, { maxLength: 4 }), { maxLength: 8 });
    const setup = fc.record({ commits, snappy: fc.boolean(), reopenAt: fc.nat(8), closes: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(setup, async ({ commits, snappy, reopenAt, closes }) => {
        const disk = new MemoryDisk();
        const options = { compression: snappy ? 'snappy' : 'none', segmentSize: PAGE_SIZE } as const;
        let wal = await open(disk, options);
        for (const [i, commit] of commits.entries()) {
          if (i === reopenAt) {
            if (closes) await wal.close();
            wal = await open(disk, options);
          }
          await wal.log(commit.flatMap(encoded));
        }
        expect(await readAll(disk)).toEqual(commits.flat());
      }),
      { numRuns: 40 },
    );
  });

  test('a commit is one write', async () => {
    const disk = new MemoryDisk();
    const wal = await open(disk);
    disk.operations.length = 0;
    await wal.log(SMALL_RECORDS.flatMap(encoded));
    expect(disk.operations).toEqual([`write ${segmentPath(LOG, 0)}`]);
  });

  test('commits that come while one is written go into one write, in their order', async () => {
    const disk = new MemoryDisk();
    const wal = await open(disk);
    disk.operations.length = 0;
    await Promise.all(SMALL_RECORDS.map((record) => wal.log(encoded(record))));
    expect(disk.operations.length).toBe(1);
    const first = wal.log(encoded(SMALL_RECORDS[0]));
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([first, ...SMALL_RECORDS.slice(1).map((record) => wal.log(encoded(record)))]);
    expect(await readAll(disk)).toEqual([...SMALL_RECORDS, ...SMALL_RECORDS]);
  });

  test('the end of the log moves with every commit', async () => {
    const wal = await open(new MemoryDisk());
    expect(wal.end).toEqual({ segment: 0, offset: 0 });
    await wal.log(commitOf(1000));
    expect(wal.end).toEqual({ segment: 0, offset: 1000 });
    await wal.log([]);
    expect(wal.end).toEqual({ segment: 0, offset: 1000 });
    expect(await wal.nextSegment()).toBe(1);
    expect(wal.end).toEqual({ segment: 1, offset: 0 });
  });
});

describe('segments', () => {
  test('a commit that does not fit goes into the next one, whole', async () => {
    const disk = new MemoryDisk();
    const wal = await open(disk);
    await wal.log(commitOf(PAGE_SIZE));
    await wal.log(commitOf(PAGE_SIZE - 1000));
    await wal.log([...commitOf(500), ...commitOf(501)]);
    expect(wal.end).toEqual({ segment: 1, offset: 1001 });
    expect(sizes(disk)).toEqual([`00000000:${2 * PAGE_SIZE}`, '00000001:1001']);
  });

  test('a commit that fits exactly fills the segment', async () => {
    const disk = new MemoryDisk();
    const wal = await open(disk);
    await wal.log(commitOf(PAGE_SIZE));
    await wal.log(commitOf(PAGE_SIZE));
    await wal.log(commitOf(10));
    expect(sizes(disk)).toEqual([`00000000:${2 * PAGE_SIZE}`, '00000001:10']);
  });

  test('a record larger than a segment makes a larger segment', async () => {
    const disk = new MemoryDisk();
    const wal = await open(disk);
    const record = Buffer.alloc(3 * PAGE_SIZE, 0x0e);
    await wal.log(commitOf(10));
    await wal.log([record]);
    await wal.log(commitOf(10));
    expect(sizes(disk)).toEqual([`00000000:${PAGE_SIZE}`, `00000001:${4 * PAGE_SIZE}`, '00000002:10']);
    const { length } = await readAll(disk);
    expect(length).toBe(3);
  });

  test('a commit larger than a segment is written record by record', async () => {
    const disk = new MemoryDisk();
    const wal = await open(disk);
    await wal.log([1, 2, 3].flatMap(() => commitOf(PAGE_SIZE)));
    expect(sizes(disk)).toEqual([`00000000:${2 * PAGE_SIZE}`, `00000001:${PAGE_SIZE}`]);
  });

  test('one that is full is synced and closed, the last one at close', async () => {
    const disk = new MemoryDisk();
    const wal = await open(disk);
    await wal.log(commitOf(100));
    await wal.nextSegment();
    await wal.log(commitOf(100));
    await wal.sync();
    await wal.close();
    const of = (segment: number) => disk.operations.filter((each) => each.endsWith(segmentPath(LOG, segment)));
    expect(
      of(0)
        .slice(-3)
        .map((each) => each.split(' ')[0]),
    ).toEqual(['truncate', 'sync', 'close']);
    expect(of(1).map((each) => each.split(' ')[0])).toEqual([
      'open',
      'size',
      'write',
      'sync',
      'truncate',
      'sync',
      'close',
    ]);
    expect(sizes(disk)).toEqual([`00000000:${PAGE_SIZE}`, `00000001:${PAGE_SIZE}`]);
  });
});

describe('opening', () => {
  test('makes the directory; before that there is nothing to read, and that is no error', async () => {
    const disk = new MemoryDisk();
    expect(await readAll(disk)).toEqual([]);
    expect(await new WalCursor(LOG, { fileSystem: disk }).next()).toBeUndefined();
    await open(disk);
    expect(sizes(disk)).toEqual(['00000000:0']);
  });

  test('goes on in a new segment, or in the last one if it is empty', async () => {
    const disk = new MemoryDisk();
    expect((await open(disk)).end.segment).toBe(0);
    const second = await open(disk);
    expect(second.end.segment).toBe(0);
    await second.log(commitOf(100));
    expect((await open(disk)).end.segment).toBe(1);
  });

  test('goes on after the checkpoint when there is no segment', async () => {
    const disk = new MemoryDisk();
    disk.put(`${LOG}/checkpoint.00000007/00000000`, Buffer.alloc(0));
    expect((await open(disk)).end.segment).toBe(8);
  });

  test('refuses segments that a checkpoint has left behind, and gaps', async () => {
    const disk = new MemoryDisk();
    disk.put(segmentPath(LOG, 3), Buffer.alloc(0));
    disk.put(`${LOG}/checkpoint.00000007/00000000`, Buffer.alloc(0));
    await expect(open(disk)).rejects.toMatchObject({
      code: 'missing_segment',
      message: '/data/wal: the checkpoint covers segment 7, but the last segment is 3',
    });
    disk.put(segmentPath(LOG, 5), Buffer.alloc(0));
    await expect(open(disk)).rejects.toThrow('/data/wal: segment 4 is missing before 5');
  });

  test.each([
    ['finding it anew', false],
    ['as the recovery found it', true],
  ])('cuts off what a crash left, %s, and says what', async (_how, isRecovered) => {
    const disk = await smallLog('none', SMALL_RECORDS.slice(0, 2));
    const path = segmentPath(LOG, 0);
    const { length } = disk.content(path);
    disk.put(path, disk.content(path).subarray(0, length - 3));
    const warnings: string[] = [];
    const recovery = isRecovered && { recovery: await recoverWal(LOG, () => {}, { fileSystem: disk }) };
    const wal = await open(disk, { warn: (message) => warnings.push(message), ...recovery });
    const start = (await smallLog('none', SMALL_RECORDS.slice(0, 1))).content(path).length;
    const bytes = length - 3 - start;
    expect(warnings).toEqual([
      `${path}: ${bytes} bytes from byte ${start} on were dropped: a record not written to its end`,
    ]);
    expect(wal.end).toEqual({ segment: 1, offset: 0 });
    expect(await readAll(disk)).toEqual(SMALL_RECORDS.slice(0, 1));
  });

  test('refuses to write behind damage', async () => {
    const disk = await smallLog('none');
    disk.content(segmentPath(LOG, 0))[20] ^= 1;
    await expect(open(disk)).rejects.toMatchObject({ name: 'CorruptionError', code: 'bad_checksum', offset: 0 });
  });

  test('a segment size that is not made of pages is a mistake', async () => {
    await expect(open(new MemoryDisk(), { segmentSize: 1000 })).rejects.toThrow(/^BUG: /);
  });
});

describe('closing', () => {
  test('writes what waits, and refuses what comes later', async () => {
    const disk = new MemoryDisk();
    const wal = await open(disk);
    const logged = logAll(wal, SMALL_RECORDS.slice(0, 1));
    const closed = wal.close();
    await Promise.all([logged, closed]);
    await expect(wal.log(commitOf(10))).rejects.toMatchObject({
      code: 'closed',
      message: '/data/wal: the log was closed',
    });
    await expect(wal.nextSegment()).rejects.toMatchObject({ code: 'closed' });
    await expect(wal.sync()).rejects.toMatchObject({ code: 'closed' });
    await wal.close();
    expect(await readAll(disk)).toEqual(SMALL_RECORDS.slice(0, 1));
  });
});

test('commits that a slow disk keeps waiting are bounded', async () => {
  const wal = await open(new MemoryDisk(), { maxWaitingBytes: 250 });
  const first = wal.log(commitOf(107));
  const second = wal.log(commitOf(107));
  await expect(wal.log(commitOf(107))).rejects.toMatchObject({
    code: 'busy',
    message: '/data/wal: 200 bytes of commits wait for the disk already',
  });
  await Promise.all([first, second]);
  await wal.log(commitOf(1000));
  expect(wal.end.offset).toBe(1214);
});

test('a NaN keeps its bits through the log', async () => {
  const disk = new MemoryDisk();
  const wal = await open(disk);
  const record = { samples: [{ ref: 1, t: 2, bits: '7ff0000000000002' }, sample(2, 3, Number.NaN)] };
  await wal.log(encoded(record));
  expect(await readAll(disk)).toEqual([record]);
});
