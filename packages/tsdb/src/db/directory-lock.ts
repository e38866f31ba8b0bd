import { readWholeFile } from '../file/byte-source.ts';
import { systemCodeOf } from '../querying/warnings.ts';
import { DbError } from './db-error.ts';
import type { Host } from './host.ts';
import { isAbandoned, keepFresh, type LockOptions } from './lock-refresh.ts';

/** The name of Prometheus' own. It holds a flock on it while it runs, and leaves the file empty. */
export const LOCK_FILE = 'lock';
const MAX_LOCK_BYTES = 4096;
const ATTEMPTS = 20;
const TAKEOVER_SUFFIX = '.takeover';
const TAKEOVER_MS = 100;

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** See `Host.tryProcessStart`. */
  readonly started: string;
}

export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * Makes the data directory this process' own. Rejects with a `DbError` that says who has it. A file whose process has
 * ended is taken over: the process is known by its number and by when it started, so a number that is used again does
 * not keep the directory locked. Whether a process of another machine runs shows in that it refreshes its file: this may
 * take half a minute to tell. A container that was killed leaves such a file, for the next one has another host name.
 */
export async function lockDirectory(options: LockOptions): Promise<DirectoryLock> {
  const { host, directory } = options;
  const path = `${directory}/${LOCK_FILE}`;
  const content = await ownContent(host);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await host.createExclusively(path, content)) {
      const stopRefreshing = keepFresh(options, path, content);
      return {
        async release() {
          await stopRefreshing();
          if ((await tryReadText(host, path)) === content) await host.fileSystem.remove(path);
        },
      };
    }
    const found = await tryReadText(host, path);
    if (found === undefined) continue;
    if (await isStale(options, path, found)) await removeStale(options, path, found);
  }
  throw new DbError('locked', `${path}: other processes take the data directory again and again`);
}

/**
 * Whether the process that wrote the file has ended. Rejects with a `DbError` if it runs; false if there is another file
 * by now, or none.
 */
async function isStale(options: LockOptions, path: string, found: string): Promise<boolean> {
  const { host } = options;
  const flockHolder = await host.tryFlockHolder(path);
  if (flockHolder !== undefined) {
    throw new DbError('locked', `${path}: process ${flockHolder} uses the data directory, for instance Prometheus`);
  }
  const holder = tryParseHolder(found);
  if (holder === undefined) return true;
  if (await hasEnded(options, path, holder)) {
    if (holder.host !== host.name) {
      const who = `process ${holder.pid} on ${holder.host}`;
      options.log({ level: 'warn', message: `${path}: ${who} no longer refreshes the file, which is taken over` });
    }
    return true;
  }
  if ((await tryReadText(host, path)) !== found) return false;
  const who = holder.host === host.name && holder.pid === host.pid ? 'this process' : `process ${holder.pid}`;
  throw new DbError('locked', `${path}: ${who} on ${holder.host} uses the data directory already`);
}

async function hasEnded(options: LockOptions, path: string, holder: Holder): Promise<boolean> {
  const { host } = options;
  return holder.host === host.name ? !(await isRunning(host, holder)) : await isAbandoned(options, path);
}

async function isRunning(host: Host, holder: Holder): Promise<boolean> {
  const started = await host.tryProcessStart(holder.pid);
  const isOther = started !== '' && holder.started !== '' && started !== holder.started;
  return started !== undefined && !isOther;
}

/**
 * Removes the file of a process that has ended, unless somebody else does or has done so. Several may have found it at the
 * same time, and one of them may have put its own there meanwhile: so a file is only removed by whoever holds `….takeover`
 * beside it, after another look. A process can end while it does that; then the same is done with that file first.
 */
async function removeStale(options: LockOptions, path: string, stale: string): Promise<void> {
  const { host } = options;
  const takeover = `${path}${TAKEOVER_SUFFIX}`;
  const own = await ownContent(host);
  if (await host.createExclusively(takeover, own)) {
    try {
      if ((await tryReadText(host, path)) === stale) await host.fileSystem.remove(path);
    } finally {
      await host.fileSystem.remove(takeover);
    }
    return;
  }
  const found = await tryReadText(host, takeover);
  if (found === undefined) return;
  const other = tryParseHolder(found);
  if (other === undefined || (await hasEnded(options, takeover, other))) await removeStale(options, takeover, found);
  else await pause(options);
}

/** Whoever takes over a file needs a moment for it. */
function pause({ clock }: LockOptions): Promise<void> {
  return new Promise((resolve) => void clock.after(TAKEOVER_MS, resolve, { keepsAlive: true }));
}

async function ownContent(host: Host): Promise<string> {
  const own: Holder = { pid: host.pid, host: host.name, started: (await host.tryProcessStart(host.pid)) ?? '' };
  return `${JSON.stringify(own)}\n`;
}

/** `undefined` for a file that is not there. */
async function tryReadText({ fileSystem }: Host, path: string): Promise<string | undefined> {
  try {
    return (await readWholeFile(fileSystem, path, { maxBytes: MAX_LOCK_BYTES })).toString('utf8');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** `undefined` for what this program did not write to its end. */
function tryParseHolder(text: string): Holder | undefined {
  try {
    const { pid, host, started } = JSON.parse(text) as Partial<Holder>;
    if (!Number.isSafeInteger(pid) || typeof host !== 'string' || typeof started !== 'string') return undefined;
    return { pid: pid as number, host, started };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
