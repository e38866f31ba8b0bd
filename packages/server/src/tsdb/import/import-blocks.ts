import { join } from 'node:path';
import type { ExpositionFormat } from '@hearth/model';
import { type BlockMeta, createPace, type FileSystem, originOfHead, writeBlock } from '@hearth/tsdb';
import { HearthError } from '../../errors.ts';
import { isSystemError } from '../failures.ts';
import { createBucketSource } from './bucket-source.ts';
import { readSampleStream } from './sample-stream.ts';
import { Spill } from './spill.ts';

const DEFAULT_BLOCK_MS = 2 * 60 * 60 * 1000;
const LARGEST_BLOCK_MS = DEFAULT_BLOCK_MS * 3 ** 9;
/** Twenty years in blocks of two hours. */
const MAX_BLOCKS = 100_000;

export interface ImportOptions {
  readonly input: AsyncIterable<Uint8Array>;
  /** Of the input, for messages. */
  readonly name: string;
  readonly format: ExpositionFormat;
  /** Made if there is none. */
  readonly directory: string;
  readonly maxBlockDurationMs: number;
  readonly fileSystem: FileSystem;
  /** New names of blocks, of which a later one sorts behind an earlier one. */
  readonly createUlid: () => string;
  readonly signal: AbortSignal;
  readonly reading: (bytes: number) => void;
  readonly writing: (done: number, total: number) => void;
}

/**
 * Makes blocks of samples, one for each range of time, and resolves to what they are. The blocks come into the directory
 * when all of them are complete; a failure before leaves it as it was. Memory: some tens of megabytes, and the series of
 * one block with their samples compressed. Disk: about as much as the input, while it runs, in the directory.
 */
export async function importBlocks(options: ImportOptions): Promise<readonly BlockMeta[]> {
  const { directory, fileSystem, createUlid } = options;
  const isNew = await makeDirectory(directory, fileSystem);
  const staging = join(directory, `import-${createUlid()}.tmp`);
  try {
    const metas = await stageBlocks(options, staging);
    for (const { ulid } of metas) await fileSystem.rename(join(staging, ulid), join(directory, ulid));
    await fileSystem.remove(staging);
    await fileSystem.syncDirectory(directory);
    return metas;
  } catch (error) {
    await fileSystem.remove(isNew ? directory : staging);
    throw error;
  }
}

/** As promtool chooses it: 2 hours, or the largest of 6 h, 18 h, 54 h, … that is not longer than asked for. */
export function blockDuration(maxMs: number): number {
  let durationMs = DEFAULT_BLOCK_MS;
  while (durationMs * 3 <= Math.min(maxMs, LARGEST_BLOCK_MS)) durationMs *= 3;
  return durationMs;
}

async function stageBlocks(options: ImportOptions, staging: string): Promise<BlockMeta[]> {
  const { fileSystem, signal, name, maxBlockDurationMs, writing } = options;
  const rangeMs = blockDuration(maxBlockDurationMs);
  const spillDirectory = join(staging, 'samples');
  await fileSystem.makeDirectory(spillDirectory);
  const spill = new Spill({ fileSystem, directory: spillDirectory, rangeMs });
  await spillSamples(options, spill);

  const buckets = spill.buckets();
  const total = buckets.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let done = 0;
  const afterPiece = async (bytes: number): Promise<void> => {
    signal.throwIfAborted();
    done += bytes;
    writing(done, total);
  };
  const metas: BlockMeta[] = [];
  for (const bucket of buckets) {
    const source = await createBucketSource({ fileSystem, bucket, chunkRangeMs: 2 * rangeMs, name, afterPiece });
    metas.push(await stageBlock(options, staging, source));
    await fileSystem.remove(bucket.path);
  }
  return metas;
}

async function spillSamples(options: ImportOptions, spill: Spill): Promise<void> {
  const { input, name, format, signal, reading } = options;
  await readSampleStream(input, {
    name,
    format,
    visit: (sample) => spill.add(sample),
    async afterPiece(bytesRead) {
      signal.throwIfAborted();
      reading(bytesRead);
      if (spill.bucketCount > MAX_BLOCKS) {
        const reason = `the samples would make more than ${MAX_BLOCKS} blocks; --max-block-duration makes them longer`;
        throw new HearthError('HEARTH_BAD_INPUT', `${name}: ${reason}`);
      }
      if (spill.isFull) await spill.flush();
    },
  });
  await spill.flush();
}

async function stageBlock(
  { fileSystem, createUlid, signal }: ImportOptions,
  staging: string,
  source: Awaited<ReturnType<typeof createBucketSource>>,
): Promise<BlockMeta> {
  const ulid = createUlid();
  const origin = originOfHead(ulid, { minTime: source.minTime, maxTime: source.maxTime });
  const pace = createPace();
  const meta = await writeBlock({ fileSystem, dataDirectory: staging, ulid, source, origin, pace, signal });
  if (meta === undefined) throw new Error('BUG: a bucket without samples');
  return meta;
}

/** Resolves to whether there was none. */
async function makeDirectory(directory: string, fileSystem: FileSystem): Promise<boolean> {
  try {
    await fileSystem.list(directory);
    return false;
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
    await fileSystem.makeDirectory(directory);
    return true;
  }
}
