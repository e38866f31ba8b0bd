import type { BlockMeta } from '../../block/meta.ts';

/** More tombstones than this share of its series, and a large block is rewritten. */
const MAX_TOMBSTONE_SHARE = 0.05;

/** Blocks of a part of the series. Prometheus reads the log again for times that only such blocks cover. */
const PARTIAL_HINTS = ['from-stale-series', 'from-selected-series'];

/** Ranges of blocks: the first, three times that, nine times that, … up to `longestMs`. At least one. */
export function blockRanges(firstMs: number, longestMs: number): readonly number[] {
  const ranges = [firstMs];
  for (let range = firstMs * 3; range <= longestMs; range *= 3) ranges.push(range);
  return ranges;
}

/**
 * Which blocks to make one of next; none if all is well. As in Prometheus: blocks that overlap first, then those that
 * together fill the next longer range or will never fill it, then a large block of which much is deleted. The newest
 * block is left alone, so that there is time to copy it. Blocks of different partial kinds are never mixed.
 *
 * `metas` in any order; the result by rising time.
 *
 * Source: Prometheus, tsdb/compact.go (`plan`). Beyond it: overlapping blocks of which one has failed are not tried
 * again, for nothing else would be compacted any more.
 */
export function planCompaction(metas: readonly BlockMeta[], ranges: readonly number[]): readonly BlockMeta[] {
  const kinds = [undefined, ...PARTIAL_HINTS];
  for (const kind of kinds) {
    const plan = planKind(
      metas.filter(({ compaction }) => PARTIAL_HINTS.find((hint) => compaction.hints.includes(hint)) === kind),
      ranges,
    );
    if (plan.length > 0) return plan;
  }
  return [];
}

function planKind(metas: readonly BlockMeta[], ranges: readonly number[]): readonly BlockMeta[] {
  const sorted = metas.toSorted((a, b) => a.minTime - b.minTime);
  const overlapping = overlappingGroups(sorted).find((group) => !group.some(({ compaction }) => compaction.failed));
  if (overlapping !== undefined) return overlapping;
  const settled = sorted.slice(0, -1);
  const filling = selectFilling(settled, ranges);
  return filling.length > 0 ? filling : selectDeleted(settled, ranges);
}

/** Groups of two or more blocks that overlap in a chain. Blocks that only touch do not. */
export function overlappingGroups(sorted: readonly BlockMeta[]): readonly (readonly BlockMeta[])[] {
  const groups: BlockMeta[][] = [];
  let end = -Infinity;
  for (const meta of sorted) {
    if (meta.minTime < end) groups[groups.length - 1].push(meta);
    else groups.push([meta]);
    end = Math.max(end, meta.maxTime);
  }
  return groups.filter(({ length }) => length > 1);
}

function selectFilling(sorted: readonly BlockMeta[], ranges: readonly number[]): readonly BlockMeta[] {
  const newest = sorted.at(-1)?.minTime ?? 0;
  for (const range of ranges.slice(1)) {
    for (const part of splitByRange(sorted, range)) {
      if (part.length < 2 || part.some(({ compaction }) => compaction.failed)) continue;
      const end = part[part.length - 1].maxTime;
      if (end - part[0].minTime === range || end <= newest) return part;
    }
  }
  return [];
}

/** Blocks by the multiples of `range` between which they lie. Those that lie across one are left out. */
export function splitByRange(sorted: readonly BlockMeta[], range: number): readonly (readonly BlockMeta[])[] {
  const parts: BlockMeta[][] = [];
  for (let i = 0; i < sorted.length; ) {
    const end = (Math.floor(sorted[i].minTime / range) + 1) * range;
    if (sorted[i].maxTime > end) {
      i++;
      continue;
    }
    const part: BlockMeta[] = [];
    while (i < sorted.length && sorted[i].maxTime <= end) part.push(sorted[i++]);
    parts.push(part);
  }
  return parts;
}

function selectDeleted(sorted: readonly BlockMeta[], ranges: readonly number[]): readonly BlockMeta[] {
  const large = ranges[Math.floor(ranges.length / 2)];
  for (const meta of sorted.toReversed()) {
    const { numTombstones, numSeries } = meta.stats;
    const isLarge = meta.maxTime - meta.minTime >= large;
    const isWanted = isLarge
      ? numTombstones / (numSeries + 1) > MAX_TOMBSTONE_SHARE
      : numTombstones > 0 && numTombstones >= numSeries;
    if (isWanted && !meta.compaction.failed) return [meta];
    if (!isLarge) return [];
  }
  return [];
}
