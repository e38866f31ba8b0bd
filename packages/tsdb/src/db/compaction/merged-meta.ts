import type { BlockCompaction, BlockMeta } from '../../block/meta.ts';

const FROM_OUT_OF_ORDER = 'from-out-of-order';

/** What is known of a block before it is written. */
export interface BlockOrigin {
  readonly minTime: number;
  readonly maxTime: number;
  readonly compaction: BlockCompaction;
}

/** Of a block made from the head. */
export function originOfHead(ulid: string, times: { readonly minTime: number; readonly maxTime: number }): BlockOrigin {
  return {
    ...times,
    compaction: { level: 1, sources: [ulid], parents: [], deletable: false, failed: false, hints: [] },
  };
}

/** Of a block that takes the place of others: its level is one more than theirs. */
export function originOfMerged(parents: readonly BlockMeta[]): BlockOrigin {
  const isOutOfOrder = parents.every(({ compaction }) => compaction.hints.includes(FROM_OUT_OF_ORDER));
  const hints = new Set(parents.flatMap(({ compaction }) => compaction.hints));
  if (!isOutOfOrder) hints.delete(FROM_OUT_OF_ORDER);
  return {
    minTime: Math.min(...parents.map(({ minTime }) => minTime)),
    maxTime: Math.max(...parents.map(({ maxTime }) => maxTime)),
    compaction: {
      level: Math.max(...parents.map(({ compaction }) => compaction.level)) + 1,
      sources: [...new Set(parents.flatMap(({ compaction }) => compaction.sources))].sort(),
      parents: parents.map(({ ulid, minTime, maxTime }) => ({ ulid, minTime, maxTime })),
      deletable: false,
      failed: false,
      hints: [...hints],
    },
  };
}

/** Of one block written again without what was deleted: Prometheus calls it a block of level 1 with one parent. */
export function originOfCleaned(ulid: string, parent: BlockMeta): BlockOrigin {
  const { minTime, maxTime, compaction } = parent;
  return {
    minTime,
    maxTime,
    compaction: {
      level: 1,
      sources: [ulid],
      parents: [{ ulid: parent.ulid, minTime, maxTime }],
      deletable: false,
      failed: false,
      hints: compaction.hints,
    },
  };
}
