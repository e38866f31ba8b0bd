import type { FileSystem } from '../file/file-system.ts';
import { nodeFileSystem } from '../file/node-file-system.ts';
import { withTypedErrors } from './disk-errors.ts';
import { createPace } from './node-pace.ts';
import { DEFAULT_SEGMENT_SIZE, PAGE_SIZE } from './segment-format.ts';
import { SegmentWriter } from './segment-writer.ts';
import { SegmentedWal } from './segmented-wal.ts';
import { lastCheckpoint, listSegments, segmentPath } from './segments.ts';
import { cutKnownTail, cutTornTail } from './torn-tail.ts';
import type { Wal, WalOptions } from './wal.ts';
import { WalError } from './wal-error.ts';

const DEFAULT_MAX_WAITING_BYTES = 64 * 1024 * 1024;

/**
 * Opens the log in `directory` for writing, which is created if need be. A record that a crash cut short is cut off,
 * with a warning. Writing goes on in a new segment, as in Prometheus.
 *
 * What the log holds must have been read before, with `recoverWal`, so that nothing is written behind damage.
 */
export async function openWal(directory: string, options: WalOptions = {}): Promise<Wal> {
  const { segmentSize = DEFAULT_SEGMENT_SIZE, warn = () => {} } = options;
  if (segmentSize <= 0 || segmentSize % PAGE_SIZE !== 0) {
    throw new Error(`BUG: a segment of ${segmentSize} bytes is not made of whole pages`);
  }
  const fileSystem = withTypedErrors(options.fileSystem ?? nodeFileSystem);
  await fileSystem.makeDirectory(directory);
  const torn = await (options.recovery === undefined
    ? cutTornTail(fileSystem, directory, await listSegments(fileSystem, directory))
    : cutKnownTail(fileSystem, options.recovery.tornTail));
  if (torn !== undefined) {
    warn(`${torn.file}: ${torn.bytes} bytes from byte ${torn.offset} on were dropped: a record not written to its end`);
  }
  const segment = await segmentToWrite(fileSystem, directory);
  return new SegmentedWal(await SegmentWriter.create(fileSystem, directory, segment), {
    directory,
    fileSystem,
    segmentSize,
    compression: options.compression ?? 'snappy',
    maxWaitingBytes: options.maxWaitingBytes ?? DEFAULT_MAX_WAITING_BYTES,
    pace: options.pace ?? createPace(),
    warn,
  });
}

/** The segment after the last, or the last one if nothing was written to it. */
async function segmentToWrite(fileSystem: FileSystem, directory: string): Promise<number> {
  const covered = (await lastCheckpoint(fileSystem, directory))?.segment ?? -1;
  const last = (await listSegments(fileSystem, directory)).at(-1);
  if (last === undefined) return covered + 1;
  if (last < covered) {
    const reason = `the checkpoint covers segment ${covered}, but the last segment is ${last}`;
    throw new WalError({ code: 'missing_segment', file: directory, reason });
  }
  const file = await fileSystem.open(segmentPath(directory, last), 'read');
  try {
    return (await file.size()) === 0 && last > covered ? last : last + 1;
  } finally {
    await file.close();
  }
}
