import { describe, expect, test } from 'vitest';
import type { CorruptionError } from '../encoding/corruption-error.ts';
import { createCheckpoint } from './checkpoint.ts';
import { openWal } from './open-wal.ts';
import { readWal } from './read-wal.ts';
import { recoverWal } from './recover-wal.ts';
import { repairWal } from './repair.ts';
import { PAGE_SIZE } from './segment-format.ts';
import { segmentPath } from './segments.ts';
import { MemoryDisk } from './testing/memory-disk.ts';
import { collect, type PlainRecord, plainRecord, sample } from './testing/plain-records.ts';
import { LOG, logAll } from './testing/small-log.ts';

/** A log of `count` segments with two records each; the samples of the n-th segment have the time n. */
async function logOf(count: number): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  const wal = await openWal(LOG, { fileSystem: disk, compression: 'none' });
  for (let n = 0; n < count; n++) {
    if (n > 0) await wal.nextSegment();
    await logAll(wal, recordsOf(n));
  }
  await wal.close();
  return disk;
}

function recordsOf(segment: number): PlainRecord[] {
  return [1, 2].map((ref) => ({ samples: [sample(ref, segment, ref)] }));
}

function damage(disk: MemoryDisk, path: string): Buffer {
  disk.content(path)[50] ^= 1; // In the second record, which starts at byte 34.
  return Buffer.from(disk.content(path));
}

async function damageOf(disk: MemoryDisk): Promise<CorruptionError> {
  const error = await collect(readWal(LOG, { fileSystem: disk })).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toMatchObject({ name: 'CorruptionError' });
  return error as CorruptionError;
}

function names(disk: MemoryDisk): string[] {
  return [...disk.files.keys()].map((path) => path.slice(LOG.length + 1)).sort();
}

describe('damage in a segment', () => {
  test('what is in front stays, the rest is set aside byte for byte', async () => {
    const disk = await logOf(4);
    const before = damage(disk, segmentPath(LOG, 1));
    const later = Buffer.from(disk.content(segmentPath(LOG, 3)));
    const repair = await repairWal(await damageOf(disk), disk);
    expect(repair).toEqual({
      file: segmentPath(LOG, 1),
      offset: 34,
      setAside: [1, 2, 3].map((segment) => `${segmentPath(LOG, segment)}.corrupt`),
    });
    expect(names(disk)).toEqual(['00000000', '00000001', '00000001.corrupt', '00000002.corrupt', '00000003.corrupt']);
    expect(disk.content(`${segmentPath(LOG, 1)}.corrupt`)).toEqual(before);
    expect(disk.content(`${segmentPath(LOG, 3)}.corrupt`)).toEqual(later);
    expect(disk.content(segmentPath(LOG, 1)).length).toBe(PAGE_SIZE);
    expect(await collect(readWal(LOG, { fileSystem: disk }))).toEqual([...recordsOf(0), recordsOf(1)[0]]);
  });

  test('a second repair overwrites nothing of the first', async () => {
    const disk = await logOf(2);
    damage(disk, segmentPath(LOG, 1));
    await repairWal(await damageOf(disk), disk);
    disk.content(segmentPath(LOG, 1))[20] ^= 1;
    const { setAside } = await repairWal(await damageOf(disk), disk);
    expect(setAside).toEqual([`${segmentPath(LOG, 1)}.2.corrupt`]);
    expect(names(disk)).toEqual(['00000000', '00000001', '00000001.2.corrupt', '00000001.corrupt']);
  });

  test('a crash at any step leaves a log that can be repaired again, and loses nothing', async () => {
    const healthy = await logOf(3);
    damage(healthy, segmentPath(LOG, 1));
    const error = await damageOf(healthy);
    const wanted = new Map(names(healthy).map((name) => [name, healthy.content(`${LOG}/${name}`)]));
    for (let step = 1; ; step++) {
      const disk = healthy.clone();
      let steps = 0;
      disk.faults = { failing: () => (++steps >= step ? 'EIO' : undefined) };
      const isDone = await repairWal(error, disk).then(
        () => true,
        () => false,
      );
      disk.faults = {};
      const recovered: PlainRecord[] = [];
      await recoverWal(LOG, ({ record }) => void recovered.push(plainRecord(record)), { fileSystem: disk });
      expect(recovered).toEqual([...recordsOf(0), recordsOf(1)[0]]);
      const contents = [...disk.files.values()].map(({ content }) => content);
      for (const [name, content] of wanted)
        expect([name, contents.some((each) => each.equals(content))]).toEqual([name, true]);
      if (isDone) break;
      expect(step).toBeLessThan(100);
    }
  });
});

describe('recovery', () => {
  test('reports what it repaired and what it went past', async () => {
    const disk = await logOf(2);
    damage(disk, segmentPath(LOG, 1));
    const recovery = await recoverWal(LOG, () => {}, { fileSystem: disk });
    expect(recovery).toMatchObject({
      repairs: [{ file: segmentPath(LOG, 1), offset: 34, damage: { code: 'bad_checksum' } }],
      unsupported: new Map(),
      tornTail: undefined,
    });
  });

  test('of a sound log only reads', async () => {
    const disk = await logOf(2);
    disk.operations.length = 0;
    const recovery = await recoverWal(LOG, () => {}, { fileSystem: disk });
    expect(recovery.repairs).toEqual([]);
    expect(disk.operations.filter((each) => !/^(list|open|read|close|size) /.test(each))).toEqual([]);
  });

  test('waits for the visitor, and passes its errors on', async () => {
    const disk = await logOf(1);
    const refusal = new Error('no');
    await expect(recoverWal(LOG, () => Promise.reject(refusal), { fileSystem: disk })).rejects.toBe(refusal);
  });

  test('after a damaged checkpoint the segments are read on, and its content is kept outside of it', async () => {
    const disk = await logOf(4);
    await createCheckpoint(LOG, {
      through: 1,
      keepSeries: () => true,
      minTime: 0,
      compression: 'none',
      fileSystem: disk,
    });
    const checkpoint = `${LOG}/checkpoint.00000001/00000000`;
    const before = damage(disk, checkpoint);
    const recovered: PlainRecord[] = [];
    const recovery = await recoverWal(LOG, ({ record }) => void recovered.push(plainRecord(record)), {
      fileSystem: disk,
    });
    expect(recovered).toEqual([recordsOf(0)[0], ...recordsOf(2), ...recordsOf(3)]);
    expect(recovery.repairs).toMatchObject([
      { file: checkpoint, setAside: [`${LOG}/checkpoint.00000001.corrupt/00000000.corrupt`] },
    ]);
    expect(disk.content(`${LOG}/checkpoint.00000001.corrupt/00000000.corrupt`)).toEqual(before);
    expect(await collect(readWal(LOG, { fileSystem: disk }))).toEqual(recovered);
  });
});
