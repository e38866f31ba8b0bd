import { readWholeFile } from '../file/byte-source.ts';
import { systemCodeOf } from '../querying/warnings.ts';
import { DbError } from './db-error.ts';
import type { Host } from './host.ts';
import { isAbandoned, keepFresh, type LockOptions, ownSuffix } from './lock-refresh.ts';

/** The name of Prometheus' own. It holds a flock on it while it runs, and leaves the file empty. */
export const LOCK_FILE = 'lock';
const MAX_LOCK_BYTES = 4096;
const ATTEMPTS = 5;

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
  const own: Holder = { pid: host.pid, host: host.name, started: (await host.tryProcessStart(host.pid)) ?? '' };
  const content = `${JSON.stringify(own)}\n`;
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
    if (await isStale(options, path, found)) await removeStale(host, path, found);
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
  const isOfThisMachine = holder.host === host.name;
  if (isOfThisMachine && !(await isRunning(host, holder))) return true;
  if (!isOfThisMachine && (await isAbandoned(options, path))) {
    const who = `process ${holder.pid} on ${holder.host}`;
    options.log({ level: 'warn', message: `${path}: ${who} no longer refreshes the file, which is taken over` });
    return true;
  }
  if ((await tryReadText(host, path)) !== found) return false;
  const who = isOfThisMachine && holder.pid === host.pid ? 'this process' : `process ${holder.pid}`;
  throw new DbError('locked', `${path}: ${who} on ${holder.host} uses the data directory already`);
}

async function isRunning(host: Host, holder: Holder): Promise<boolean> {
  const started = await host.tryProcessStart(holder.pid);
  const isOther = started !== '' && holder.started !== '' && started !== holder.started;
  return started !== undefined && !isOther;
}

/** Takes the file away under a name of its own; one that somebody has put there meanwhile goes back. */
async function removeStale(host: Host, path: string, stale: string): Promise<void> {
  const aside = `${path}.stale-${ownSuffix(host)}`;
  try {
    await host.fileSystem.rename(path, aside);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return;
    throw error;
  }
  const taken = await tryReadText(host, aside);
  if (taken !== undefined && taken !== stale) await host.createExclusively(path, taken);
  await host.fileSystem.remove(aside);
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
