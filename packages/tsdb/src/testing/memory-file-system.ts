import type { FileSystem, OpenFile } from '../file/file-system.ts';

/**
 * Files in memory. After `failWrites` every write fails, as on a full disk. `synced` tells what would survive a power
 * cut.
 */
export class MemoryFileSystem implements FileSystem {
  readonly files = new Map<string, Uint8Array>();
  readonly directories = new Set<string>();
  /** Paths of the files whose last bytes were synced, and of the directories. */
  readonly synced = new Set<string>();
  openFiles = 0;
  #writesLeft = Infinity;

  failWrites(options: { readonly after: number }): void {
    this.#writesLeft = options.after;
  }

  async open(path: string, access: 'read' | 'write' | 'create'): Promise<OpenFile> {
    if (access === 'create' && !this.files.has(path)) this.files.set(path, new Uint8Array(0));
    if (!this.files.has(path)) throw systemError('ENOENT', `no such file or directory, open '${path}'`);
    this.openFiles++;
    return {
      read: async (into, position) => {
        const bytes = this.#bytes(path).subarray(position, position + into.length);
        into.set(bytes);
        return bytes.length;
      },
      write: async (bytes, position) => this.#write(path, bytes, position),
      truncate: async (size) => {
        const bytes = new Uint8Array(size);
        bytes.set(this.#bytes(path).subarray(0, size));
        this.files.set(path, bytes);
        this.synced.delete(path);
      },
      size: async () => this.#bytes(path).length,
      sync: async () => void this.synced.add(path),
      close: async () => void this.openFiles--,
    };
  }

  async list(directory: string): Promise<readonly string[]> {
    const inside = [...this.files.keys(), ...this.directories].filter((path) => path.startsWith(`${directory}/`));
    return [...new Set(inside.map((path) => path.slice(directory.length + 1).split('/')[0]))];
  }

  async makeDirectory(path: string): Promise<void> {
    this.directories.add(path);
  }

  async rename(from: string, to: string): Promise<void> {
    for (const path of this.#namesFrom(from)) {
      const renamed = to + path.slice(from.length);
      const bytes = this.files.get(path);
      if (bytes === undefined) this.directories.add(renamed);
      else this.files.set(renamed, bytes);
    }
    await this.remove(from);
  }

  async copy(from: string, to: string): Promise<void> {
    this.files.set(to, this.#bytes(from));
  }

  async remove(path: string): Promise<void> {
    for (const name of this.#namesFrom(path)) {
      this.files.delete(name);
      this.directories.delete(name);
    }
  }

  async syncDirectory(path: string): Promise<void> {
    this.synced.add(path);
  }

  /** Takes half of what is given, for callers must cope with that. */
  #write(path: string, bytes: Uint8Array, position: number): number {
    if (this.#writesLeft-- <= 0) throw systemError('ENOSPC', 'no space left on device, write');
    const count = bytes.length > 1 ? Math.ceil(bytes.length / 2) : bytes.length;
    const before = this.#bytes(path);
    const after = new Uint8Array(Math.max(before.length, position + count));
    after.set(before);
    after.set(bytes.subarray(0, count), position);
    this.files.set(path, after);
    this.synced.delete(path);
    return count;
  }

  /** A path and those inside of it. */
  #namesFrom(path: string): string[] {
    return [...this.files.keys(), ...this.directories].filter((name) => name === path || name.startsWith(`${path}/`));
  }

  #bytes(path: string): Uint8Array {
    const bytes = this.files.get(path);
    if (bytes === undefined) throw systemError('ENOENT', `no such file or directory, '${path}'`);
    return bytes;
  }
}

function systemError(code: string, message: string): Error {
  return Object.assign(new Error(`${code}: ${message}`), { code });
}
