import { basename } from 'node:path';
import { decodeTime } from 'ulid';
import { CorruptionError } from '../encoding/corruption-error.ts';
import type { Pace } from '../file/pace.ts';
import type { IndexReader } from './index-reader.ts';
import { type BlockMeta, META_FILE } from './meta.ts';
import type { StoredMeta } from './sealed-meta.ts';
import type { Tombstones } from './tombstones.ts';

/** Blocks made from a head of Prometheus end at a multiple of it. */
const BLOCK_RANGE_MS = 2 * 60 * 60 * 1000;
/** How far samples may lie in the future when they are scraped. */
const FUTURE_MS = 10 * 60 * 1000;

export interface TrustedMeta {
  readonly meta: BlockMeta;
  /** What is wrong with meta.json, as a predicate, if it is not believed: then `meta` says what the block itself says. */
  readonly doubt: string | undefined;
}

export interface BlockContents {
  readonly directory: string;
  readonly index: IndexReader;
  readonly tombstones: Tombstones;
  readonly pace: Pace;
}

/**
 * What can be believed of meta.json. Where its checksum is wrong, or it has none and its end is one that such a block seldom
 * has and that does not agree with the samples, it is made anew from the index: no sample is hidden by it, and the head keeps
 * what comes after the last of them.
 */
export async function trustedMeta(stored: StoredMeta, contents: BlockContents): Promise<TrustedMeta> {
  const { meta, isSealed, hints } = stored;
  if (meta !== undefined && (isSealed || hasUsualEnd(meta))) return { meta, doubt: undefined };
  const measured = await measure(contents);
  if (meta !== undefined && agrees(meta, measured)) return { meta, doubt: undefined };
  const { minTime, maxTime, numSeries, numChunks } = measured;
  if (numChunks === 0) {
    const file = `${contents.directory}/${META_FILE}`;
    const reason = 'it is not as it was written, and the block has no samples that could say more';
    throw new CorruptionError({ code: 'bad_checksum', file, offset: 0, reason });
  }
  const ulid = basename(contents.directory);
  const numTombstones = [...contents.tombstones.values()].reduce((sum, { length }) => sum + length, 0);
  return {
    meta: {
      ulid,
      minTime,
      maxTime: maxTime + 1,
      stats: { numSamples: meta?.stats.numSamples ?? 0, numSeries, numChunks, numTombstones },
      compaction: { level: 1, sources: [ulid], parents: [], deletable: false, failed: false, hints },
    },
    doubt: `is not as it was written; what the block holds is taken from its index: ${timesOf(measured)}`,
  };
}

function timesOf({ minTime, maxTime }: Measured): string {
  return `samples from ${new Date(minTime).toISOString()} to ${new Date(maxTime).toISOString()}`;
}

/** A multiple of two hours, and no later than when the block was made. */
function hasUsualEnd({ ulid, maxTime }: BlockMeta): boolean {
  return maxTime % BLOCK_RANGE_MS === 0 && maxTime <= decodeTime(ulid) + FUTURE_MS;
}

interface Measured {
  /** Of the first and the last sample. */
  readonly minTime: number;
  readonly maxTime: number;
  readonly numSeries: number;
  readonly numChunks: number;
}

/** Whether all samples lie within, and the end is that of the last one, or of its range. */
function agrees(meta: BlockMeta, { minTime, maxTime }: Measured): boolean {
  const endOfRange = (Math.floor(maxTime / BLOCK_RANGE_MS) + 1) * BLOCK_RANGE_MS;
  const isInside = meta.minTime <= minTime && maxTime < meta.maxTime;
  return isInside && meta.maxTime <= endOfRange;
}

/** Looks at all series. Those that cannot be read are for queries to warn of. */
async function measure({ index, pace }: BlockContents): Promise<Measured> {
  let minTime = Infinity;
  let maxTime = -Infinity;
  let numSeries = 0;
  let numChunks = 0;
  for (const ref of await index.allPostings()) {
    try {
      const { chunks } = index.trySeries(ref) ?? (await index.series(ref));
      numSeries++;
      numChunks += chunks.length;
      if (chunks.length > 0) {
        minTime = Math.min(minTime, chunks[0].minTime);
        maxTime = Math.max(maxTime, chunks[chunks.length - 1].maxTime);
      }
    } catch (error) {
      if (!(error instanceof CorruptionError)) throw error;
    }
    const rest = pace();
    if (rest !== undefined) await rest;
  }
  return { minTime, maxTime, numSeries, numChunks };
}
