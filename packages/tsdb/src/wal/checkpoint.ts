import type { FileSystem } from '../file/file-system.ts';
import { nodeFileSystem } from '../file/node-file-system.ts';
import type { Pace } from '../file/pace.ts';
import { CheckpointFilter, type CheckpointStats } from './checkpoint-filter.ts';
import type { WalCompression } from './compression.ts';
import { withTypedErrors } from './disk-errors.ts';
import { createPace } from './node-pace.ts';
import { openWal } from './open-wal.ts';
import { readWal } from './read-wal.ts';
import {
  checkpointPath,
  deleteCheckpointsBefore,
  deleteSegmentsBefore,
  deleteTemporaryCheckpoints,
  lastCheckpoint,
  listSegments,
} from './segments.ts';
import type { Wal } from './wal.ts';

/** Records are collected until a write has this many bytes. */
const WRITE_BYTES = 1024 * 1024;

export interface CheckpointOptions {
  /** The last segment that the checkpoint takes over; a later one must exist. */
  readonly through: number;
  /**
   * Whether a series is still of use. What belongs to one that is not goes with it, so the answer for a reference must
   * not change meanwhile, and must be yes for all references under which samples of a live series may stand.
   */
  readonly keepSeries: (ref: number) => boolean;
  /** Samples and exemplars before this time are left out, and tombstones that end before it. Unix milliseconds. */
  readonly minTime: number;
  readonly compression?: WalCompression;
  readonly segmentSize?: number;
  readonly fileSystem?: FileSystem;
  readonly pace?: Pace;
}

/**
 * Writes what is still of use in the last checkpoint and in the segments up to `through` to a new checkpoint, which
 * appears whole or not at all. Nothing is deleted; that is for `truncateWal`, afterwards. Undefined when the last
 * checkpoint reaches as far already.
 *
 * It may run while the log is written, one at a time. It shares the event loop as `readWal` does. Records that Hearth
 * does not store are left out, as Prometheus leaves out those it does not know, and counted.
 */
export async function createCheckpoint(
  directory: string,
  options: CheckpointOptions,
): Promise<CheckpointStats | undefined> {
  const fileSystem = withTypedErrors(options.fileSystem ?? nodeFileSystem);
  const { through } = options;
  const last = (await listSegments(fileSystem, directory)).at(-1) ?? -1;
  if (last <= through) throw new Error(`BUG: checkpoint through segment ${through}, which may still be written`);
  const before = await lastCheckpoint(fileSystem, directory);
  if (before !== undefined && before.segment >= through) return undefined;

  await deleteTemporaryCheckpoints(fileSystem, directory);
  const finished = checkpointPath(directory, through);
  const temporary = `${finished}.tmp`;
  try {
    // One pace for reading and writing: two would each take a slice before either rests.
    const pace = options.pace ?? createPace();
    const stats = await writeCheckpoint(directory, temporary, { ...options, fileSystem, pace });
    await fileSystem.syncDirectory(temporary);
    await fileSystem.rename(temporary, finished);
    await fileSystem.syncDirectory(directory);
    return stats;
  } catch (error) {
    await fileSystem.remove(temporary);
    throw error;
  }
}

/** Deletes what the last checkpoint makes superfluous: the segments up to it, and earlier checkpoints. */
export async function truncateWal(directory: string, fileSystem: FileSystem = nodeFileSystem): Promise<void> {
  const fs = withTypedErrors(fileSystem);
  const checkpoint = await lastCheckpoint(fs, directory);
  if (checkpoint === undefined) return;
  await deleteSegmentsBefore(fs, directory, checkpoint.segment + 1);
  await deleteCheckpointsBefore(fs, directory, checkpoint.segment);
  await fs.syncDirectory(directory);
}

async function writeCheckpoint(from: string, to: string, options: CheckpointOptions): Promise<CheckpointStats> {
  const filter = new CheckpointFilter(options);
  const target = await openWal(to, options);
  try {
    let waiting: Uint8Array[] = [];
    let bytes = 0;
    for await (const { record } of readWal(from, { ...options, lastSegment: options.through })) {
      for (const kept of filter.keep(record)) {
        waiting.push(kept);
        bytes += kept.length;
      }
      if (bytes < WRITE_BYTES) continue;
      await target.log(waiting);
      waiting = [];
      bytes = 0;
    }
    await target.log(waiting);
    for (const metadata of filter.rest()) await target.log(metadata);
  } catch (error) {
    await abandon(target);
    throw error;
  }
  await target.close();
  return filter.stats;
}

/** Closes a log whose content is of no use, so that only the error that made it so is reported. */
async function abandon(target: Wal): Promise<void> {
  await target.close().catch(() => undefined);
}
