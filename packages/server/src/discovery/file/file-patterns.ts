import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** The files that a pattern with at most one `*`, in its last part, stands for now; by name. */
export async function filesOf(pattern: string): Promise<readonly string[]> {
  const name = basename(pattern);
  const star = name.indexOf('*');
  if (star < 0) return (await isThere(pattern)) ? [pattern] : [];
  const [before, after] = [name.slice(0, star), name.slice(star + 1)];
  const directory = dirname(pattern);
  const isMatch = (found: string) =>
    found.length >= before.length + after.length && found.startsWith(before) && found.endsWith(after);
  return (await namesIn(directory))
    .filter(isMatch)
    .toSorted()
    .map((found) => join(directory, found));
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
