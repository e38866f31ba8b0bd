import type { Matcher, TimeRange } from '@hearth/model';
import { addInterval, type Tombstones } from '../block/tombstones.ts';
import type { TimeRange as Interval } from '../chunk/chunk.ts';
import type { FileSystem } from '../file/file-system.ts';
import type { Pace } from '../file/pace.ts';
import { labelIndexOf } from '../querying/block-querier.ts';
import { selectPostings } from '../querying/select-postings.ts';
import type { StoredBlock } from './stored-block.ts';

/**
 * Hides the samples of the series that match. Each interval is cut to the times that its series has; a series without a
 * chunk in the range gets none.
 */
export async function deleteFromBlock(
  block: StoredBlock,
  { matchers, range }: { readonly matchers: readonly Matcher[]; readonly range: TimeRange },
  { fileSystem, pace }: { readonly fileSystem: FileSystem; readonly pace: Pace },
): Promise<void> {
  const { index } = block.view;
  const tombstones = new Map<number, readonly Interval[]>(block.tombstones);
  let isChanged = false;
  for (const ref of await selectPostings(labelIndexOf(index), matchers, { pace })) {
    await pace();
    const { chunks } = await index.series(ref);
    if (!chunks.some(({ minTime, maxTime }) => minTime <= range.endMs && maxTime >= range.startMs)) continue;
    const interval = {
      minTime: Math.max(range.startMs, chunks[0].minTime),
      maxTime: Math.min(range.endMs, chunks[chunks.length - 1].maxTime),
    };
    tombstones.set(ref, addInterval(tombstones.get(ref) ?? [], interval));
    isChanged = true;
  }
  if (isChanged) await block.setTombstones(fileSystem, tombstones satisfies Tombstones);
}
