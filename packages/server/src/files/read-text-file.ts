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
    const { size } = await stat(path);
    if (size > MAX_BYTES) throw new HearthError('HEARTH_BAD_INPUT', `${path}: larger than ${MAX_BYTES} bytes`);
    return decode(await readFile(path), path);
  } catch (cause) {
    if (cause instanceof HearthError) throw cause;
    const { code = '', message } = cause as NodeJS.ErrnoException;
    throw new HearthError('HEARTH_BAD_INPUT', `${path}: ${REASONS[code] ?? message}`, { cause });
  }
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new HearthError('HEARTH_BAD_INPUT', `${path}: it is not UTF-8`, { cause });
  }
}
