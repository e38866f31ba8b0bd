import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCheckpoint } from './checkpoint.ts';
import { openWal } from './open-wal.ts';
import { readWal } from './read-wal.ts';
import { collect, encoded, type PlainRecord, sample } from './testing/plain-records.ts';

const run = promisify(execFile);

/** A file system of 512 KiB in memory, where this process may mount one. */
async function mountSmallDisk(): Promise<string | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-small-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'hearth-test', directory], { timeout: 10_000 });
    return directory;
  } catch {
    await rm(directory, { recursive: true });
    return undefined;
  }
}

const disk = await mountSmallDisk();
const skip = disk === undefined ? ' (skipped: mounting a tmpfs takes root on Linux)' : '';

describe.skipIf(disk === undefined)(`on a real disk of 512 KiB${skip}`, () => {
  const directory = join(disk ?? '', 'wal');
  const ballast = join(disk ?? '', 'ballast');
  const reserve = join(disk ?? '', 'reserve');

  beforeAll(async () => {
    await writeFile(ballast, Buffer.alloc(128 * 1024));
    await writeFile(reserve, Buffer.alloc(32 * 1024));
  });

  afterAll(async () => {
    await run('umount', ['--lazy', disk ?? ''], { timeout: 10_000 });
    await rm(disk ?? '', { recursive: true });
  });

  test('commits are refused when it is full and accepted when there is room, and all that were accepted are there', async () => {
    const wal = await openWal(directory, { compression: 'none' });
    const accepted: PlainRecord[] = [];
    const refusals: unknown[] = [];
    for (let n = 0; n < 80; n++) {
      if (refusals.length === 5) await rm(ballast, { force: true });
      const record = { samples: Array.from({ length: 700 }, (_, i) => sample(i, n, Math.sqrt(n + i))) };
      await wal.log(encoded(record)).then(
        () => accepted.push(record),
        (error: unknown) => refusals.push(error),
      );
    }
    expect(refusals.length).toBeGreaterThan(5);
    expect(accepted.length).toBeGreaterThan(30);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ name: 'WalError', code: 'disk_full', cause: { code: 'ENOSPC' } });
    }
    expect(await collect(readWal(directory))).toEqual(accepted);

    await wal.nextSegment();
    const keepAll = { through: 0, keepSeries: () => true, minTime: 0, compression: 'none' } as const;
    await expect(createCheckpoint(directory, keepAll)).rejects.toMatchObject({ code: 'disk_full' });
    await rm(reserve);
    const stats = await createCheckpoint(directory, { ...keepAll, keepSeries: (ref) => ref < 2 });
    expect(stats?.samples.kept).toBe(2 * accepted.length);
    await wal.close();
  });
});
