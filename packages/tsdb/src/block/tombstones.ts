import type { TimeRange } from '../chunk/chunk.ts';
import { ByteReader } from '../encoding/byte-reader.ts';
import { ByteWriter } from '../encoding/byte-writer.ts';
import { readWholeFile } from '../file/byte-source.ts';
import { replaceFile } from '../file/file-sink.ts';
import type { FileSystem } from '../file/file-system.ts';

/**
 * The file `tombstones` of a block: which samples of which series were deleted and wait for the next compaction.
 *
 *     magic 0x0130BA30    4 bytes
 *     version 1           1 byte
 *     for each interval:
 *       series reference  uvarint
 *       first time        varint
 *       last time         varint
 *     CRC-32C             4 bytes, of all intervals
 *
 * Source: Prometheus, tsdb/docs/format/tombstones.md and tsdb/tombstones/tombstones.go.
 */
export const TOMBSTONES_FILE = 'tombstones';
const MAGIC = 0x0130ba30;
const VERSION = 1;
const HEADER_BYTES = 5;
const CHECKSUM_BYTES = 4;

/** A hundred million intervals. A longer file is not read. */
const MAX_TOMBSTONES_BYTES = 1024 * 1024 * 1024;

/** By series reference, the times whose samples are deleted: ascending, and with times between one and the next. */
export type Tombstones = ReadonlyMap<number, readonly TimeRange[]>;

/** A block without the file has none. */
export async function readTombstones(fileSystem: FileSystem, blockDirectory: string): Promise<Tombstones> {
  if (!(await fileSystem.list(blockDirectory)).includes(TOMBSTONES_FILE)) return new Map();
  const path = `${blockDirectory}/${TOMBSTONES_FILE}`;
  return parseTombstones(await readWholeFile(fileSystem, path, { maxBytes: MAX_TOMBSTONES_BYTES }), path);
}

/** Makes the file durable. */
export async function writeTombstones(fs: FileSystem, blockDirectory: string, tombstones: Tombstones): Promise<void> {
  await replaceFile(fs, `${blockDirectory}/${TOMBSTONES_FILE}`, formatTombstones(tombstones));
}

export function formatTombstones(tombstones: Tombstones): Uint8Array {
  const out = new ByteWriter();
  out.uint32(MAGIC);
  out.uint8(VERSION);
  for (const ref of [...tombstones.keys()].sort((a, b) => a - b)) {
    for (const { minTime, maxTime } of tombstones.get(ref) ?? []) {
      out.uvarint(ref);
      out.varint(minTime);
      out.varint(maxTime);
    }
  }
  out.crc32c(HEADER_BYTES);
  return out.copy();
}

/** Throws a `CorruptionError` for bytes that are no such file. */
export function parseTombstones(bytes: Uint8Array, file: string): Tombstones {
  const reader = new ByteReader(bytes, file);
  const magic = reader.uint32();
  if (magic !== MAGIC) reader.fail('bad_magic', `magic number 0x${magic.toString(16)} is not that of tombstones`);
  const version = reader.uint8();
  if (version !== VERSION) reader.fail('bad_version', `tombstones version ${version}; ${VERSION} is supported`);
  const length = reader.remaining - CHECKSUM_BYTES;
  const content = new ByteReader(reader.bytes(Math.max(length, 0)), file, HEADER_BYTES);
  reader.crc32c(HEADER_BYTES);
  reader.check();

  const tombstones = new Map<number, readonly TimeRange[]>();
  while (content.remaining > 0) {
    const ref = content.uvarint();
    const range = { minTime: content.varint(), maxTime: content.varint() };
    if (range.maxTime < range.minTime) content.fail('bad_value', `interval ends at ${range.maxTime} before it begins`);
    content.check();
    tombstones.set(ref, addInterval(tombstones.get(ref) ?? [], range));
  }
  return tombstones;
}

/** The intervals and one more. Those that overlap it, or leave no time between, become one with it. */
export function addInterval(intervals: readonly TimeRange[], added: TimeRange): readonly TimeRange[] {
  const before = intervals.filter(({ maxTime }) => maxTime < added.minTime - 1);
  const after = intervals.filter(({ minTime }) => minTime > added.maxTime + 1);
  const touched = intervals.slice(before.length, intervals.length - after.length);
  const joined = {
    minTime: Math.min(added.minTime, touched.at(0)?.minTime ?? Infinity),
    maxTime: Math.max(added.maxTime, touched.at(-1)?.maxTime ?? -Infinity),
  };
  return [...before, joined, ...after];
}
