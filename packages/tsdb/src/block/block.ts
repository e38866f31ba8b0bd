import { CHUNKS_DIRECTORY } from '../chunk/segment-format.ts';
import { SegmentReader } from '../chunk/segment-reader.ts';
import { openByteSource } from '../file/byte-source.ts';
import type { FileSystem } from '../file/file-system.ts';
import type { Pace } from '../file/pace.ts';
import type { PageCache } from '../file/page-cache.ts';
import { INDEX_FILE } from './index-format.ts';
import { IndexReader } from './index-reader.ts';
import type { BlockMeta } from './meta.ts';
import { readStoredMeta } from './sealed-meta.ts';
import { readTombstones, type Tombstones } from './tombstones.ts';
import { trustedMeta } from './trusted-meta.ts';

/**
 * One block, open for reading. All methods of its parts reject with a `CorruptionError` for bytes that are not what
 * they should be, and with the errors of Node.js for a disk that fails; they may overlap. Memory: see IndexReader.
 */
export interface Block {
  readonly directory: string;
  readonly meta: BlockMeta;
  /** What is wrong with meta.json, as a predicate, if it was not believed: then `meta` is made from the rest of the block. */
  readonly doubt: string | undefined;
  /** Labels, postings, and series with the references of their chunks. */
  readonly index: IndexReader;
  /** Chunks by their references. */
  readonly chunks: SegmentReader;
  /** What was deleted when the block was opened; chunks still have it. */
  readonly tombstones: Tombstones;
  /** Bytes of index and chunks on the disk. */
  readonly sizeBytes: number;
  /** Waits for reads under way. Afterwards nothing can be read. */
  close(): Promise<void>;
}

export interface OpenBlockOptions {
  readonly fileSystem: FileSystem;
  readonly directory: string;
  /** For all blocks together. */
  readonly cache: PageCache;
  readonly pace: Pace;
}

/** Opens a block; reads its meta.json and tombstones, and through parts of its index. */
export async function openBlock({ fileSystem, directory, cache, pace }: OpenBlockOptions): Promise<Block> {
  const stored = await readStoredMeta(fileSystem, directory);
  const tombstones = await readTombstones(fileSystem, directory);
  const indexFile = cache.open(await openByteSource(fileSystem, `${directory}/${INDEX_FILE}`));
  const index = await IndexReader.open(indexFile, pace);
  let chunks: SegmentReader | undefined;
  try {
    chunks = await SegmentReader.open(fileSystem, `${directory}/${CHUNKS_DIRECTORY}`, cache);
    const trusted = await trustedMeta(stored, { directory, index, tombstones, pace });
    return opened({ directory, ...trusted, index, chunks, tombstones });
  } catch (error) {
    await index.close();
    await chunks?.close();
    throw error;
  }
}

function opened(parts: Omit<Block, 'sizeBytes' | 'close'>): Block {
  const { index, chunks } = parts;
  return {
    ...parts,
    sizeBytes: index.sizeBytes + chunks.sizeBytes,
    async close() {
      await index.close();
      await chunks.close();
    },
  };
}
