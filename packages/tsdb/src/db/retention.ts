import type { BlockMeta } from '../block/meta.ts';

export interface RetentionOptions {
  /** By how much a block may end before the newest one; 0 for ever. */
  readonly retentionMs: number;
  /** What blocks, log and head chunks may take together; 0 for no limit. */
  readonly maxBytes: number;
}

export interface SizedBlock {
  readonly meta: BlockMeta;
  readonly sizeBytes: number;
}

/**
 * The blocks that are beyond retention. As in Prometheus: time is counted from the end of the newest block, not from the
 * clock, so that a server that was off for a month does not begin by removing all it has; and the oldest go first.
 */
export function beyondRetention<B extends SizedBlock>(
  blocks: readonly B[],
  headBytes: number,
  { retentionMs, maxBytes }: RetentionOptions,
): readonly B[] {
  const newestFirst = blocks.toSorted((a, b) => b.meta.maxTime - a.meta.maxTime);
  let bytes = headBytes;
  const first = newestFirst.findIndex(({ meta, sizeBytes }, i) => {
    bytes += sizeBytes;
    const isTooOld = retentionMs > 0 && i > 0 && newestFirst[0].meta.maxTime - meta.maxTime >= retentionMs;
    return isTooOld || (maxBytes > 0 && bytes > maxBytes);
  });
  return first < 0 ? [] : newestFirst.slice(first);
}
