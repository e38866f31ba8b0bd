import { copyFile, type FileHandle, link, open, readFile, rm, stat, statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { systemCodeOf } from '../querying/warnings.ts';
import { nodeFileSystem } from '../wal/node-file-system.ts';
import type { Host } from './host.ts';

/** Why a file cannot have a second name, though it can be copied. */
const NO_LINKS = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** Field 22 of /proc/<pid>/stat, counted from the one behind the name, which may hold blanks and brackets. */
const START_TIME_FIELD = 22 - 3;

/** The machine, through Node.js. */
export const nodeHost: Host = {
  fileSystem: nodeFileSystem,
  pid: process.pid,
  name: hostname(),
  async createExclusively(path, content) {
    let file: FileHandle;
    try {
      file = await open(path, 'wx');
    } catch (error) {
      if (systemCodeOf(error) === 'EEXIST') return false;
      throw error;
    }
    try {
      await file.writeFile(content);
    } catch (error) {
      // A full disk takes the name and not the content.
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return true;
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
    const { dev, ino } = await stat(path);
    // As the kernel prints a device: major and minor number in hexadecimal.
    const [major, minor] = [(dev >>> 8) & 0xfff, (dev & 0xff) | ((dev >>> 12) & 0xfff00)];
    const place = `${hex(major)}:${hex(minor)}:${ino}`;
    const line = locks.split('\n').find((text) => text.includes(' FLOCK ') && text.includes(` ${place} `));
    const pid = Number(line?.trim().split(/\s+/)[4]);
    return pid > 0 ? pid : undefined;
  },
};

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
