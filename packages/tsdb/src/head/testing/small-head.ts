import { createLabels, createMatcher } from '@hearth/model';
import { PageCache } from '../../file/page-cache.ts';
import type { MemoryDisk } from '../../wal/testing/memory-disk.ts';
import type { Head, HeadOptions } from '../head.ts';
import { openHead } from '../open-head.ts';

export const DATA = '/data';

export const ALL = [createMatcher('=~', '__name__', '.+')];

/** A head on a disk in memory that never rests; small pages and segments, so that much happens with few samples. */
export function openSmallHead(disk: MemoryDisk, options: Partial<HeadOptions> = {}): Promise<Head> {
  return openHead({
    directory: DATA,
    fileSystem: disk,
    cache: new PageCache({ budgetBytes: 64 * 1024, pageBytes: 512 }),
    pace: () => undefined,
    walSegmentBytes: 32 * 1024,
    ...options,
  });
}

export function named(name: string, labels: Record<string, string> = {}) {
  return createLabels({ __name__: name, ...labels });
}

/** Appends samples of one series in a transaction, all of which must be taken. */
export async function appendTo(
  head: Head,
  labels: ReturnType<typeof named>,
  samples: readonly (readonly [time: number, value: number])[],
): Promise<void> {
  const appender = head.appender();
  const ref = appender.seriesRef(labels);
  for (const [time, value] of samples) {
    const refusal = appender.append(ref, time, value);
    if (refusal !== undefined) throw new Error(`${labels.toString()} at ${time}: ${refusal}`);
  }
  await appender.commit();
}
