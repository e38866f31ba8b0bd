import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLabels } from '@hearth/model';
import { ulid } from 'ulid';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Db } from './db.ts';
import type { DbLogLine } from './db-log.ts';
import { openDb } from './open-db.ts';
import { createManualClock } from './testing/memory-host.ts';
import { linesOf } from './testing/written-blocks.ts';

const ALL = { startMs: 0, endMs: 1e12, matchers: [] };
const DISK_BYTES = 5 * 1024 * 1024;
const HOUR = 3_600_000;

const mounted = process.getuid?.() === 0 ? tryMount() : 'only root can mount a disk';

/** Why no disk can be mounted, or nothing. */
function tryMount(): string | undefined {
  const place = execFileSync('mktemp', ['-d']).toString().trim();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place], { stdio: 'pipe' });
    execFileSync('umount', [place]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.split('\n')[0] : String(error);
  } finally {
    execFileSync('rmdir', [place]);
  }
}

let disk: string;
let log: DbLogLine[];

beforeEach(async () => {
  log = [];
  disk = await mkdtemp(join(tmpdir(), 'hearth-small-disk-'));
  if (mounted === undefined) execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', disk]);
});

afterEach(async () => {
  if (mounted === undefined) execFileSync('umount', ['--lazy', disk]);
  await rm(disk, { recursive: true, force: true });
});

function open(reserveBytes: number): Promise<Db> {
  let count = 0;
  return openDb({
    directory: `${disk}/data`,
    log: (line) => log.push(line),
    clock: createManualClock(0),
    createUlid: () => ulid(1_700_000_000_000 + count++),
    walSegmentBytes: 128 * 1024,
    walCompression: 'none',
    reserveBytes,
    retentionMs: 0,
    compactsByItself: false,
  });
}

/** A commit of values that do not compress: about 30 KB in the log. */
async function append(db: Db, time: number): Promise<void> {
  const appender = db.appender();
  for (let i = 0; i < 1500; i++) {
    appender.append(appender.seriesRef(createLabels({ i: String(i) })), time, Math.sin(time + i) * 1e9);
  }
  await appender.commit();
}

const name = mounted === undefined ? '' : ` (skipped: ${mounted})`;

test.skipIf(mounted !== undefined)(`a small disk: the oldest blocks make room for new samples${name}`, async () => {
  const db = await open(2 * 1024 * 1024);
  for (let hour = 0; hour < 40; hour++) {
    for (let i = 0; i < 3; i++) await append(db, hour * HOUR + i * 1_000_000);
    await db.compact();
  }
  expect(db.counters().blocksForRoom).toBeGreaterThan(0);
  expect(db.blocks().length).toBeGreaterThan(0);
  expect(db.blocks()[0].meta.minTime).toBeGreaterThan(0);
  expect(log.filter(({ message }) => message.includes('the oldest block')).length).toBe(db.counters().blocksForRoom);
  await db.close();
});

test.skipIf(mounted !== undefined)(
  `a full disk: appends fail, queries go on, and what was committed is found again${name}`,
  async () => {
    const db = await open(0);
    let time = 0;
    let failure: unknown;
    while (failure === undefined) {
      const [result] = await Promise.allSettled([append(db, time)]);
      if (result.status === 'rejected') failure = result.reason;
      else time += 15_000;
    }
    expect(failure).toMatchObject({ code: 'disk_full' });
    const querier = await db.querier(ALL);
    const lines = await linesOf(querier, ALL);
    await querier.close();
    expect(lines).toHaveLength(1500);
    expect(lines[0].split('@')).toHaveLength(1 + time / 15_000);
    await Promise.allSettled([db.close()]);

    execFileSync('mount', ['-o', `remount,size=${2 * DISK_BYTES}`, disk]);
    const again = await open(0);
    const same = await again.querier(ALL);
    expect(await linesOf(same, ALL)).toEqual(lines);
    await same.close();
    await append(again, time);
    await again.close();
  },
);
