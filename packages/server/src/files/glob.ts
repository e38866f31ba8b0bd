import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The paths that a pattern matches, sorted: `*` and `?` stand for any characters within one name, `[a-z]` and `[^a-z]` for
 * one character, and a backslash takes the meaning from the next. None where nothing is there, or may not be read.
 */
export async function expandGlob(pattern: string): Promise<readonly string[]> {
  const [first, ...names] = pattern.split('/');
  let found: readonly string[] = [first === '' ? '/' : '.'];
  for (const name of first === '' ? names : [first, ...names]) {
    if (name !== '') found = (await Promise.all(found.map((directory) => expandName(directory, name)))).flat();
  }
  return found.toSorted();
}

async function expandName(directory: string, name: string): Promise<readonly string[]> {
  if (!/[*?[\\]/.test(name)) {
    const path = join(directory, name);
    return (await isThere(path)) ? [path] : [];
  }
  const regexp = toRegExp(name);
  const entries = await readdir(directory).catch(() => []);
  return entries.filter((entry) => regexp.test(entry)).map((entry) => join(directory, entry));
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

const PARTS = /\*|\?|\[\^?(?:\\.|[^\]\\])+\]|\\.|[\s\S]/gu;

function toRegExp(name: string): RegExp {
  const source = name.replace(PARTS, (part) => {
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part[0] === '[' && part.length > 1) return part;
    return part.replace(/^\\(?=.)/, '').replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
  });
  return new RegExp(`^${source}$`, 'u');
}
