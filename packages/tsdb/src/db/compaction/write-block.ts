import { BlockWriter } from '../../block/block-writer.ts';
import type { BlockMeta } from '../../block/meta.ts';
import type { BlockSource } from '../../block-source.ts';
import type { FileSystem } from '../../file/file-system.ts';
import type { Pace } from '../../file/pace.ts';
import type { BlockOrigin } from './merged-meta.ts';

export interface WriteBlockOptions {
  readonly fileSystem: FileSystem;
  readonly dataDirectory: string;
  readonly ulid: string;
  readonly source: BlockSource;
  readonly origin: BlockOrigin;
  readonly pace: Pace;
  /** Stops the work, which then throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes what the source holds as a block. Resolves when it is durable under its name, or to `undefined` if there was no
 * sample, and then there is no block. After a failure nothing is left of it but, if not even that can be removed, a
 * directory that the next start removes.
 */
export async function writeBlock(options: WriteBlockOptions): Promise<BlockMeta | undefined> {
  const { fileSystem, dataDirectory, ulid, source, origin, pace } = options;
  const symbols = await source.symbols();
  const writer = await BlockWriter.create({ fileSystem, dataDirectory, ulid, symbols, pace });
  try {
    const isEmpty = await addAllSeries(writer, options);
    if (!isEmpty) return await writer.finish(origin);
  } catch (error) {
    await abandon(writer, error);
    throw error;
  }
  await writer.abandon();
  return undefined;
}

async function addAllSeries(writer: BlockWriter, { source, pace, signal }: WriteBlockOptions): Promise<boolean> {
  let isEmpty = true;
  for await (const { labels, chunks } of source.series()) {
    signal?.throwIfAborted();
    if (chunks.length > 0) {
      await writer.addSeries(labels, chunks);
      isEmpty = false;
    }
    const rest = pace();
    if (rest !== undefined) await rest;
  }
  signal?.throwIfAborted();
  return isEmpty;
}

/** The failure that counts is the first one: what is left behind has a name that is removed at the next start. */
async function abandon(writer: BlockWriter, failure: unknown): Promise<void> {
  try {
    await writer.abandon();
  } catch (cause) {
    if (failure instanceof Error && failure.cause === undefined) failure.cause = cause;
  }
}
