import type { Querier } from '@hearth/model';
import { BlockStore, createPace, type Host, MergingQuerier, openDb, PageCache } from '@hearth/tsdb';
import { checkDirectory } from './failures.ts';

const CACHE_BYTES = 32 * 1024 * 1024;
const READING_ONLY = 'it is being read, not used';

export interface ReadingOptions {
  readonly directory: string;
  readonly host: Host;
  readonly startMs: number;
  readonly endMs: number;
  /** Told in a line each what cannot be read. */
  readonly warn: (message: string) => void;
}

/** A data directory, open for reading only; another process may be using it. */
export interface Reading {
  readonly querier: Querier;
  close(): Promise<void>;
}

/** Opens the samples between two times, both included. The log is read only if the blocks end before. Nothing is written. */
export async function openReading(options: ReadingOptions): Promise<Reading> {
  const { directory, host, startMs, endMs, warn } = options;
  await checkDirectory(directory, host.fileSystem);
  const pace = createPace();
  const cache = new PageCache({ budgetBytes: CACHE_BYTES });
  const log = ({ message }: { readonly message: string }) => warn(message);
  const store = new BlockStore({ fileSystem: host.fileSystem, directory, cache, pace, log, isReadOnly: true });
  await store.load();
  const blocksEnd = Math.max(Number.NEGATIVE_INFINITY, ...store.blocks.map(({ meta }) => meta.maxTime));
  if (blocksEnd > endMs) {
    const querier = new MergingQuerier(store.queriers({ startMs, endMs }), { pace });
    return { querier, close: () => closeAll(querier, store) };
  }
  await store.close();
  return openWithLog(options);
}

async function openWithLog({ directory, host, startMs, endMs, warn }: ReadingOptions): Promise<Reading> {
  const db = await openDb({
    directory,
    host: withoutWriting(host),
    cacheBytes: CACHE_BYTES,
    compactsByItself: false,
    log: ({ level, message }) => {
      if (level !== 'info' && !message.endsWith(READING_ONLY)) warn(message);
    },
  });
  const querier = await db.querier({ startMs, endMs });
  return { querier, close: () => closeAll(querier, db) };
}

/** The same machine, which refuses the lock as a read-only disk does, so that the storage opens for queries only. */
function withoutWriting(host: Host): Host {
  const createExclusively = () => Promise.reject(Object.assign(new Error(READING_ONLY), { code: 'EROFS' }));
  return { ...host, createExclusively };
}

async function closeAll(...parts: readonly { close(): Promise<void> }[]): Promise<void> {
  for (const part of parts) await part.close();
}
