import type { FileSystem, OpenFile } from '../file/file-system.ts';

/**
 * The part of a file system that the log needs: that of all files here, and what it takes to append and to repair.
 * Errors are those of Node.js, with `code` (ENOSPC, EIO, …).
 */
export interface WalFileSystem extends FileSystem {
  /** As well as `read` and `create`: `write` opens a file that exists and writes it. */
  open(path: string, access: 'read' | 'write' | 'create'): Promise<WalFile>;
  copy(from: string, to: string): Promise<void>;
}

export interface WalFile extends OpenFile {
  /** Cuts the file, or extends it with zeros that take no room. */
  truncate(size: number): Promise<void>;
}
