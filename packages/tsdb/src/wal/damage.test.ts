import { beforeAll, describe, expect, test } from 'vitest';
import { CorruptionError } from '../encoding/corruption-error.ts';
import type { WalCompression } from './compression.ts';
import { openWal } from './open-wal.ts';
import { readWal } from './read-wal.ts';
import { recoverWal } from './recover-wal.ts';
import { PAGE_SIZE } from './segment-format.ts';
import { segmentPath } from './segments.ts';
import type { MemoryDisk } from './testing/memory-disk.ts';
import { encoded, type PlainRecord, plainRecord, sample } from './testing/plain-records.ts';
import { LOG, logAll, SMALL_RECORDS, smallLog } from './testing/small-log.ts';

const FIRST = segmentPath(LOG, 0);
const AFTERWARDS: PlainRecord = { samples: [sample(4, 1_700_000_030_000, 9)] };

interface Outcome {
  readonly records: PlainRecord[];
  readonly error: unknown;
  readonly tornBytes: number;
}

async function read(disk: MemoryDisk): Promise<Outcome> {
  const records: PlainRecord[] = [];
  const reader = readWal(LOG, { fileSystem: disk });
  let error: unknown;
  try {
    for await (const { record } of reader) records.push(plainRecord(record));
  } catch (caught) {
    error = caught;
  }
  return { records, error, tornBytes: reader.report.tornTail?.bytes ?? 0 };
}

/** Recovers the log, goes on writing, and returns what can be read in the end. */
async function readAfterRecovery(disk: MemoryDisk): Promise<PlainRecord[]> {
  const recovered: PlainRecord[] = [];
  await recoverWal(LOG, ({ record }) => void recovered.push(plainRecord(record)), { fileSystem: disk });
  const wal = await openWal(LOG, { fileSystem: disk });
  await logAll(wal, [AFTERWARDS]);
  await wal.close();
  const { records, error } = await read(disk);
  expect(error).toBeUndefined();
  expect(records).toEqual([...recovered, AFTERWARDS]);
  return recovered;
}

/** The first byte of a header and zeros after it say so: a record without bytes has the checksum 0. */
function isEmptyRecord(record: PlainRecord): boolean {
  return 'unsupported' in record && record.unsupported === 'empty record';
}

/** How many records are whole in the first `length` bytes of the segment. */
function wholeRecords(ends: readonly number[], length: number): number {
  return ends.filter((end) => end <= length).length;
}

describe.each<WalCompression>(['none', 'snappy'])('a small log, compression %s', (compression) => {
  let disk: MemoryDisk;
  let ends: number[];

  beforeAll(async () => {
    disk = await smallLog(compression);
    ends = [];
    for (let n = 1; n <= SMALL_RECORDS.length; n++) {
      ends.push((await smallLog(compression, SMALL_RECORDS.slice(0, n))).content(FIRST).length);
    }
  });

  function damaged(change: (content: Buffer) => Buffer): MemoryDisk {
    const copy = disk.clone();
    copy.put(FIRST, change(copy.content(FIRST)));
    return copy;
  }

  test('cut at every byte: the whole records in front are read, the rest is a torn tail', async () => {
    for (let length = 0; length <= ends.at(-1)!; length++) {
      const whole = wholeRecords(ends, length);
      const cut = damaged((content) => content.subarray(0, length));
      const outcome = await read(cut);
      expect(outcome.error).toBeUndefined();
      expect(outcome.records).toEqual(SMALL_RECORDS.slice(0, whole));
      expect(outcome.tornBytes).toBe(length - (ends[whole - 1] ?? 0));
      if (length % 7 === 0) expect(await readAfterRecovery(cut)).toEqual(outcome.records);
    }
  });

  test('cut at every byte, the page then filled with zeros: never a wrong value', async () => {
    for (let length = 0; length <= ends.at(-1)!; length++) {
      const cut = damaged((content) => Buffer.concat([content.subarray(0, length), Buffer.alloc(PAGE_SIZE - length)]));
      const { records, error } = await read(cut);
      const whole = wholeRecords(ends, length);
      if (error !== undefined) expect(error).toBeInstanceOf(CorruptionError);
      const known = records.filter((record) => !isEmptyRecord(record));
      // A record that ends in zeros may lose those and be whole all the same.
      const isWholeAgain = known.length === whole + 1 && ends[whole] - length < 8;
      expect(known).toEqual(SMALL_RECORDS.slice(0, isWholeAgain ? whole + 1 : whole));
    }
  });

  test('every bit flipped: everything in front of it is read, and never a wrong value', async () => {
    for (let bit = 0; bit < ends.at(-1)! * 8; bit++) {
      const at = bit >> 3;
      const flipped = damaged((content) => {
        content[at] ^= 1 << (bit & 7);
        return content;
      });
      const { records, error, tornBytes } = await read(flipped);
      const inFront = wholeRecords(ends, at);
      const unsupported = records.filter((record) => 'unsupported' in record).length;
      if (unsupported > 0) {
        // The flag for snappy is outside the checksum; without it the record is of a kind that nobody knows.
        expect(records.toSpliced(inFront, 1)).toEqual(SMALL_RECORDS.toSpliced(inFront, 1));
        expect([unsupported, error]).toEqual([1, undefined]);
        continue;
      }
      expect(records).toEqual(SMALL_RECORDS.slice(0, inFront));
      // Only of the last record can damage look like a write that was cut short.
      if (error === undefined) expect([inFront, tornBytes > 0]).toEqual([SMALL_RECORDS.length - 1, true]);
      else expect(error).toMatchObject({ name: 'CorruptionError', file: FIRST, offset: ends[inFront - 1] ?? 0 });
      if (bit % 61 === 0) expect(await readAfterRecovery(flipped)).toEqual(records);
    }
  });

  test('the same in a segment that others follow is damage, not a torn tail', async () => {
    const wal = await openWal(LOG, { fileSystem: disk, compression });
    await logAll(wal, [AFTERWARDS]);
    await wal.close();
    for (let length = 0; length < ends.at(-1)!; length++) {
      const cut = damaged((content) => content.subarray(0, length));
      const { records, error } = await read(cut);
      if (length === 0 || ends.includes(length)) {
        expect(records).toEqual([...SMALL_RECORDS.slice(0, wholeRecords(ends, length)), AFTERWARDS]);
        continue;
      }
      expect(records).toEqual(SMALL_RECORDS.slice(0, wholeRecords(ends, length)));
      expect(error).toMatchObject({
        code: 'truncated',
        file: FIRST,
        offset: ends[wholeRecords(ends, length) - 1] ?? 0,
      });
    }
  });
});

describe('a record over several pages', () => {
  const long: PlainRecord = { samples: Array.from({ length: 5000 }, (_, i) => sample(i * 1000, i * 77, Math.sqrt(i))) };
  let disk: MemoryDisk;
  let length: number;

  beforeAll(async () => {
    disk = await smallLog('none', [SMALL_RECORDS[0], long, AFTERWARDS]);
    length = disk.content(FIRST).length;
  });

  test('is read back', async () => {
    expect(length).toBeGreaterThan(2 * PAGE_SIZE);
    expect((await read(disk)).records).toEqual([SMALL_RECORDS[0], long, AFTERWARDS]);
  });

  test('bits of its headers and of some of its data flipped', async () => {
    const start = (await smallLog('none', [SMALL_RECORDS[0]])).content(FIRST).length;
    const headers = [start, PAGE_SIZE, 2 * PAGE_SIZE].flatMap((at) => [0, 1, 2, 3, 4, 5, 6].map((i) => at + i));
    const data = [start + 8, PAGE_SIZE - 1, PAGE_SIZE + 8, 2 * PAGE_SIZE - 1, 2 * PAGE_SIZE + 7];
    for (const at of [...headers, ...data]) {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = disk.clone();
        flipped.content(FIRST)[at] ^= 1 << bit;
        const { records, error, tornBytes } = await read(flipped);
        expect(records).toEqual([SMALL_RECORDS[0]]);
        expect(error !== undefined || tornBytes > 0).toBe(true);
        if (error !== undefined) expect(error).toMatchObject({ name: 'CorruptionError', offset: start });
      }
    }
  });

  test('cut at and around the ends of pages', async () => {
    for (const page of [PAGE_SIZE, 2 * PAGE_SIZE]) {
      for (let end = page - 9; end < page + 9; end++) {
        const cut = disk.clone();
        cut.put(FIRST, cut.content(FIRST).subarray(0, end));
        const { records, error, tornBytes } = await read(cut);
        expect([records, error]).toEqual([[SMALL_RECORDS[0]], undefined]);
        expect(tornBytes).toBeGreaterThan(0);
        expect(await readAfterRecovery(cut)).toEqual(records);
      }
    }
  });
});

test('a record that is sound on the disk but cannot be decoded ends what is read, at its start', async () => {
  const disk = await smallLog('none', SMALL_RECORDS.slice(0, 1));
  const wal = await openWal(LOG, { fileSystem: disk, compression: 'none' });
  await wal.log([...encoded(AFTERWARDS), Buffer.from('020000', 'hex'), ...encoded(AFTERWARDS)]);
  const { records, error } = await read(disk);
  expect(records).toEqual([SMALL_RECORDS[0], AFTERWARDS]);
  const offset = 7 + encoded(AFTERWARDS)[0].length;
  expect(error).toMatchObject({ code: 'truncated', file: segmentPath(LOG, 1), offset });
  expect(await readAfterRecovery(disk)).toEqual(records);
});
