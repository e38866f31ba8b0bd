import { segmentOf } from '../chunk/segment-format.ts';
import type { FileSystem } from '../file/file-system.ts';
import { createCheckpoint, truncateWal } from '../wal/checkpoint.ts';
import type { WalCompression } from '../wal/compression.ts';
import { listSegments } from '../wal/segments.ts';
import type { HeadCore } from './head-core.ts';

const SERIES_PER_STEP = 1024;

export interface LogStorage {
  readonly fileSystem: FileSystem;
  readonly walDirectory: string;
  readonly walCompression?: WalCompression;
  readonly walSegmentBytes?: number;
}

/** Takes what is in blocks out of the head: out of memory, then out of the chunk files, then out of the log. */
export class Truncation {
  readonly #core: HeadCore;
  readonly #storage: LogStorage;
  #logTruncatedBefore = -Infinity;

  constructor(core: HeadCore, storage: LogStorage) {
    this.#core = core;
    this.#storage = storage;
  }

  async truncate(beforeMs: number): Promise<void> {
    const core = this.#core;
    const wasEmpty = core.maxTime === -Infinity;
    if (beforeMs > core.floor) core.floor = beforeMs;
    if (wasEmpty) return;
    if (core.minTime < core.floor) {
      await core.readers.closedBefore(core.floor);
      core.minTime = core.floor;
      core.maxTime = Math.max(core.maxTime, core.floor);
      const oldest = await collectGarbage(core);
      core.minTime = Math.max(core.minTime, Math.min(oldest, core.appendableFrom));
      core.counts.truncations++;
    }
    await this.#truncateChunkFiles();
    await this.#truncateLog(core.floor);
  }

  /** A file goes when no chunk in it is of use; the one that is being written can go next time. */
  async #truncateChunkFiles(): Promise<void> {
    const { series, samples, chunks, pace } = this.#core;
    chunks.cut();
    await chunks.flush();
    let firstFile = Infinity;
    for (let slot = 1; slot < series.slotEnd; slot++) {
      const list = samples.open.list(slot);
      if (list !== 0) firstFile = Math.min(firstFile, segmentOf(samples.lists.ref(samples.lists.oldest(list))));
      const rest = slot % SERIES_PER_STEP === 0 ? pace() : undefined;
      if (rest !== undefined) await rest;
    }
    await chunks.removeBefore(Math.min(firstFile, chunks.nextFileNumber));
  }

  /** As Prometheus: two thirds of the segments go into a checkpoint, if there are at least two besides the one being written. */
  async #truncateLog(minTime: number): Promise<void> {
    if (minTime <= this.#logTruncatedBefore) return;
    const { wal, series, goneRefs, counts, pace } = this.#core;
    const { fileSystem, walDirectory, walCompression, walSegmentBytes } = this.#storage;
    const segments = await listSegments(fileSystem, walDirectory);
    const first = segments[0];
    await wal.nextSegment();
    const last = first + Math.floor(((segments[segments.length - 1] - 1 - first) * 2) / 3);
    if (last > first) {
      const keepSeries = (ref: number) => series.slotOf(ref) !== 0 || goneRefs.has(ref);
      await createCheckpoint(walDirectory, {
        through: last,
        keepSeries,
        minTime,
        fileSystem,
        pace,
        ...(walCompression !== undefined && { compression: walCompression }),
        ...(walSegmentBytes !== undefined && { segmentSize: walSegmentBytes }),
      });
      await truncateWal(walDirectory, fileSystem);
      for (const [ref, segment] of goneRefs) if (segment <= last) goneRefs.delete(ref);
      counts.checkpoints++;
    }
    this.#logTruncatedBefore = minTime;
  }
}

/** Drops chunks before the floor, and series that have none left. Returns the time of the oldest sample that is left. */
export async function collectGarbage(core: HeadCore): Promise<number> {
  const { series, samples, pace } = core;
  let oldest = Infinity;
  const removed: number[] = [];
  const removedRefs = new Set<number>();
  for (let slot = 1; slot < series.slotEnd; ) {
    const end = Math.min(series.slotEnd, slot + SERIES_PER_STEP);
    let wanted: ReadonlySet<number> | undefined;
    for (; slot < end; slot++) {
      if (!series.isUsed(slot)) continue;
      samples.dropBefore(slot, core.floor);
      oldest = Math.min(oldest, samples.minTime(slot));
      if (!samples.isEmpty(slot)) continue;
      wanted ??= core.pendingSlots();
      if (wanted.has(slot)) continue;
      if (series.isHidden(slot)) {
        core.forgetHidden([slot]);
        continue;
      }
      for (const ref of unlist(core, slot)) removedRefs.add(ref);
      removed.push(slot);
    }
    const rest = pace();
    if (rest !== undefined) await rest;
  }
  core.exemplars.removeSeries(removedRefs);
  await removeFromIndex(core, removed);
  return oldest;
}

/** Lets nobody find the series any more. Returns the references it had. */
function unlist({ series, samples, goneRefs, counts, wal }: HeadCore, slot: number): readonly number[] {
  const refs = series.unlist(slot);
  samples.tombstones.delete(slot);
  for (const ref of refs) goneRefs.set(ref, wal.end.segment);
  counts.seriesRemoved++;
  return refs;
}

/** Slots are used again when those are gone who may have found them in the index. */
async function removeFromIndex(core: HeadCore, slots: readonly number[]): Promise<void> {
  if (slots.length === 0) return;
  await core.series.index.remove(slots);
  core.readers.afterPresent(() => core.series.free(slots));
}
