/**
 * The part of a file system that the storage needs. Errors are those of Node.js, with `code` (ENOSPC, EIO, …): a failing
 * disk is not a corrupt file.
 */
export interface FileSystem {
  /** `read` and `write` open a file that exists; `create` makes an empty one where there is none. The last two write. */
  open(path: string, access: 'read' | 'write' | 'create'): Promise<OpenFile>;
  /** Names in a directory, in no order. */
  list(directory: string): Promise<readonly string[]>;
  /** With its parents; one that exists is fine. */
  makeDirectory(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  copy(from: string, to: string): Promise<void>;
  /** A file, or a directory with what is in it; nothing there is fine. */
  remove(path: string): Promise<void>;
  /** Makes the names in a directory durable. */
  syncDirectory(path: string): Promise<void>;
}

/** Calls on one file may overlap. All positions are bytes from its start; there is no cursor. */
export interface OpenFile {
  /** How many bytes were read into the front of `into`; fewer than asked for only where the file ends. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** How many of `bytes` were written, which may be fewer than given. */
  write(bytes: Uint8Array, position: number): Promise<number>;
  /** Cuts the file, or extends it with zeros that take no room. */
  truncate(size: number): Promise<void>;
  size(): Promise<number>;
  sync(): Promise<void>;
  /** Waits for the calls under way. */
  close(): Promise<void>;
}
