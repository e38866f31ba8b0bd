import type { Stats } from 'node:fs';
import { copyFile, link, open, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { nodeFileSystem } from '../file/node-file-system.ts';
import { systemCodeOf } from '../querying/warnings.ts';
import { readWalAhead } from '../wal/read-wal-ahead.ts';
import type { Host } from './host.ts';

/** Why a file cannot have a second name, though it can be copied. */
const NO_LINKS = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** Field 22 of /proc/<pid>/stat, counted from the one behind the name, which may hold blanks and brackets. */
const START_TIME_FIELD = 22 - 3;

/** Makes the names of unfinished files different. */
let filesCreated = 0;

/** The machine, through Node.js. */
export const nodeHost: Host = {
  fileSystem: nodeFileSystem,
  readAhead: readWalAhead,
  pid: process.pid,
  name: hostname(),
  async createExclusively(path, content) {
    // Written under another name first: whoever finds the file finds all of it.
    const unfinished = `${path}.new-${encodeURIComponent(hostname())}-${process.pid}-${++filesCreated}`;
    await writeWhole(unfinished, content);
    try {
      await link(unfinished, path);
      return true;
    } catch (error) {
      const code = systemCodeOf(error) ?? '';
      if (code === 'EEXIST') return false;
      if (NO_LINKS.has(code)) return await tryWriteNew(path, content);
      throw error;
    } finally {
      await rm(unfinished, { force: true });
    }
  },
  async tryModifiedMs(path) {
    try {
      // Opened, for that is when an NFS client asks its server; it may remember the times of a name for a minute.
      const file = await open(path);
      try {
        return (await file.stat()).mtimeMs;
      } finally {
        await file.close();
      }
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  },
  async link(from, to) {
    try {
      await link(from, to);
    } catch (error) {
      if (!NO_LINKS.has(systemCodeOf(error) ?? '')) throw error;
      await copyFile(from, to);
    }
  },
  async freeBytes(directory) {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  },
  async tryProcessStart(pid) {
    if (!exists(pid)) return undefined;
    const [boot, status] = await Promise.all([
      tryRead('/proc/sys/kernel/random/boot_id'),
      tryRead(`/proc/${pid}/stat`),
    ]);
    const start = status?.slice(status.lastIndexOf(')') + 2).split(' ')[START_TIME_FIELD];
    return boot === undefined || start === undefined ? '' : `${boot.trim()} ${start}`;
  },
  async tryFlockHolder(path) {
    const locks = await tryRead('/proc/locks');
    if (locks === undefined) return undefined;
    const found = await tryStat(path);
    if (found === undefined) return undefined;
    const { dev, ino } = found;
    // As the kernel prints a device: major and minor number in hexadecimal.
    const [major, minor] = [(dev >>> 8) & 0xfff, (dev & 0xff) | ((dev >>> 12) & 0xfff00)];
    const place = `${hex(major)}:${hex(minor)}:${ino}`;
    const line = locks.split('\n').find((text) => text.includes(' FLOCK ') && text.includes(` ${place} `));
    const pid = Number(line?.trim().split(/\s+/)[4]);
    return pid > 0 ? pid : undefined;
  },
};

/** Leaves nothing when it fails: a full disk takes the name and not the content. */
async function writeWhole(path: string, content: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(content);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function tryWriteNew(path: string, content: string): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** `undefined` for a file that is not there, or not any more. */
async function tryStat(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCodeOf(error) === 'EPERM';
  }
}

async function tryRead(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCodeOf(error) === undefined) throw error;
    return undefined;
  }
}

function hex(number: number): string {
  return number.toString(16).padStart(2, '0');
}
