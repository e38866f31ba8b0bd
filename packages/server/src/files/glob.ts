import { basename, dirname, join } from 'node:path';

/**
 * The paths that a pattern matches, sorted: `*` and `?` stand for any characters within one name, `[a-z]` and `[^a-z]` for
 * one character, and a backslash takes the meaning from the next. A pattern without any of these stands for itself, if there
 * is such a file. Fails where `listDirectory` does.
 */
export async function expandGlob(
  pattern: string,
  listDirectory: (path: string) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const parent = dirname(pattern);
  const directories = hasWildcard(parent) ? await expandGlob(parent, listDirectory) : [parent];
  const regexp = toRegExp(basename(pattern));
  const found: string[] = [];
  for (const directory of directories) {
    for (const name of await listDirectory(directory)) if (regexp.test(name)) found.push(join(directory, name));
  }
  return found.toSorted();
}

function hasWildcard(path: string): boolean {
  return /[*?[\\]/.test(path);
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
