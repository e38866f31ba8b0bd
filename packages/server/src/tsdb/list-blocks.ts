import { join } from 'node:path';
import { type BlockMeta, CorruptionError, type FileSystem, isBlockName, readMeta } from '@hearth/tsdb';
import { isSystemError } from './failures.ts';
import { formatBase2Bytes, formatGoDuration, formatGoTime, tabulate } from './go-text.ts';

export interface ListedBlock {
  readonly meta: BlockMeta;
  /** Of all its files. */
  readonly sizeBytes: number;
}

export interface BlockList {
  /** By rising time. */
  readonly blocks: readonly ListedBlock[];
  /** Of blocks that cannot be read: why. */
  readonly problems: readonly string[];
}

/** Reads what the blocks of a directory say of themselves: nothing but their meta.json. */
export async function listBlocks(directory: string, fileSystem: FileSystem): Promise<BlockList> {
  const blocks: ListedBlock[] = [];
  const problems: string[] = [];
  const names = (await fileSystem.list(directory)).filter(isBlockName);
  for (const name of names.toSorted()) {
    const path = join(directory, name);
    try {
      blocks.push({ meta: await readMeta(fileSystem, path), sizeBytes: await sizeOf(path, fileSystem) });
    } catch (error) {
      if (!(error instanceof CorruptionError) && !isSystemError(error)) throw error;
      problems.push(`block ${name} cannot be read: ${error.message}`);
    }
  }
  return { blocks: blocks.sort((a, b) => a.meta.minTime - b.meta.minTime), problems };
}

async function sizeOf(path: string, fileSystem: FileSystem): Promise<number> {
  const chunks = join(path, 'chunks');
  const files = ['index', 'meta.json'].map((name) => join(path, name));
  for (const name of await fileSystem.list(chunks)) files.push(join(chunks, name));
  if ((await fileSystem.list(path)).includes('tombstones')) files.push(join(path, 'tombstones'));
  let bytes = 0;
  for (const file of files) {
    const open = await fileSystem.open(file, 'read');
    try {
      bytes += await open.size();
    } finally {
      await open.close();
    }
  }
  return bytes;
}

const HEADING = ['BLOCK ULID', 'MIN TIME', 'MAX TIME', 'DURATION', 'NUM SAMPLES', 'NUM CHUNKS', 'NUM SERIES', 'SIZE'];

/** Draws the table that `promtool tsdb list` prints, blank for blank. */
export function renderBlocks(
  blocks: readonly ListedBlock[],
  { humanReadable }: { readonly humanReadable: boolean },
): readonly string[] {
  const time = humanReadable ? formatGoTime : String;
  const bytes = humanReadable ? formatBase2Bytes : String;
  const rows = blocks.map(({ meta: { ulid, minTime, maxTime, stats }, sizeBytes }) => [
    ulid,
    time(minTime),
    time(maxTime),
    formatGoDuration(maxTime - minTime),
    String(stats.numSamples),
    String(stats.numChunks),
    String(stats.numSeries),
    bytes(sizeBytes),
  ]);
  return tabulate([HEADING, ...rows]);
}
