import type { FileSystem } from '../file/file-system.ts';
import type { ReadAhead } from '../wal/read-wal-ahead.ts';

/** What the storage needs of the machine that it runs on. Errors are those of Node.js, with `code`. */
export interface Host {
  readonly fileSystem: FileSystem;
  /** Reads the log of a directory of `fileSystem` in another thread, where there can be one. */
  readonly readAhead?: ReadAhead;
  readonly pid: number;
  readonly name: string;
  /** Makes a file with this content, or none; false if there is one of that name already. */
  createExclusively(path: string, content: string): Promise<boolean>;
  /**
   * When the file was written, in Unix milliseconds by the clock of its file system, and as that knows it now. `undefined`
   * if there is none.
   */
  tryModifiedMs(path: string): Promise<number | undefined>;
  /** A second name for a file, or a copy where there can be none. */
  link(from: string, to: string): Promise<void>;
  /** Bytes that can still be written below a directory. */
  freeBytes(directory: string): Promise<number>;
  /**
   * Tells a process from later ones with the same number: equal texts are one process, and '' is not known. `undefined`
   * if there is no such process.
   */
  tryProcessStart(pid: number): Promise<string | undefined>;
  /** The process that holds a flock on the file, as Prometheus does, if the system can tell. */
  tryFlockHolder(path: string): Promise<number | undefined>;
}
