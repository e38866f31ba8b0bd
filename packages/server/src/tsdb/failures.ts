import { CorruptionError, DbError, WalError } from '@hearth/tsdb';
import { HearthError } from '../errors.ts';

/**
 * What the storage and the disk refuse, as a failure that the person at the keyboard can act on. Anything else is a bug
 * and stays what it is.
 */
export function failureOf(error: unknown): unknown {
  if (error instanceof CorruptionError) return new HearthError('HEARTH_DATA_DAMAGED', error.message, { cause: error });
  if (error instanceof DbError || error instanceof WalError || isSystemError(error)) {
    return new HearthError('HEARTH_DATA_DIRECTORY', error.message, { cause: error });
  }
  return error;
}

/** Whether the error is one of the operating system, such as ENOSPC. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

/** Throws unless there is such a directory. */
export async function checkDirectory(
  directory: string,
  fileSystem: { list(path: string): Promise<readonly string[]> },
): Promise<void> {
  try {
    await fileSystem.list(directory);
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such directory',
      ENOTDIR: 'not a directory',
    };
    const reason = reasons[cause.code ?? ''] ?? cause.message;
    throw new HearthError('HEARTH_DATA_DIRECTORY', `${directory}: ${reason}`, { cause });
  }
}
