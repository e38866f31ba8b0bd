import { basename, dirname, join } from 'node:path';
import type { CorruptionError } from '../encoding/corruption-error.ts';
import type { FileSystem } from '../file/file-system.ts';
import { nodeFileSystem } from '../file/node-file-system.ts';
import { setAsideName } from '../file/set-aside-name.ts';
import { withTypedErrors } from './disk-errors.ts';
import { listSegments, logDirectoryOfPath, segmentOfPath, segmentPath } from './segments.ts';
import { cutFile } from './torn-tail.ts';

export interface Repair {
  /** The damaged segment, and the byte from which on it was not used. */
  readonly file: string;
  readonly offset: number;
  /** Where the damaged segment, whole, and all segments after it are now. */
  readonly setAside: readonly string[];
}

/**
 * Makes a damaged log readable up to the damage: the segment ends where the damaged record began, and the segments
 * after it, whose records build on what was lost, leave the log. Nothing is deleted. What was there before is kept
 * under names that end in `.corrupt`, which no reader of the log looks at, Prometheus included.
 *
 * Damage in a checkpoint costs the rest of the checkpoint only; what it held is kept in `checkpoint.N.corrupt`, beside
 * it, because checkpoints are deleted with all that is in them.
 *
 * A crash in the middle leaves a log that can be repaired again. No writer may be open.
 */
export async function repairWal(damage: CorruptionError, fileSystem: FileSystem = nodeFileSystem): Promise<Repair> {
  const fs = withTypedErrors(fileSystem);
  const { file, offset } = damage;
  const directory = dirname(file);
  const damaged = segmentOfPath(file);
  const target = await directoryForSetAside(fs, file);
  const setAside: string[] = [];
  // From the last one backwards, so that the numbers never have a gap.
  for (const segment of (await listSegments(fs, directory)).toReversed()) {
    if (segment <= damaged) break;
    const from = segmentPath(directory, segment);
    setAside.push(await moveAside(fs, from, target));
  }
  setAside.push(await copyAside(fs, file, target));
  const segmentFile = await fs.open(file, 'write');
  try {
    await cutFile(segmentFile, offset);
  } finally {
    await segmentFile.close();
  }
  await fs.syncDirectory(directory);
  return { file, offset, setAside: setAside.toReversed() };
}

async function directoryForSetAside(fs: FileSystem, file: string): Promise<string> {
  const directory = dirname(file);
  const log = logDirectoryOfPath(file);
  if (directory === log) return directory;
  const target = join(log, await setAsideName(fs, log, basename(directory)));
  await fs.makeDirectory(target);
  return target;
}

async function moveAside(fs: FileSystem, from: string, directory: string): Promise<string> {
  const to = join(directory, await setAsideName(fs, directory, basename(from)));
  await fs.rename(from, to);
  return to;
}

/** The copy gets its name when it is whole. */
async function copyAside(fs: FileSystem, from: string, directory: string): Promise<string> {
  const to = join(directory, await setAsideName(fs, directory, basename(from)));
  const unfinished = `${to}.tmp`;
  try {
    await fs.copy(from, unfinished);
    await syncFile(fs, unfinished);
    await fs.rename(unfinished, to);
  } catch (error) {
    await fs.remove(unfinished);
    throw error;
  }
  await fs.syncDirectory(directory);
  return to;
}

async function syncFile(fs: FileSystem, path: string): Promise<void> {
  const file = await fs.open(path, 'write');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
