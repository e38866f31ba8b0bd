import type { FileSystem } from '../file/file-system.ts';
import type { DbClock } from './clock.ts';
import type { DbLog } from './db-log.ts';
import type { Host } from './host.ts';

const REFRESH_INTERVAL_MS = 10_000;
/** A process that runs has had three chances by then. */
const ABANDONED_AFTER_MS = 3 * REFRESH_INTERVAL_MS;
const LOOK_INTERVAL_MS = 1000;

export interface LockOptions {
  readonly directory: string;
  readonly host: Host;
  readonly clock: DbClock;
  readonly log: DbLog;
}

/**
 * Writes a lock file anew every ten seconds, which tells other machines that its process runs. Written and not touched,
 * so that a file server gives it the time of its own clock. What the disk refuses is tried again the next time. Stops, and
 * says so, when the file is another process'.
 */
export function keepFresh({ host, clock, log }: LockOptions, path: string, content: string): () => Promise<void> {
  const bytes = Buffer.from(content);
  let isStopped = false;
  let refreshed = Promise.resolve();
  let cancel = clock.after(REFRESH_INTERVAL_MS, begin);

  function begin(): void {
    refreshed = refresh();
  }

  async function refresh(): Promise<void> {
    const isOwn = await tryRewrite(host.fileSystem, path, bytes);
    if (isStopped) return;
    if (isOwn !== false) cancel = clock.after(REFRESH_INTERVAL_MS, begin);
    else log({ level: 'error', message: `${path}: another process has taken the data directory from this one` });
  }

  return async () => {
    isStopped = true;
    cancel();
    await refreshed;
  };
}

/**
 * Whether the file has this content still, which is then written anew; `undefined` if that cannot be done. Through one
 * open file: if it is moved away meanwhile, nothing is written to the one that takes its place.
 */
async function tryRewrite(fileSystem: FileSystem, path: string, bytes: Buffer): Promise<boolean | undefined> {
  try {
    const file = await fileSystem.open(path, 'write');
    try {
      const present = Buffer.alloc(bytes.length + 1);
      const length = await file.read(present, 0);
      const isOwn = bytes.equals(present.subarray(0, length));
      if (isOwn) await file.write(bytes, 0);
      return isOwn;
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

/**
 * Whether nobody has refreshed a lock file for half a minute. Looks at the file for as long as it takes to tell, half a
 * minute at most, and ends at once when the file changes or goes.
 */
export async function isAbandoned({ host, clock, log }: LockOptions, path: string): Promise<boolean> {
  const modified = await host.tryModifiedMs(path);
  if (modified === undefined) return false;
  const ageMs = (await fileSystemNow(host, path)) - modified;
  // A time in the future says nothing; that it does not change does.
  const patienceMs = ABANDONED_AFTER_MS - Math.max(0, ageMs);
  if (patienceMs <= 0) return true;
  const seconds = Math.ceil(patienceMs / 1000);
  log({ level: 'info', message: `${path}: waiting up to ${seconds} s for a sign that its process still runs` });
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += LOOK_INTERVAL_MS) {
    await new Promise<void>((resolve) => clock.after(LOOK_INTERVAL_MS, resolve, { keepsAlive: true }));
    if ((await host.tryModifiedMs(path)) !== modified) return false;
  }
  return true;
}

/** The present in the times of files beside this one: the clock of a file server may differ from this machine's. */
async function fileSystemNow(host: Host, path: string): Promise<number> {
  const probe = `${path}.now-${ownSuffix(host)}`;
  await host.fileSystem.remove(probe);
  await host.createExclusively(probe, '');
  const now = await host.tryModifiedMs(probe);
  await host.fileSystem.remove(probe);
  if (now === undefined) throw new Error(`BUG: ${probe} is gone, and no other process uses this name`);
  return now;
}

/** For names of files that are one process' own: in containers many processes have the same number. */
function ownSuffix({ name, pid }: Host): string {
  return `${encodeURIComponent(name)}-${pid}`;
}
