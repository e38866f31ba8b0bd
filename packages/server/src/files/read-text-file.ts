import { readFile, stat } from 'node:fs/promises';
import { HearthError } from '../errors.ts';

/** Larger files are refused: rules, tests and scripts that people write are far below that. */
const MAX_BYTES = 64 * 1024 * 1024;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'reading it is not allowed',
};

/** Reads a file that somebody wrote, as UTF-8. Throws a HearthError that names it. */
export async function readTextFile(path: string): Promise<string> {
  try {
    return await readText(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HearthError('HEARTH_BAD_INPUT', `${path}: ${reason}`, { cause });
  }
}

/** The same for callers that name the file themselves: what it throws has the reason only. */
export async function readText(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) throw new Error(`larger than ${MAX_BYTES} bytes`);
    bytes = await readFile(path);
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    throw new Error(REASONS[code] ?? message, { cause });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Error('it is not UTF-8', { cause });
  }
}
