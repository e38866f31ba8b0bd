import type { FileSystem } from '../file/file-system.ts';
import type { Pace } from '../file/pace.ts';
import type { WalCompression } from './compression.ts';
import type { WalRecovery } from './recover-wal.ts';
import type { WalPosition } from './segment-format.ts';

/**
 * A write-ahead log that is open for writing. Calls may overlap; they take effect in the order they were made.
 *
 * How durable a commit is: when `log` resolves, the operating system has it, so it survives the end of the process,
 * kill -9 included. It survives a loss of power once the segment was synced, which happens when a segment is full, at
 * `close`, and by `sync`. Prometheus promises the same.
 */
export interface Wal {
  readonly directory: string;

  /** Where the log ends: everything before it is whole records. A reader of the same process stops there. */
  readonly end: WalPosition;

  /**
   * Appends one commit in one write to one segment. It resolves when all records are with the operating system and
   * rejects with a WalError when none is, and then the log can go on. Only a crash in the middle of the write can leave
   * a part: whole records in front, which are read, and the start of one, which the next open cuts off. A commit larger
   * than a segment is written record by record, and the first of them stay when a later one fails.
   *
   * The records belong to the log until the promise settles. Commits that come while one is being written are written
   * together, in one write, and succeed or fail together.
   */
  log(records: readonly Uint8Array[]): Promise<void>;

  /** Ends the current segment, so that everything up to now can go into a checkpoint; resolves to the new one's number. */
  nextSegment(): Promise<number>;

  /** Resolves when everything logged before is on the disk itself. */
  sync(): Promise<void>;

  /** Writes what waits, syncs and closes. Closing twice is fine. */
  close(): Promise<void>;
}

export interface WalOptions {
  readonly compression?: WalCompression;
  /** Bytes after which a new segment begins; a multiple of the page size. */
  readonly segmentSize?: number;
  /** Bytes of commits that may wait for the disk before `log` refuses with busy. */
  readonly maxWaitingBytes?: number;
  readonly fileSystem?: FileSystem;
  readonly pace?: Pace;
  /** What `recoverWal` has just found. Without it the end of the log is read once more. */
  readonly recovery?: Pick<WalRecovery, 'tornTail'>;
  /** Told, in one line each, what was dropped at the open and what could not be synced later. */
  readonly warn?: (message: string) => void;
}
