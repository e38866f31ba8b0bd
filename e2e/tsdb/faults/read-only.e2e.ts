import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  applyDamage,
  contentsOf,
  copyDirectory,
  filesIn,
  isDeleted,
  KINDS,
  type Kind,
  LAST_SCRAPE,
  prepareDirectory,
} from './damaged-directory.ts';
import { SERIES_PER_SCRAPE } from './feed.ts';
import { takeInventory } from './inventory.ts';
import { openSmall } from './opened.ts';

const directory = mkdtempSync(join(tmpdir(), 'hearth-faults-read-only-'));
const template = join(directory, 'template');
const original = join(directory, 'original');
/** Where the original is seen, and cannot be written. */
const data = join(directory, 'data');
const canMount = tryMount();

/** Whether this user may mount. Root may write whatever the permissions of a directory are, so a mount it has to be. */
function tryMount(): boolean {
  mkdirSync(original);
  mkdirSync(data);
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    mount();
    unmount();
    return true;
  } catch {
    return false;
  }
}

function mount(): void {
  execFileSync('mount', ['--bind', original, data], { stdio: 'ignore' });
  execFileSync('mount', ['-o', 'remount,ro,bind', data], { stdio: 'ignore' });
}

function unmount(): void {
  // Lazily, for a test that failed may have left a file open.
  execFileSync('umount', ['--lazy', data], { stdio: 'ignore' });
}

beforeAll(() => prepareDirectory(template));

beforeEach(async () => {
  if (!canMount) return;
  await copyDirectory(template, original);
});

afterEach(async () => {
  if (!canMount) return;
  unmount();
  await rm(original, { recursive: true });
  mkdirSync(original);
});

afterAll(() => rm(directory, { recursive: true, force: true }));

describe.skipIf(!canMount)(
  `a directory that cannot be written${canMount ? '' : ' (skipped: only root can mount one)'}`,
  () => {
    test('opens for queries, says so, and stays as it is', async () => {
      mount();
      const before = await contentsOf(data);
      const { db, complaints } = await openSmall(data);
      expect(db.isReadOnly).toBe(true);
      expect(complaints()).toEqual([
        expect.stringMatching(/^\S+ cannot be written and is opened for queries only: EROFS: read-only file system/),
      ]);
      const found = await takeInventory(db, LAST_SCRAPE);
      expect({ wrong: found.wrong, warnings: found.warnings }).toEqual({ wrong: [], warnings: [] });
      for (let n = 0; n <= LAST_SCRAPE; n++) {
        for (let i = 0; i < SERIES_PER_SCRAPE; i++) expect(found.has(n, i)).toBe(!isDeleted(n, i));
      }
      expect(() => db.appender()).toThrow(expect.objectContaining({ code: 'read_only' }));
      await expect(db.compact()).rejects.toMatchObject({ code: 'read_only' });
      await db.close();
      expect(await contentsOf(data)).toEqual(before);
    });

    test.each(Object.keys(KINDS) as Kind[])(
      'with damage (%s): what is sound is read, and nothing is repaired',
      async (kind) => {
        const file = (await filesIn(original)).find((each) => KINDS[kind].test(each))!;
        await applyDamage(original, { file, what: 'flip', byte: 3, bit: 5 });
        mount();
        const before = await contentsOf(data);
        const { db, complaints } = await openSmall(data);
        const found = await takeInventory(db, LAST_SCRAPE);
        expect(found.wrong).toEqual([]);
        expect(found.samples).toBeGreaterThan(1000);
        expect([...complaints(), ...found.warnings].some((line) => line.includes(join(data, file)))).toBe(true);
        await db.close();
        expect(await contentsOf(data)).toEqual(before);
      },
    );
  },
);
