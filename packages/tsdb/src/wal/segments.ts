import { basename, dirname, join } from 'node:path';
import type { FileSystem } from '../file/file-system.ts';
import { WalError } from './wal-error.ts';

const NAME_DIGITS = 8;
const SEGMENT_NAME = /^\d{8,15}$/;
const CHECKPOINT_NAME = /^checkpoint\.(\d{1,15})$/;
const TEMPORARY_CHECKPOINT_NAME = /^checkpoint\..*\.tmp$/;

export interface Checkpoint {
  /** The last segment whose content it took over. */
  readonly segment: number;
  readonly directory: string;
}

export function segmentPath(directory: string, segment: number): string {
  return join(directory, String(segment).padStart(NAME_DIGITS, '0'));
}

export function checkpointPath(directory: string, segment: number): string {
  return join(directory, `checkpoint.${String(segment).padStart(NAME_DIGITS, '0')}`);
}

/** The number of the segment at `path`. */
export function segmentOfPath(path: string): number {
  const name = basename(path);
  if (!SEGMENT_NAME.test(name)) throw new Error(`BUG: ${path} is no segment`);
  return Number(name);
}

/** The directory of the log to which the segment at `path` belongs, be it in a checkpoint or not. */
export function logDirectoryOfPath(path: string): string {
  const directory = dirname(path);
  return CHECKPOINT_NAME.test(basename(directory)) ? dirname(directory) : directory;
}

/** Whether there is a log at all: before the first start there is none. */
export async function isLogDirectory(fileSystem: FileSystem, directory: string): Promise<boolean> {
  try {
    await fileSystem.list(directory);
    return true;
  } catch (error) {
    if (error instanceof WalError && error.code === 'not_found') return false;
    throw error;
  }
}

/** The numbers of the segments in a directory, rising by one each; files with other names are ignored. */
export async function listSegments(fileSystem: FileSystem, directory: string): Promise<readonly number[]> {
  const names = await fileSystem.list(directory);
  const segments = names.filter((name) => SEGMENT_NAME.test(name)).map(Number);
  segments.sort((a, b) => a - b);
  for (let i = 1; i < segments.length; i++) {
    if (segments[i] === segments[i - 1] + 1) continue;
    const reason = `segment ${segments[i - 1] + 1} is missing before ${segments[i]}`;
    throw new WalError({ code: 'missing_segment', file: directory, reason });
  }
  return segments;
}

/** The finished checkpoints, oldest first. */
export async function listCheckpoints(fileSystem: FileSystem, directory: string): Promise<readonly Checkpoint[]> {
  const names = await fileSystem.list(directory);
  return names
    .flatMap((name) => {
      const match = CHECKPOINT_NAME.exec(name);
      return match === null ? [] : [{ segment: Number(match[1]), directory: join(directory, name) }];
    })
    .sort((a, b) => a.segment - b.segment);
}

export async function lastCheckpoint(fileSystem: FileSystem, directory: string): Promise<Checkpoint | undefined> {
  return (await listCheckpoints(fileSystem, directory)).at(-1);
}

/** Deletes all segments below `segment`; for use once a checkpoint holds what is needed of them. */
export async function deleteSegmentsBefore(fs: FileSystem, directory: string, segment: number): Promise<void> {
  for (const each of await listSegments(fs, directory)) {
    if (each < segment) await fs.remove(segmentPath(directory, each));
  }
}

/** Deletes all checkpoints but those from `segment` on. */
export async function deleteCheckpointsBefore(fs: FileSystem, directory: string, segment: number): Promise<void> {
  for (const each of await listCheckpoints(fs, directory)) {
    if (each.segment < segment) await fs.remove(each.directory);
  }
}

/** Deletes checkpoints that were not finished. */
export async function deleteTemporaryCheckpoints(fileSystem: FileSystem, directory: string): Promise<void> {
  for (const name of await fileSystem.list(directory)) {
    if (TEMPORARY_CHECKPOINT_NAME.test(name)) await fileSystem.remove(join(directory, name));
  }
}
