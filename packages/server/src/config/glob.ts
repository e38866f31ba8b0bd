import { basename, dirname, join } from 'node:path';

/**
 * The files that a path with `*`, `?` or `[a-z]` in its last part stands for, sorted. A path without any of these
 * stands for itself, if there is such a file.
 */
export async function expandPattern(
  pattern: string,
  listDirectory: (path: string) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const directory = dirname(pattern);
  const matches = toRegExp(basename(pattern));
  const names = await listDirectory(directory);
  return names
    .filter((name) => matches.test(name))
    .toSorted()
    .map((name) => join(directory, name));
}

function toRegExp(pattern: string): RegExp {
  const source = pattern.replace(/\*|\?|\[\^?[^\]]*\]|[\\^$.|+(){}[\]]/g, (part) => {
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    return part.length > 1 ? part : `\\${part}`;
  });
  return new RegExp(`^${source}$`, 'u');
}
