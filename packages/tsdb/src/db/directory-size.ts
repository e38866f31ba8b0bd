import type { FileSystem } from '../file/file-system.ts';
import { systemCodeOf } from '../querying/warnings.ts';

/** Files come and go while they are counted, and some names are directories. */
const NO_FILE = new Set(['ENOENT', 'EISDIR']);

/** Bytes of the files in a directory and one level below; 0 if there is no such directory. */
export async function directorySize(fileSystem: FileSystem, directory: string): Promise<number> {
  let bytes = 0;
  for (const name of await tryList(fileSystem, directory)) {
    const path = `${directory}/${name}`;
    const inside = await tryList(fileSystem, path);
    if (inside.length === 0) bytes += await fileSize(fileSystem, path);
    for (const inner of inside) bytes += await fileSize(fileSystem, `${path}/${inner}`);
  }
  return bytes;
}

async function tryList(fileSystem: FileSystem, directory: string): Promise<readonly string[]> {
  try {
    return await fileSystem.list(directory);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error) ?? '')) return [];
    throw error;
  }
}

async function fileSize(fileSystem: FileSystem, path: string): Promise<number> {
  try {
    const file = await fileSystem.open(path, 'read');
    try {
      return await file.size();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (NO_FILE.has(systemCodeOf(error) ?? '')) return 0;
    throw error;
  }
}
