import { createLabels } from '@hearth/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CheckpointOptions, createCheckpoint, truncateWal } from './checkpoint.ts';
import { openWal } from './open-wal.ts';
import { readWal } from './read-wal.ts';
import { PAGE_SIZE } from './segment-format.ts';
import { segmentPath } from './segments.ts';
import { arbitraryRecord } from './testing/arbitrary-records.ts';
import { MemoryDisk } from './testing/memory-disk.ts';
import { collect, encoded, type PlainRecord, sample } from './testing/plain-records.ts';
import { LOG, logAll } from './testing/small-log.ts';

const isEven = (ref: number) => ref % 2 === 0;
const everything = { keepSeries: () => true, minTime: Number.NEGATIVE_INFINITY };

/** A log whose segment n holds the n-th records, and an empty segment at the end. */
async function logOf(segments: readonly (readonly PlainRecord[])[]): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  const wal = await openWal(LOG, { fileSystem: disk });
  for (const records of segments) {
    await logAll(wal, records);
    await wal.nextSegment();
  }
  await wal.close();
  return disk;
}

function checkpoint(disk: MemoryDisk, options: Omit<CheckpointOptions, 'fileSystem'>) {
  return createCheckpoint(LOG, { ...options, fileSystem: disk });
}

function readAll(disk: MemoryDisk): Promise<PlainRecord[]> {
  return collect(readWal(LOG, { fileSystem: disk }));
}

function names(disk: MemoryDisk): string[] {
  return [...disk.files.keys()].map((path) => path.slice(LOG.length + 1)).sort();
}

/** What a checkpoint must hold, the simple way; metadata, which moves to the end, comes last. */
function filtered(records: readonly PlainRecord[], { keepSeries, minTime }: Omit<CheckpointOptions, 'through'>) {
  const isKept = (each: { ref: number; t?: number; maxTime?: number }) =>
    keepSeries(each.ref) && (each.t ?? each.maxTime ?? Number.POSITIVE_INFINITY) >= minTime;
  const kept: PlainRecord[] = [];
  const metadata = new Map<number, unknown>();
  for (const record of records) {
    const [[kind, entries]] = Object.entries(record) as [string, { ref: number }[]][];
    const rest = entries.filter(isKept);
    if (kind === 'metadata') for (const entry of rest) metadata.set(entry.ref, entry);
    else if (rest.length > 0) kept.push({ [kind]: rest } as unknown as PlainRecord);
  }
  return metadata.size === 0 ? kept : [...kept, { metadata: [...metadata.values()] } as PlainRecord];
}

describe('what a checkpoint holds', () => {
  const series = [1, 2].map((ref) => ({ ref, labels: createLabels({ ref: String(ref) }) }));
  const labels = createLabels({ id: 'x' });
  const meta = (ref: number, help: string) => ({ ref, type: 1, unit: '', help });
  const records: PlainRecord[] = [
    { series },
    { samples: [sample(1, 100, 1), sample(2, 100, 2), sample(2, 99, 3), { ref: 2, t: 101, bits: '7ff0000000000002' }] },
    { metadata: [meta(1, 'a'), meta(2, 'b')] },
    {
      exemplars: [
        { ...sample(2, 99, 1), labels },
        { ...sample(2, 100, 2), labels },
      ],
    },
    { tombstones: [1, 2].flatMap((ref) => [99, 100].map((maxTime) => ({ ref, minTime: 0, maxTime }))) },
    { metadata: [meta(2, 'c')] },
  ];

  test('series that are kept, what belongs to them and is not too old, and the last word on each', async () => {
    const disk = await logOf([records]);
    const stats = await checkpoint(disk, { through: 0, keepSeries: isEven, minTime: 100 });
    await truncateWal(LOG, disk);
    expect(await readAll(disk)).toEqual([
      { series: [series[1]] },
      { samples: [sample(2, 100, 2), { ref: 2, t: 101, bits: '7ff0000000000002' }] },
      { exemplars: [{ ...sample(2, 100, 2), labels }] },
      { tombstones: [{ ref: 2, minTime: 0, maxTime: 100 }] },
      { metadata: [meta(2, 'c')] },
    ]);
    expect(stats).toEqual({
      series: { kept: 1, dropped: 1 },
      samples: { kept: 2, dropped: 2 },
      tombstones: { kept: 1, dropped: 3 },
      exemplars: { kept: 1, dropped: 1 },
      metadata: { kept: 1, dropped: 2 },
      unsupported: { kept: 0, dropped: 0 },
    });
  });

  test('is what a naive filter keeps, checkpoint upon checkpoint', async () => {
    const segments = fc.array(fc.array(arbitraryRecord, { maxLength: 4 }), { minLength: 2, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(segments, fc.integer({ min: -100, max: 1_700_000_060_000 }), async (segments, minTime) => {
        const disk = await logOf(segments);
        const criteria = { keepSeries: isEven, minTime };
        const middle = segments.length >> 1;
        await checkpoint(disk, { through: middle - 1, ...everything });
        await truncateWal(LOG, disk);
        await checkpoint(disk, { through: segments.length - 1, ...criteria });
        await truncateWal(LOG, disk);
        const first = filtered(segments.slice(0, middle).flat(), everything);
        expect(await readAll(disk)).toEqual(filtered([...first, ...segments.slice(middle).flat()], criteria));
      }),
      { numRuns: 50 },
    );
  });

  test('records that are not stored are left out and counted', async () => {
    const disk = await logOf([[{ unsupported: '\x07hist' }, { unsupported: '\x20?' }]]);
    const stats = await checkpoint(disk, { through: 0, ...everything });
    expect(stats?.unsupported).toEqual({ kept: 0, dropped: 2 });
  });

  test('metadata of very many series comes in several records', async () => {
    const metadata = Array.from({ length: 12_000 }, (_, ref) => meta(ref, 'help'));
    const disk = await logOf([[{ metadata }]]);
    await checkpoint(disk, { through: 0, ...everything });
    await truncateWal(LOG, disk);
    const read = await readAll(disk);
    expect(read.length).toBe(12);
    expect(read.flatMap((record) => ('metadata' in record ? record.metadata : []))).toEqual(metadata);
  });
});

describe('checkpoint and segments as one', () => {
  const records = (n: number): PlainRecord[] => [{ samples: [sample(1, n, n)] }];

  test('a checkpoint replaces its segments, which can be deleted then', async () => {
    const disk = await logOf([records(0), records(1), records(2)]);
    await checkpoint(disk, { through: 1, ...everything });
    const all = [0, 1, 2].flatMap(records);
    expect(names(disk)).toEqual(['00000000', '00000001', '00000002', '00000003', 'checkpoint.00000001/00000000']);
    expect(await readAll(disk)).toEqual(all);
    await truncateWal(LOG, disk);
    expect(names(disk)).toEqual(['00000002', '00000003', 'checkpoint.00000001/00000000']);
    expect(await readAll(disk)).toEqual(all);
  });

  test('the next one takes the last one in, and that can be deleted then', async () => {
    const disk = await logOf([records(0), records(1), records(2)]);
    await checkpoint(disk, { through: 0, ...everything });
    await truncateWal(LOG, disk);
    await checkpoint(disk, { through: 2, ...everything });
    await truncateWal(LOG, disk);
    expect(names(disk)).toEqual(['00000003', 'checkpoint.00000002/00000000']);
    expect(await readAll(disk)).toEqual([0, 1, 2].flatMap(records));
  });

  test('one that reaches no further than the last is not made', async () => {
    const disk = await logOf([records(0), records(1)]);
    expect(await checkpoint(disk, { through: 1, ...everything })).toBeDefined();
    expect(await checkpoint(disk, { through: 1, ...everything })).toBeUndefined();
    expect(await checkpoint(disk, { through: 0, ...everything })).toBeUndefined();
  });

  test('without a checkpoint nothing is deleted', async () => {
    const disk = await logOf([records(0)]);
    const before = names(disk);
    await truncateWal(LOG, disk);
    expect(names(disk)).toEqual(before);
  });

  test('the segment that is written is never taken', async () => {
    const disk = await logOf([records(0)]);
    await expect(checkpoint(disk, { through: 1, ...everything })).rejects.toThrow(/^BUG: checkpoint through segment 1/);
  });

  test('a missing segment after the checkpoint is noticed', async () => {
    const disk = await logOf([records(0), records(1), records(2)]);
    await checkpoint(disk, { through: 0, ...everything });
    await disk.remove(segmentPath(LOG, 0));
    await disk.remove(segmentPath(LOG, 1));
    await expect(readAll(disk)).rejects.toThrow('/data/wal: segment 1 is missing after the checkpoint');
  });

  test('it may be left out, and the reading may end early', async () => {
    const disk = await logOf([records(0), records(1), records(2)]);
    await checkpoint(disk, { through: 0, ...everything });
    const options = { fileSystem: disk, skipCheckpoint: true, lastSegment: 1 };
    expect(await collect(readWal(LOG, options))).toEqual(records(1));
  });
});

describe('a checkpoint appears whole or not at all', () => {
  test('when the disk fails at any step', async () => {
    const segments = [0, 1].map((n) => [{ samples: [sample(1, n, n)] }]);
    const healthy = await logOf(segments);
    for (let step = 1; ; step++) {
      const disk = healthy.clone();
      let steps = 0;
      disk.faults = { failing: () => (++steps === step ? 'EIO' : undefined) };
      const outcome = await checkpoint(disk, { through: 1, ...everything }).catch((error: unknown) => error);
      disk.faults = {};
      expect(await readAll(disk)).toEqual(segments.flat());
      if (steps < step) {
        expect(outcome).toMatchObject({ samples: { kept: 2 } });
        break;
      }
      // Once it has its name it is there, even if that may not survive a loss of power.
      if (!names(disk).includes('checkpoint.00000001/00000000')) expect(outcome).toMatchObject({ code: 'io_error' });
    }
  });

  test('when there is no room, nothing of it stays', async () => {
    const disk = await logOf([[{ samples: Array.from({ length: 4000 }, (_, i) => sample(i, i, Math.sqrt(i))) }]]);
    disk.faults = { freeBytes: 5000 };
    const before = names(disk);
    await expect(checkpoint(disk, { through: 0, ...everything })).rejects.toMatchObject({ code: 'disk_full' });
    expect(names(disk)).toEqual(before);
  });

  test('what a crash left of one is no checkpoint, and goes with the next', async () => {
    const disk = await logOf([[{ samples: [sample(1, 0, 0)] }]]);
    disk.put(`${LOG}/checkpoint.00000000.tmp/00000000`, Buffer.from('half'));
    expect((await readAll(disk)).length).toBe(1);
    await checkpoint(disk, { through: 0, ...everything });
    expect(names(disk)).toEqual(['00000000', '00000001', 'checkpoint.00000000/00000000']);
  });

  test('damage in what it reads ends it: repairing is for the start of the program', async () => {
    const disk = await logOf([[{ samples: [sample(1, 0, 0)] }]]);
    disk.content(segmentPath(LOG, 0))[10] ^= 1;
    const before = names(disk);
    await expect(checkpoint(disk, { through: 0, ...everything })).rejects.toMatchObject({ code: 'bad_checksum' });
    expect(names(disk)).toEqual(before);
  });
});

test('the event loop gets its turn: work is cut where a slice of time ends', async () => {
  const records = Array.from({ length: 40 }, (_, n) => ({ samples: [sample(1, n, n)] }));
  const disk = new MemoryDisk();
  const wal = await openWal(LOG, { fileSystem: disk, segmentSize: PAGE_SIZE });
  await wal.log(records.flatMap(encoded));
  await wal.nextSegment();
  let asked = 0;
  let rested = 0;
  const pace = () => {
    asked++;
    return asked % 10 === 0 ? Promise.resolve().then(() => void rested++) : undefined;
  };
  await createCheckpoint(LOG, { through: 0, ...everything, fileSystem: disk, pace });
  // Once for each record that is read, and once for each that is written.
  expect([asked, rested]).toEqual([80, 8]);
});
