import type { FileSystem, OpenFile } from '../file/file-system.ts';
import { WalError, type WalErrorCode } from './wal-error.ts';

const CODES: Readonly<Record<string, WalErrorCode>> = {
  ENOSPC: 'disk_full',
  EDQUOT: 'disk_full',
  EROFS: 'read_only',
  ENOENT: 'not_found',
};

/**
 * The same file system, whose every failure is a `WalError` that names the file and what was tried. Wrapping it twice
 * changes nothing.
 */
export function withTypedErrors(fileSystem: FileSystem): FileSystem {
  const fs = fileSystem;
  return {
    async open(path, access) {
      return typedFile(await typed(path, 'cannot be opened', fs.open(path, access)), path);
    },
    list: (directory) => typed(directory, 'cannot be listed', fs.list(directory)),
    makeDirectory: (path) => typed(path, 'cannot be created', fs.makeDirectory(path)),
    rename: (from, to) => typed(from, `cannot be renamed to ${to}`, fs.rename(from, to)),
    copy: (from, to) => typed(from, `cannot be copied to ${to}`, fs.copy(from, to)),
    remove: (path) => typed(path, 'cannot be removed', fs.remove(path)),
    syncDirectory: (path) => typed(path, 'cannot be synced', fs.syncDirectory(path)),
  };
}

function typedFile(file: OpenFile, path: string): OpenFile {
  return {
    read: (into, position) => typed(path, `cannot be read at byte ${position}`, file.read(into, position)),
    write: (bytes, position) =>
      typed(path, `${bytes.length} bytes cannot be written at byte ${position}`, file.write(bytes, position)),
    truncate: (size) => typed(path, `cannot be truncated to ${size} bytes`, file.truncate(size)),
    size: () => typed(path, 'its size cannot be read', file.size()),
    sync: () => typed(path, 'cannot be synced', file.sync()),
    close: () => typed(path, 'cannot be closed', file.close()),
  };
}

async function typed<T>(file: string, what: string, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (cause) {
    if (cause instanceof WalError) throw cause;
    const systemCode = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new WalError({ code: CODES[systemCode] ?? 'io_error', file, reason: `${what}: ${message}`, cause });
  }
}
