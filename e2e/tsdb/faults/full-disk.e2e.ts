import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Db, type Host, nodeHost } from '../../../packages/tsdb/src/index.ts';
import { copyDirectory } from './damaged-directory.ts';
import { BLOCK_MS, commitScrape, commitScrapes, STEP_MS } from './feed.ts';
import { takeInventory } from './inventory.ts';
import { openSmall } from './opened.ts';
import { type SmallDisk, tryMountSmallDisk } from './small-disk.ts';

const LAST_SCRAPE = 500;
const RESERVE_BYTES = 1024 * 1024;
const FULL = { code: expect.stringMatching(/^(ENOSPC|disk_full)$/) };

const mounted = tryMountSmallDisk('4m');
const disk = mounted as SmallDisk;
let directory: string;
/** Scrapes that nothing was made of yet. */
let template: string;
let data: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hearth-faults-full-'));
  template = join(directory, 'template');
  const { db } = await openSmall(template, { walSegmentBytes: 32 * 1024 });
  await commitScrapes(db, 0, LAST_SCRAPE);
  await db.close();
});

beforeEach(async () => {
  if (mounted === undefined) return;
  await disk.clear();
  data = join(disk.directory, 'data');
  await copyDirectory(template, data);
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
  await mounted?.unmount();
});

async function expectScrapes(db: Db, last: number, offered = last): Promise<void> {
  const found = await takeInventory(db, offered);
  expect({ wrong: found.wrong, warnings: found.warnings, incomplete: found.incomplete(0, last) }).toEqual({
    wrong: [],
    warnings: [],
    incomplete: [],
  });
  // Of a transaction that was refused there is nothing.
  for (let n = last + 1; n <= offered; n++) expect(found.countOf(n)).toBe(0);
}

/** Commits until the disk takes no more. Returns the last number that was accepted. */
async function commitUntilFull(db: Db, first: number): Promise<number> {
  for (let n = first; n < first + 2000; n++) {
    try {
      await commitScrape(db, n);
    } catch (error) {
      expect(error).toMatchObject(FULL);
      return n - 1;
    }
  }
  throw new Error('the disk does not become full');
}

/**
 * The machine, on whose disk only so many bytes are left from the moment on when a path is made that `when` knows. Until
 * then there seems to be room, so that no block goes.
 */
function fillingHost(when: (path: string) => boolean, leaveBytes: number): Host & { readonly isFull: () => boolean } {
  let isFull = false;
  const fillAt = async (path: string) => {
    if (isFull || !when(path)) return;
    isFull = true;
    await disk.fill(leaveBytes);
  };
  return {
    ...nodeHost,
    isFull: () => isFull,
    freeBytes: async () => 1e12,
    fileSystem: {
      ...nodeHost.fileSystem,
      async makeDirectory(path) {
        await nodeHost.fileSystem.makeDirectory(path);
        await fillAt(path);
      },
    },
  };
}

/** Knows the nth block that is begun. */
function nthBlock(nth: number): (path: string) => boolean {
  const begun = new Set<string>();
  return (path) => {
    const name = /\w+\.tmp-for-creation/.exec(path)?.[0];
    if (name !== undefined) begun.add(name);
    return begun.size === nth;
  };
}

/** What is being made when the disk becomes full. */
const PHASES: Readonly<Record<string, () => (path: string) => boolean>> = {
  'a block is cut from the head': () => nthBlock(2),
  'a checkpoint is written': () => (path) => /checkpoint\.\d+\.tmp$/.test(path),
  // Seven are cut from the head first.
  'blocks are compacted': () => nthBlock(8),
};

async function reopenAndCheck(last: number): Promise<void> {
  const { db, complaints } = await openSmall(data);
  await expectScrapes(db, last);
  await db.close();
  expect(complaints()).toEqual([]);
  expect((await readdir(data)).filter((name) => /tmp|unreadable/.test(name))).toEqual([]);
}

describe.skipIf(mounted === undefined)(
  `a disk that is full${mounted === undefined ? ' (skipped: only root can mount one)' : ''}`,
  () => {
    test('during scrapes: those that are not taken are not there, the others can be read, and it goes on by itself', async () => {
      const { db } = await openSmall(data);
      await disk.fill(8192);
      const last = await commitUntilFull(db, LAST_SCRAPE + 1);
      expect(last).toBeGreaterThan(LAST_SCRAPE);
      await expectScrapes(db, last, last + 1);
      await expect(commitScrape(db, last + 1)).rejects.toMatchObject(FULL);
      await disk.free();
      await commitScrapes(db, last + 1, last + 10);
      await expectScrapes(db, last + 10);
      await db.close();
      await reopenAndCheck(last + 10);
    });

    describe.each(Object.keys(PHASES))('while %s', (phase) => {
      test.each([0, 4096, 8192, 16_384])(
        'with %d bytes left: nothing is lost, and it goes on when there is room',
        async (leaveBytes) => {
          const host = fillingHost(PHASES[phase](), leaveBytes);
          const { db } = await openSmall(data, { host, walSegmentBytes: 32 * 1024 });
          const compacted = await db.compact().then(
            () => undefined,
            (error: unknown) => error,
          );
          expect(host.isFull()).toBe(true);
          if (leaveBytes === 0) expect(compacted).toMatchObject(FULL);
          const last = await commitUntilFull(db, LAST_SCRAPE + 1);
          await expectScrapes(db, last, last + 1);
          await disk.free();
          await db.compact();
          await commitScrapes(db, last + 1, last + 10);
          await expectScrapes(db, last + 10);
          await db.close();
          await reopenAndCheck(last + 10);
        },
      );
    });

    test.each([0, 4096, 8192])('when it starts, with %d bytes left: everything can be read', async (leaveBytes) => {
      const before = await openSmall(data);
      await before.db.compact();
      await before.db.close();
      await disk.fill(leaveBytes);
      const full = await openSmall(data);
      await expectScrapes(full.db, LAST_SCRAPE);
      expect(full.db.isReadOnly).toBe(leaveBytes === 0);
      if (leaveBytes === 0) {
        expect(full.complaints()).toEqual([
          expect.stringMatching(
            /^\S+ cannot be written and is opened for queries only: ENOSPC: no space left on device/,
          ),
        ]);
      }
      await full.db.close();
      await disk.free();
      const { db } = await openSmall(data);
      await commitScrapes(db, LAST_SCRAPE + 1, LAST_SCRAPE + 10);
      await db.close();
      await reopenAndCheck(LAST_SCRAPE + 10);
    });

    test('nearly: the oldest blocks go, and no more of them than needed, before there is no room for what comes', async () => {
      const { db, complaints } = await openSmall(data, { maxBlockRangeMs: BLOCK_MS, reserveBytes: RESERVE_BYTES });
      await db.compact();
      expect(complaints()).toEqual([]);
      const names = db.blocks().map(({ meta }) => meta.ulid);
      await disk.fill(RESERVE_BYTES - 40_000);
      await db.compact();
      const left = db.blocks().map(({ meta }) => meta.ulid);
      const removed = names.slice(0, names.length - left.length);
      expect(removed.length).toBeGreaterThan(1);
      expect(left.length).toBeGreaterThan(1);
      expect(left).toEqual(names.slice(removed.length));
      expect(db.counters().blocksForRoom).toBe(removed.length);
      expect(complaints()).toEqual(
        removed.map((name) => expect.stringContaining(`are needed: the oldest block, ${name}, was removed`)),
      );
      await commitScrapes(db, LAST_SCRAPE + 1, LAST_SCRAPE + 10);
      const found = await takeInventory(db, LAST_SCRAPE + 10);
      expect(found.incomplete((removed.length * BLOCK_MS) / STEP_MS, LAST_SCRAPE + 10)).toEqual([]);
      expect(found.wrong).toEqual([]);
      await db.close();
    });
  },
);
