import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createLabels } from '@hearth/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCheckpoint } from './checkpoint.ts';
import { openWal } from './open-wal.ts';
import { readWal, type WalReading } from './read-wal.ts';
import { readWalAhead } from './read-wal-ahead.ts';
import { segmentPath } from './segments.ts';
import { bundleProgram } from './testing/bundle-program.ts';
import { encoded, type PlainRecord, plainRecord, sample } from './testing/plain-records.ts';

/** More samples than a message holds, so that several are on their way. */
const SCRAPES = 60;
const SERIES = 4000;

let directory: string;
let program: URL;
let logs = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hearth-ahead-'));
  program = pathToFileURL(await bundleProgram(join(import.meta.dirname, 'log-thread.ts'), directory));
}, 60_000);

afterAll(() => rm(directory, { recursive: true }));

async function writeLog(scrapes = SCRAPES): Promise<string> {
  const path = join(directory, `wal-${logs++}`);
  const wal = await openWal(path, { compression: 'snappy' });
  for (let scrape = 0; scrape < scrapes; scrape++) {
    const first = 1000 * scrape + 1;
    const added = Array.from({ length: 20 }, (_, i) => ({
      ref: first + i,
      labels: createLabels({ a: `${first + i}` }),
    }));
    const t = 1_700_000_000_000 + 15_000 * scrape;
    await wal.log(encoded({ series: added }));
    await wal.log(encoded({ samples: Array.from({ length: SERIES }, (_, i) => sample(i + 1, t, i * scrape)) }));
    if (scrape % 20 === 7) await wal.log(encoded({ tombstones: [{ ref: 1, minTime: 1, maxTime: t }] }));
    if (scrape % 20 === 9) await wal.log([Uint8Array.of(7, 1, 2)]);
  }
  await wal.close();
  return path;
}

interface Outcome {
  /** Samples that follow each other as one record. */
  readonly records: PlainRecord[];
  readonly error: unknown;
  readonly report: WalReading['report'];
}

async function outcomeOf(reading: WalReading): Promise<Outcome> {
  const records: PlainRecord[] = [];
  let error: unknown;
  try {
    for await (const { record } of reading) {
      const plain = plainRecord(record);
      const last = records.at(-1);
      if ('samples' in plain && last !== undefined && 'samples' in last) {
        records[records.length - 1] = { samples: [...last.samples, ...plain.samples] };
      } else {
        records.push(plain);
      }
    }
  } catch (caught) {
    error = caught;
  }
  return { records, error, report: reading.report };
}

function ahead(log: string): WalReading {
  return readWalAhead(log, { minBytes: 0, program });
}

async function change(log: string, edit: (bytes: Buffer) => Uint8Array): Promise<void> {
  const path = segmentPath(log, 0);
  await writeFile(path, edit(await readFile(path)));
}

describe('a log that is read in a thread', () => {
  test('is what it is when it is read here', async () => {
    const log = await writeLog();
    const outcome = await outcomeOf(ahead(log));
    expect(outcome).toEqual(await outcomeOf(readWal(log)));
    expect(outcome.records.length).toBeGreaterThan(2 * SCRAPES);
    expect([...outcome.report.unsupported]).toEqual([['native histograms', 3]]);
  });

  test('begins with its checkpoint', async () => {
    const log = await writeLog(8);
    const wal = await openWal(log, { compression: 'snappy' });
    await wal.nextSegment();
    await createCheckpoint(log, { through: 0, keepSeries: (ref) => ref < 5000, minTime: 1_700_000_060_000 });
    await wal.close();
    const outcome = await outcomeOf(ahead(log));
    expect(outcome.error).toBeUndefined();
    expect(outcome).toEqual(await outcomeOf(readWal(log)));
  });

  test('is read as far as it is sound, with the same error', async () => {
    for (const part of [0.1, 0.35, 0.6, 0.85]) {
      const log = await writeLog(20);
      await change(log, (bytes) => {
        bytes[Math.floor(part * bytes.length)] ^= 0x10;
        return bytes;
      });
      const outcome = await outcomeOf(ahead(log));
      expect(outcome.error).toMatchObject({ name: 'CorruptionError', file: segmentPath(log, 0) });
      expect(outcome).toEqual(await outcomeOf(readWal(log)));
    }
  });

  test('says where it is torn', async () => {
    const log = await writeLog(3);
    await change(log, (bytes) => bytes.subarray(0, bytes.length - 40_000));
    const { error, report } = await outcomeOf(ahead(log));
    expect(error).toBeUndefined();
    expect(report.tornTail).toMatchObject({ file: segmentPath(log, 0) });
    expect(report).toEqual((await outcomeOf(readWal(log))).report);
  });

  test('can be left in the middle, and before it begins', async () => {
    const log = await writeLog();
    for await (const { record } of ahead(log)) if (record.kind === 'samples') break;
    await readWalAhead(log, { minBytes: 0, program }).close();
  });
});

describe('a log is read here', () => {
  test('if it is short', async () => {
    const log = await writeLog(2);
    const missing = new URL('none.mjs', program);
    expect(await outcomeOf(readWalAhead(log, { program: missing }))).toEqual(await outcomeOf(readWal(log)));
  });

  test('if there is no program for a thread', async () => {
    const log = await writeLog(2);
    const missing = new URL('none.mjs', program);
    expect(await outcomeOf(readWalAhead(log, { minBytes: 0, program: missing }))).toEqual(
      await outcomeOf(readWal(log)),
    );
  });

  test('if it is not there, or has a gap', async () => {
    const none = join(directory, 'nowhere');
    expect(await outcomeOf(ahead(none))).toEqual(await outcomeOf(readWal(none)));
    const log = await writeLog(2);
    await writeFile(segmentPath(log, 7), '');
    const outcome = await outcomeOf(ahead(log));
    expect(outcome.error).toMatchObject({ code: 'missing_segment' });
    expect(outcome).toEqual(await outcomeOf(readWal(log)));
  });
});
