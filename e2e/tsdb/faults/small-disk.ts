import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { open, readdir, rm, rmdir, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own, of a few megabytes, in memory. */
export interface SmallDisk {
  readonly directory: string;
  /** Leaves only so many bytes free. */
  fill(leaveBytes: number): Promise<void>;
  /** Takes away what `fill` wrote. */
  free(): Promise<void>;
  /** Removes everything. */
  clear(): Promise<void>;
  unmount(): Promise<void>;
}

const FILLER = 'filler';

/** `undefined` where this user may not mount. */
export function tryMountSmallDisk(size: string): SmallDisk | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const directory = mkdtempSync(join(tmpdir(), 'hearth-faults-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', directory], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return {
    directory,
    async fill(leaveBytes) {
      const { bavail, bsize } = await statfs(directory);
      const filler = await open(join(directory, FILLER), 'a');
      await filler.writeFile(Buffer.alloc(Math.max(0, bavail * bsize - leaveBytes)));
      await filler.close();
    },
    free: () => rm(join(directory, FILLER), { force: true }),
    async clear() {
      for (const name of await readdir(directory)) await rm(join(directory, name), { recursive: true });
    },
    async unmount() {
      // Lazily, for a test that failed may have left a file open.
      execFileSync('umount', ['--lazy', directory]);
      await rmdir(directory);
    },
  };
}
