import { watch } from 'node:fs';

export interface Watch {
  close(): void;
}

/** Calls `onChange` when something in a directory changes; perhaps too often, and, where the system cannot watch, never. */
export type WatchDirectory = (directory: string, onChange: () => void) => Watch;

export const watchDirectory: WatchDirectory = (directory, onChange) => {
  try {
    const watcher = watch(directory, { persistent: false }, onChange);
    watcher.on('error', onChange);
    return { close: () => watcher.close() };
  } catch {
    // It may not be there yet. What is watched for is looked at from time to time anyway.
    return { close() {} };
  }
};
