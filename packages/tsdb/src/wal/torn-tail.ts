import { CorruptionError } from '../encoding/corruption-error.ts';
import type { FileSystem, OpenFile } from '../file/file-system.ts';
import { PAGE_SIZE, pageEnd } from './segment-format.ts';
import { SegmentScanner, type UnfinishedRecord } from './segment-scanner.ts';
import { segmentPath } from './segments.ts';

/** What a crash in the middle of a write leaves: the start of a record whose end never reached the disk. */
export interface TornTail extends UnfinishedRecord {
  readonly file: string;
}

/** The same where no crash can have left it: in a segment that others follow. */
export function unfinishedSegment({ file, offset, bytes }: TornTail): CorruptionError {
  const reason = `the last record of the segment ends after ${bytes} bytes`;
  return new CorruptionError({ code: 'truncated', file, offset, reason });
}

/**
 * Cuts an unfinished record off the end of the log and says what was cut, if anything. Nothing of it was ever
 * acknowledged. Damage of any other kind throws a CorruptionError and is for `repairWal`.
 */
export async function cutTornTail(
  fileSystem: FileSystem,
  directory: string,
  segments: readonly number[],
): Promise<TornTail | undefined> {
  for (const segment of segments.toReversed()) {
    const path = segmentPath(directory, segment);
    const file = await fileSystem.open(path, 'write');
    try {
      if ((await file.size()) > 0) return await cutTail(file, path);
    } finally {
      await file.close();
    }
  }
  return undefined;
}

/** The same for one that was found while the log was read. */
export async function cutKnownTail(fileSystem: FileSystem, tail: TornTail | undefined): Promise<TornTail | undefined> {
  if (tail === undefined) return undefined;
  const file = await fileSystem.open(tail.file, 'write');
  try {
    await cutFile(file, tail.offset);
  } finally {
    await file.close();
  }
  return tail;
}

async function cutTail(file: OpenFile, path: string): Promise<TornTail | undefined> {
  const scanner = new SegmentScanner(file, path);
  do {
    while (scanner.take() !== undefined);
  } while (await scanner.fill());
  const unfinished = scanner.finish();
  if (unfinished === undefined) return undefined;
  await cutFile(file, unfinished.offset);
  return { file: path, ...unfinished };
}

/** Leaves the first `length` bytes and zeros to the end of the page, which is how a finished segment ends. */
export async function cutFile(file: OpenFile, length: number): Promise<void> {
  await file.truncate(length);
  if (length % PAGE_SIZE !== 0) await file.truncate(pageEnd(length));
  await file.sync();
}
