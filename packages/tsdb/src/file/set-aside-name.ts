import type { FileSystem } from './file-system.ts';

/**
 * Under which name a damaged file of a directory is set aside: `name.corrupt`, or with a number when that is taken. No
 * reader looks at such names, Prometheus' included.
 */
export async function setAsideName(
  fileSystem: Pick<FileSystem, 'list'>,
  directory: string,
  name: string,
): Promise<string> {
  const taken = new Set(await fileSystem.list(directory));
  let free = `${name}.corrupt`;
  for (let n = 2; taken.has(free); n++) free = `${name}.${n}.corrupt`;
  return free;
}
