import { ulid } from 'ulid';
import { PageCache } from '../file/page-cache.ts';
import { DEFAULT_CHUNK_RANGE_MS, type Head } from '../head/head.ts';
import { openHead } from '../head/open-head.ts';
import { systemCodeOf } from '../querying/warnings.ts';
import { createPace } from '../wal/node-pace.ts';
import { BlockStore } from './block-store.ts';
import { systemClock } from './clock.ts';
import { blockRanges } from './compaction/planner.ts';
import { Compactor } from './compactor.ts';
import type { Db, DbOptions } from './db.ts';
import { DbError } from './db-error.ts';
import { type DirectoryLock, lockDirectory } from './directory-lock.ts';
import { DiskGuard } from './disk-guard.ts';
import { nodeHost } from './node-host.ts';
import { OverlayFileSystem } from './overlay-file-system.ts';
import { Storage } from './storage.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const DEFAULT_RETENTION_MS = 15 * DAY_MS;
const LONGEST_BLOCK_MS = 31 * DAY_MS;
/** Room for a segment of the log. More would cost those with small disks blocks that they need not lose. */
const DEFAULT_RESERVE_BYTES = 128 * 1024 * 1024;
const DEFAULT_CACHE_BYTES = 64 * 1024 * 1024;

/** Of a full disk too, for what is there can still be read. */
const NOT_WRITABLE = new Set(['EROFS', 'EACCES', 'EPERM', 'ENOSPC', 'EDQUOT']);

/** Blocks that do not hold all that was appended in their times. */
const INCOMPLETE_HINTS = ['from-out-of-order', 'from-stale-series', 'from-selected-series'];

/** Options with their defaults. */
type Settings = Omit<Required<DbOptions>, 'replayProgress' | 'maxExemplars' | 'walSegmentBytes' | 'walCompression'> &
  DbOptions;

/**
 * Opens a data directory, which is made if there is none. Cleans up what a crash left, sets aside blocks that cannot be
 * read, and replays the log. Rejects with a `DbError` when another process has the directory; if that one may be of another
 * machine, it can take half a minute to tell. A directory that cannot be written is opened for queries only, with a warning.
 */
export async function openDb(options: DbOptions): Promise<Db> {
  const settings = withDefaults(options);
  const { directory, host, log } = settings;
  const lock = await tryLock(settings);
  const isReadOnly = lock === undefined;
  const fileSystem = isReadOnly ? new OverlayFileSystem(host.fileSystem) : host.fileSystem;
  const cache = new PageCache({ budgetBytes: settings.cacheBytes });
  const store = new BlockStore({ fileSystem, directory, cache, pace: settings.pace, log, isReadOnly });
  try {
    if (!isReadOnly) await store.removeLeftovers();
    await store.load();
    const head = await openHead({ ...headOptions(settings), fileSystem, cache, ...minValidTime(store) });
    const storage = assemble(settings, { store, head, lock });
    if (settings.compactsByItself && !isReadOnly) storage.startCompacting();
    return storage;
  } catch (error) {
    await store.close();
    await lock?.release();
    throw error;
  }
}

function withDefaults(options: DbOptions): Settings {
  const retentionMs = options.retentionMs ?? DEFAULT_RETENTION_MS;
  const tenth = retentionMs === 0 ? LONGEST_BLOCK_MS : Math.floor(retentionMs / 10);
  return {
    maxBytes: 0,
    reserveBytes: DEFAULT_RESERVE_BYTES,
    minBlockRangeMs: DEFAULT_CHUNK_RANGE_MS,
    maxBlockRangeMs: Math.min(tenth, LONGEST_BLOCK_MS),
    cacheBytes: DEFAULT_CACHE_BYTES,
    compactsByItself: true,
    clock: systemClock,
    host: nodeHost,
    pace: createPace(),
    createUlid: (timeMs) => ulid(timeMs),
    ...options,
    retentionMs,
  };
}

/** `undefined` for a directory that cannot be written. */
async function tryLock(settings: Settings): Promise<DirectoryLock | undefined> {
  const { host, directory, log } = settings;
  try {
    await host.fileSystem.makeDirectory(directory);
    return await lockDirectory(settings);
  } catch (error) {
    if (error instanceof DbError || !NOT_WRITABLE.has(systemCodeOf(error) ?? '')) throw error;
    await host.fileSystem.list(directory);
    const reason = (error as Error).message;
    log({ level: 'warn', message: `${directory} cannot be written and is opened for queries only: ${reason}` });
    return undefined;
  }
}

function headOptions({ directory, host, pace, minBlockRangeMs, log, ...options }: Settings) {
  const { maxExemplars, walSegmentBytes, walCompression, replayProgress } = options;
  return {
    directory,
    pace,
    readAhead: host.readAhead,
    chunkRangeMs: minBlockRangeMs,
    warn: (message: string) => log({ level: 'warn', message }),
    ...(maxExemplars !== undefined && { maxExemplars }),
    ...(walSegmentBytes !== undefined && { walSegmentBytes }),
    ...(walCompression !== undefined && { walCompression }),
    ...(replayProgress !== undefined && { progress: replayProgress }),
  };
}

function minValidTime(store: BlockStore): { minValidTimeMs?: number } {
  const complete = store.blocks.filter(
    ({ meta }) => !INCOMPLETE_HINTS.some((hint) => meta.compaction.hints.includes(hint)),
  );
  return complete.length === 0 ? {} : { minValidTimeMs: Math.max(...complete.map(({ meta }) => meta.maxTime)) };
}

interface Opened {
  readonly store: BlockStore;
  readonly head: Head;
  readonly lock: DirectoryLock | undefined;
}

function assemble(settings: Settings, { store, head, lock }: Opened): Storage {
  const { directory, host, clock, pace, log, createUlid, retentionMs, maxBytes, reserveBytes } = settings;
  const closing = new AbortController();
  const guard = new DiskGuard({ host, directory, store, reserveBytes, log });
  const shared = { directory, host, clock, pace, log, head, store, guard, createUlid };
  const ranges = blockRanges(settings.minBlockRangeMs, settings.maxBlockRangeMs);
  const retention = { retentionMs, maxBytes };
  const compactor = new Compactor({ ...shared, ranges, retention, signal: closing.signal });
  return new Storage({ ...shared, isReadOnly: lock === undefined, compactor, closing, lock });
}
