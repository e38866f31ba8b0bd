import { dirname } from 'node:path';
import type { FileSystem, OpenFile } from '../file/file-system.ts';
import { systemCodeOf } from '../querying/warnings.ts';

interface MemoryFile {
  content: Buffer;
}

/**
 * A file system that reads another one and writes nothing to it: what is changed is in memory, seen through this one
 * only. For opening a directory that cannot be written: replay repairs and begins files, all small.
 */
export class OverlayFileSystem implements FileSystem {
  readonly #base: FileSystem;
  readonly #files = new Map<string, MemoryFile>();
  readonly #directories = new Set<string>();
  readonly #removed = new Set<string>();

  constructor(base: FileSystem) {
    this.#base = base;
  }

  async open(path: string, access: 'read' | 'write' | 'create'): Promise<OpenFile> {
    let file = this.#files.get(path);
    if (file === undefined && access === 'read' && !this.#isRemoved(path)) return this.#base.open(path, 'read');
    if (file === undefined) {
      const content = await this.#tryContent(path);
      if (content === undefined && access !== 'create') throw noEntry(path);
      file = { content: content ?? Buffer.alloc(0) };
      this.#files.set(path, file);
    }
    return opened(file);
  }

  async list(directory: string): Promise<readonly string[]> {
    const names = new Set<string>();
    let exists = this.#directories.has(directory);
    if (!this.#isRemoved(directory)) {
      try {
        for (const name of await this.#base.list(directory)) {
          if (!this.#isRemoved(`${directory}/${name}`)) names.add(name);
        }
        exists = true;
      } catch (error) {
        if (!exists || systemCodeOf(error) !== 'ENOENT') throw error;
      }
    }
    if (!exists) throw noEntry(directory);
    for (const path of [...this.#files.keys(), ...this.#directories]) {
      if (dirname(path) === directory) names.add(path.slice(directory.length + 1));
    }
    return [...names];
  }

  async makeDirectory(path: string): Promise<void> {
    for (let each = path; each !== dirname(each) && !this.#directories.has(each); each = dirname(each)) {
      this.#directories.add(each);
    }
  }

  async rename(from: string, to: string): Promise<void> {
    await this.copy(from, to);
    await this.remove(from);
  }

  async copy(from: string, to: string): Promise<void> {
    const content = await this.#tryContent(from);
    if (content !== undefined) {
      this.#files.set(to, { content: Buffer.from(content) });
      return;
    }
    await this.makeDirectory(to);
    for (const name of await this.list(from)) await this.copy(`${from}/${name}`, `${to}/${name}`);
  }

  async remove(path: string): Promise<void> {
    const isBelow = (each: string) => each === path || each.startsWith(`${path}/`);
    for (const each of [...this.#files.keys()].filter(isBelow)) this.#files.delete(each);
    for (const each of [...this.#directories].filter(isBelow)) this.#directories.delete(each);
    this.#removed.add(path);
  }

  async syncDirectory(): Promise<void> {}

  /** `undefined` for what is no file. */
  async #tryContent(path: string): Promise<Buffer | undefined> {
    const own = this.#files.get(path);
    if (own !== undefined) return own.content;
    if (this.#isRemoved(path)) return undefined;
    try {
      const file = await this.#base.open(path, 'read');
      try {
        const content = Buffer.alloc(await file.size());
        await file.read(content, 0);
        return content;
      } finally {
        await file.close();
      }
    } catch (error) {
      if (['ENOENT', 'EISDIR'].includes(systemCodeOf(error) ?? '')) return undefined;
      throw error;
    }
  }

  #isRemoved(path: string): boolean {
    for (let each = path; ; each = dirname(each)) {
      if (this.#removed.has(each)) return true;
      if (each === dirname(each)) return false;
    }
  }
}

function opened(file: MemoryFile): OpenFile {
  return {
    read: async (into, position) => file.content.copy(into, 0, Math.min(position, file.content.length)),
    async write(bytes, position) {
      const grown = Buffer.alloc(Math.max(file.content.length, position + bytes.length));
      file.content.copy(grown);
      grown.set(bytes, position);
      file.content = grown;
      return bytes.length;
    },
    async truncate(size) {
      const resized = Buffer.alloc(size);
      file.content.copy(resized);
      file.content = resized;
    },
    size: async () => file.content.length,
    sync: async () => {},
    close: async () => {},
  };
}

function noEntry(path: string): Error {
  return Object.assign(new Error(`ENOENT: no such file or directory, '${path}'`), { code: 'ENOENT' });
}
