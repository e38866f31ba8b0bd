import { dirname } from 'node:path';
import type { FileSystem, OpenFile } from '../../file/file-system.ts';

/** What a test makes the disk refuse. Each is asked before anything happens. */
export interface DiskFaults {
  /** Bytes that can still be written; the write that needs more takes what there is, and the next one fails. */
  freeBytes?: number;
  /** Fails the call with this error code, for instance `truncate` with EIO. */
  failing?: (operation: DiskOperation, path: string) => string | undefined;
}

export type DiskOperation =
  | 'open'
  | 'list'
  | 'makeDirectory'
  | 'rename'
  | 'copy'
  | 'remove'
  | 'syncDirectory'
  | 'read'
  | 'write'
  | 'truncate'
  | 'size'
  | 'sync'
  | 'close';

interface MemoryFile {
  content: Buffer;
  modifiedMs: number;
}

/** Files in memory that behave like those of the operating system, errors included, and fail on demand. */
export class MemoryDisk implements FileSystem {
  readonly files = new Map<string, MemoryFile>();
  readonly directories = new Set<string>(['/']);
  readonly operations: string[] = [];
  faults: DiskFaults = {};
  /** The clock that files get their times from. */
  now: () => number = () => 0;

  /** The content of a file, to be looked at. */
  content(path: string): Buffer {
    return this.#file(path).content;
  }

  /** Puts a file there, with its directories. */
  put(path: string, content: Uint8Array): void {
    this.#makeDirectory(dirname(path));
    this.files.set(path, { content: Buffer.from(content), modifiedMs: this.now() });
  }

  /** Another disk with the same content, as after a crash. */
  clone(): MemoryDisk {
    const copy = new MemoryDisk();
    for (const directory of this.directories) copy.directories.add(directory);
    for (const [path, { content }] of this.files) copy.put(path, content);
    return copy;
  }

  async open(path: string, access: 'read' | 'write' | 'create'): Promise<OpenFile> {
    this.#begin('open', path);
    if (access === 'create' && !this.files.has(path)) {
      if (!this.directories.has(dirname(path))) throw systemError('ENOENT', path);
      this.files.set(path, { content: Buffer.alloc(0), modifiedMs: this.now() });
    }
    return this.#opened(this.#file(path), path);
  }

  async list(directory: string): Promise<readonly string[]> {
    this.#begin('list', directory);
    if (!this.directories.has(directory)) throw systemError('ENOENT', directory);
    const inside = [...this.files.keys(), ...this.directories].filter((path) => path !== '/');
    return inside.filter((path) => dirname(path) === directory).map((path) => path.slice(directory.length + 1));
  }

  async makeDirectory(path: string): Promise<void> {
    this.#begin('makeDirectory', path);
    this.#makeDirectory(path);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#begin('rename', from);
    const moved = this.#below(from);
    if (moved.length === 0) throw systemError('ENOENT', from);
    if (this.directories.has(to) && this.#below(to).length > 1) throw systemError('ENOTEMPTY', to);
    for (const path of moved) {
      const target = to + path.slice(from.length);
      const file = this.files.get(path);
      if (file === undefined) this.directories.add(target);
      else this.files.set(target, file);
      this.files.delete(path);
      this.directories.delete(path);
    }
  }

  async copy(from: string, to: string): Promise<void> {
    this.#begin('copy', from);
    this.put(to, this.content(from));
  }

  async remove(path: string): Promise<void> {
    this.#begin('remove', path);
    for (const each of this.#below(path)) {
      this.files.delete(each);
      this.directories.delete(each);
    }
  }

  async syncDirectory(path: string): Promise<void> {
    this.#begin('syncDirectory', path);
    if (!this.directories.has(path)) throw systemError('ENOENT', path);
  }

  #begin(operation: DiskOperation, path: string): void {
    this.operations.push(`${operation} ${path}`);
    const code = this.faults.failing?.(operation, path);
    if (code !== undefined) throw systemError(code, path);
  }

  #file(path: string): MemoryFile {
    const file = this.files.get(path);
    if (file === undefined) throw systemError('ENOENT', path);
    return file;
  }

  #makeDirectory(path: string): void {
    for (let each = path; !this.directories.has(each); each = dirname(each)) this.directories.add(each);
  }

  #below(path: string): string[] {
    return [...this.files.keys(), ...this.directories].filter((each) => each === path || each.startsWith(`${path}/`));
  }

  #takeRoom(wanted: number, path: string): number {
    const { freeBytes } = this.faults;
    if (freeBytes === undefined) return wanted;
    if (freeBytes === 0) throw systemError('ENOSPC', path);
    const taken = Math.min(wanted, freeBytes);
    this.faults.freeBytes = freeBytes - taken;
    return taken;
  }

  #opened(file: MemoryFile, path: string): OpenFile {
    let isOpen = true;
    const begin = (operation: DiskOperation) => {
      if (!isOpen) throw systemError('EBADF', path);
      this.#begin(operation, path);
    };
    return {
      read: async (into, position) => {
        begin('read');
        return file.content.copy(into, 0, Math.min(position, file.content.length));
      },
      write: async (bytes, position) => {
        begin('write');
        const count = this.#takeRoom(bytes.length, path);
        const grown = Buffer.alloc(Math.max(file.content.length, position + count));
        file.content.copy(grown);
        grown.set(bytes.subarray(0, count), position);
        file.content = grown;
        file.modifiedMs = this.now();
        return count;
      },
      truncate: async (size) => {
        begin('truncate');
        const kept = Buffer.alloc(size);
        file.content.copy(kept);
        file.content = kept;
        file.modifiedMs = this.now();
      },
      size: async () => {
        begin('size');
        return file.content.length;
      },
      sync: async () => begin('sync'),
      close: async () => {
        begin('close');
        isOpen = false;
      },
    };
  }
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
