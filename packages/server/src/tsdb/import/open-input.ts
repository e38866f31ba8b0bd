import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { HearthError } from '../../errors.ts';
import { isSystemError } from '../failures.ts';

const READ_BYTES = 1024 * 1024;

export interface OpenedInput {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Of a file; a pipe has none. */
  readonly sizeBytes: number | undefined;
}

/** Opens a file for reading from its start to its end; `signal` ends that. */
export async function openInputFile(path: string, signal: AbortSignal): Promise<OpenedInput> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new HearthError('HEARTH_BAD_INPUT', `${path}: a directory, not a file`);
    const bytes = createReadStream(path, { highWaterMark: READ_BYTES, signal });
    return { bytes, sizeBytes: found.isFile() ? found.size : undefined };
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    const reason = cause.code === 'ENOENT' ? 'there is no such file' : cause.message;
    throw new HearthError('HEARTH_BAD_INPUT', `${path}: ${reason}`, { cause });
  }
}
