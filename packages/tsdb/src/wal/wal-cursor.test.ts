import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCheckpoint, truncateWal } from './checkpoint.ts';
import { openWal } from './open-wal.ts';
import { PAGE_SIZE, type WalPosition } from './segment-format.ts';
import { segmentPath } from './segments.ts';
import { MemoryDisk } from './testing/memory-disk.ts';
import { encoded, type PlainRecord, plainRecord, sample } from './testing/plain-records.ts';
import { LOG, logAll, SMALL_RECORDS, smallLog } from './testing/small-log.ts';
import { WalCursor, type WalCursorOptions } from './wal-cursor.ts';

/** What there is to read now. */
async function drain(cursor: WalCursor): Promise<PlainRecord[]> {
  const records: PlainRecord[] = [];
  for (let entry = await cursor.next(); entry !== undefined; entry = await cursor.next()) {
    records.push(plainRecord(entry.record));
  }
  return records;
}

function cursorOn(disk: MemoryDisk, options: WalCursorOptions = {}): WalCursor {
  return new WalCursor(LOG, { fileSystem: disk, ...options });
}

const record = (n: number): PlainRecord => ({ samples: [sample(1, n, n)] });

test('what is there is read, then what comes', async () => {
  const disk = new MemoryDisk();
  const wal = await openWal(LOG, { fileSystem: disk });
  const cursor = cursorOn(disk, { limit: () => wal.end });
  expect(await drain(cursor)).toEqual([]);
  await logAll(wal, [record(1), record(2)]);
  expect(await drain(cursor)).toEqual([record(1), record(2)]);
  expect(await drain(cursor)).toEqual([]);
  await logAll(wal, [record(3)]);
  await wal.nextSegment();
  await logAll(wal, [record(4)]);
  expect(await drain(cursor)).toEqual([record(3), record(4)]);
  await wal.close();
  expect(await drain(cursor)).toEqual([]);
  await cursor.close();
});

test('another cursor goes on where one stood', async () => {
  const disk = new MemoryDisk();
  const wal = await openWal(LOG, { fileSystem: disk, segmentSize: PAGE_SIZE, compression: 'none' });
  const records = Array.from({ length: 50 }, (_, n) => ({
    samples: Array.from({ length: 100 }, (_, i) => sample(i, n, Math.sqrt(n * i))),
  }));
  await logAll(wal, records);
  let from: WalPosition | undefined;
  for (const [n, expected] of records.entries()) {
    const cursor = cursorOn(disk, { limit: () => wal.end, ...(from === undefined ? {} : { from }) });
    const entry = await cursor.next();
    expect([n, plainRecord(entry!.record)]).toEqual([n, expected]);
    from = cursor.position;
    await cursor.close();
  }
  expect(from).toEqual(wal.end);
});

test('a record with more samples than a step comes whole', async () => {
  const disk = new MemoryDisk();
  const wal = await openWal(LOG, { fileSystem: disk });
  const samples = Array.from({ length: 5000 }, (_, i) => sample(i, 1, i));
  // One record of 7,500 samples, as Prometheus may write it: the halves of two, put together.
  const [first] = encoded({ samples });
  const [second] = encoded({ samples: [sample(0, 1, 0), ...samples.slice(0, 2500)] });
  await wal.log([Buffer.concat([first, second.subarray(17 + 10)])]);
  const [read] = await drain(cursorOn(disk));
  expect('samples' in read && read.samples.length).toBe(7500);
});

describe('a log that another process writes', () => {
  test('is read as it grows, byte by byte, and only ever in whole records', async () => {
    const whole = await smallLog('snappy');
    const content = whole.content(segmentPath(LOG, 0));
    const disk = new MemoryDisk();
    disk.put(segmentPath(LOG, 0), Buffer.alloc(0));
    const cursor = cursorOn(disk);
    const read: PlainRecord[] = [];
    for (let length = 1; length <= content.length; length++) {
      disk.content(segmentPath(LOG, 0));
      disk.files.get(segmentPath(LOG, 0))!.content = content.subarray(0, length);
      read.push(...(await drain(cursor)));
      expect(read).toEqual(SMALL_RECORDS.slice(0, read.length));
    }
    expect(read).toEqual(SMALL_RECORDS);
    expect(cursor.position).toEqual({ segment: 0, offset: content.length });
  });

  test('a segment is left when the next one is there', async () => {
    const disk = await smallLog('none', [record(1)]);
    const cursor = cursorOn(disk);
    expect(await drain(cursor)).toEqual([record(1)]);
    const path = segmentPath(LOG, 0);
    const end = disk.content(path);
    const more = (await smallLog('none', [record(2)])).content(path);
    disk.files.get(path)!.content = Buffer.concat([end, more]);
    disk.put(segmentPath(LOG, 1), (await smallLog('none', [record(3)])).content(path));
    expect(await drain(cursor)).toEqual([record(2), record(3)]);
  });

  test('an unfinished record in a segment that others follow is damage', async () => {
    const disk = await smallLog('none', [record(1)]);
    const path = segmentPath(LOG, 0);
    const { length } = disk.content(path);
    disk.files.get(path)!.content = Buffer.concat([disk.content(path), Buffer.of(1, 0, 9)]);
    const cursor = cursorOn(disk);
    expect(await drain(cursor)).toEqual([record(1)]);
    disk.put(segmentPath(LOG, 1), Buffer.alloc(0));
    await expect(cursor.next()).rejects.toMatchObject({ code: 'truncated', file: path, offset: length });
  });

  test('damage is damage', async () => {
    const disk = await smallLog('none', [record(1), record(2)]);
    disk.content(segmentPath(LOG, 0))[40] ^= 1;
    const cursor = cursorOn(disk);
    expect(plainRecord((await cursor.next())!.record)).toEqual(record(1));
    await expect(cursor.next()).rejects.toMatchObject({ code: 'bad_checksum', offset: 34 });
    expect(cursor.position).toEqual({ segment: 0, offset: 34 });
  });
});

test('never reads what the writer may still take back', async () => {
  const disk = new MemoryDisk();
  const wal = await openWal(LOG, { fileSystem: disk, compression: 'none' });
  const cursor = cursorOn(disk, { limit: () => wal.end });
  await logAll(wal, [record(1)]);
  // Two records, of which the first reaches the disk whole before there is no more room.
  disk.faults = { freeBytes: 40, failing: (operation) => (operation === 'truncate' ? 'EIO' : undefined) };
  await expect(wal.log([record(8), record(9)].flatMap(encoded))).rejects.toMatchObject({ code: 'disk_full' });
  expect(disk.content(segmentPath(LOG, 0)).length).toBe(74);
  expect(await drain(cursor)).toEqual([record(1)]);
  disk.faults = {};
  await logAll(wal, [record(2)]);
  expect(await drain(cursor)).toEqual([record(2)]);
});

test('a position that was deleted is an error, one that is yet to come is not', async () => {
  const disk = new MemoryDisk();
  const wal = await openWal(LOG, { fileSystem: disk });
  await logAll(wal, [record(1)]);
  await wal.nextSegment();
  await createCheckpoint(LOG, { through: 0, keepSeries: () => true, minTime: 0, fileSystem: disk });
  await truncateWal(LOG, disk);
  await expect(cursorOn(disk, { from: { segment: 0, offset: 0 } }).next()).rejects.toMatchObject({
    code: 'missing_segment',
    message: '/data/wal: segment 0 was deleted; the log starts with 1',
  });
  expect(await cursorOn(disk, { from: { segment: 9, offset: 0 } }).next()).toBeUndefined();
});

test('whatever the order of writing and reading, every record is read once', async () => {
  const step = fc.oneof(
    fc.record({ log: fc.nat(400) }),
    fc.constant('next segment' as const),
    fc.constant('read one' as const),
    fc.constant('another cursor' as const),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30, size: 'large' }), fc.boolean(), async (steps, isLimited) => {
      const disk = new MemoryDisk();
      const wal = await openWal(LOG, { fileSystem: disk, segmentSize: PAGE_SIZE });
      const limit = isLimited ? { limit: () => wal.end } : {};
      let cursor = cursorOn(disk, limit);
      const logged: PlainRecord[] = [];
      const read: PlainRecord[] = [];
      for (const each of steps) {
        if (each === 'next segment') await wal.nextSegment();
        else if (each === 'another cursor') {
          const { position } = cursor;
          await cursor.close();
          cursor = cursorOn(disk, { ...limit, ...(position === undefined ? {} : { from: position }) });
        } else if (each === 'read one') {
          const entry = await cursor.next();
          if (entry !== undefined) read.push(plainRecord(entry.record));
          else expect(read.length).toBe(logged.length);
        } else {
          const samples = Array.from({ length: each.log + 1 }, (_, i) => sample(i, logged.length, Math.sqrt(i)));
          await logAll(wal, [{ samples }]);
          logged.push({ samples });
        }
      }
      expect([...read, ...(await drain(cursor))]).toEqual(logged);
    }),
    { numRuns: 60 },
  );
});
