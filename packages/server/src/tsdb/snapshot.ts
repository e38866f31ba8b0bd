import { join } from 'node:path';
import { type Host, openDb, type ReplayProgress } from '@hearth/tsdb';

export interface SnapshotOptions {
  readonly directory: string;
  readonly host: Host;
  readonly signal: AbortSignal;
  /** Told in a line each what was coped with while the directory was opened. */
  readonly warn: (message: string) => void;
  readonly replaying: (progress: ReplayProgress) => void;
}

/** Makes a copy of a data directory that nobody uses, what is in the log included; resolves to where it is. */
export async function makeSnapshot(options: SnapshotOptions): Promise<string> {
  const { directory, host, signal, warn, replaying } = options;
  const db = await openDb({
    directory,
    host,
    compactsByItself: false,
    replayProgress: replaying,
    log: ({ level, message }) => {
      if (level !== 'info') warn(message);
    },
  });
  // Closing ends a snapshot that is being made, and removes it.
  const stop = (): void => void db.close();
  signal.addEventListener('abort', stop);
  try {
    signal.throwIfAborted();
    return join(directory, 'snapshots', await db.snapshot({ withHead: true }));
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    await db.close();
  }
}
