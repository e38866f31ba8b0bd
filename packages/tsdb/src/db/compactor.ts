import type { BlockMeta } from '../block/meta.ts';
import type { BlockSource } from '../block-source.ts';
import { CorruptionError } from '../encoding/corruption-error.ts';
import type { Pace } from '../file/pace.ts';
import type { Head } from '../head/head.ts';
import type { BlockStore } from './block-store.ts';
import type { DbClock } from './clock.ts';
import { CompactionError } from './compaction/compaction-error.ts';
import { type BlockOrigin, originOfCleaned, originOfHead, originOfMerged } from './compaction/merged-meta.ts';
import { MergedSource } from './compaction/merged-source.ts';
import { planCompaction } from './compaction/planner.ts';
import { StoredSource } from './compaction/stored-source.ts';
import { writeBlock } from './compaction/write-block.ts';
import type { DbLog } from './db-log.ts';
import { directorySize } from './directory-size.ts';
import type { DiskGuard } from './disk-guard.ts';
import type { Host } from './host.ts';
import { beyondRetention, type RetentionOptions } from './retention.ts';
import type { StoredBlock } from './stored-block.ts';

/** How much more than one range the head has to hold before a block is cut: as in Prometheus. */
const HEAD_RANGES = 1.5;

export interface CompactorOptions {
  readonly directory: string;
  readonly host: Host;
  readonly clock: DbClock;
  readonly pace: Pace;
  readonly log: DbLog;
  readonly head: Head;
  readonly store: BlockStore;
  readonly guard: DiskGuard;
  /** The first is that of blocks cut from the head. */
  readonly ranges: readonly number[];
  readonly retention: RetentionOptions;
  readonly createUlid: (timeMs: number) => string;
  /** Ends the work. */
  readonly signal: AbortSignal;
}

/** Makes blocks of the head and of blocks. One call at a time. */
export class Compactor {
  readonly #options: CompactorOptions;
  compactions = 0;
  failedCompactions = 0;
  blocksBeyondRetention = 0;

  constructor(options: CompactorOptions) {
    this.#options = options;
  }

  /** All that there is to do now. Stops without a word when it is told to. */
  async run(): Promise<void> {
    const { store, guard, signal } = this.#options;
    try {
      await store.load();
      await this.applyRetention();
      await guard.makeRoom(0);
      do {
        while (await this.#cutHead());
      } while (await this.#compactNext());
      await this.applyRetention();
    } catch (error) {
      if (signal.aborted) return;
      this.failedCompactions++;
      throw error;
    }
  }

  async applyRetention(): Promise<void> {
    const { store, retention, log } = this.#options;
    const headBytes = retention.maxBytes > 0 ? await this.#headBytes() : 0;
    const beyond = beyondRetention(store.blocks, headBytes, retention);
    if (beyond.length === 0) return;
    await store.remove(beyond);
    this.blocksBeyondRetention += beyond.length;
    log({ level: 'info', message: `removed beyond retention: ${beyond.map(describe).join('; ')}` });
  }

  async cleanTombstones(): Promise<void> {
    const { store, pace, clock, createUlid, signal } = this.#options;
    for (const block of store.blocks.filter(({ tombstones }) => tombstones.size > 0)) {
      signal.throwIfAborted();
      const ulid = createUlid(clock.now());
      await this.#replace([block], { ulid, origin: originOfCleaned(ulid, block.meta), source: sourceOf(block, pace) });
    }
  }

  /**
   * Makes the oldest samples of the head a block, if it holds enough. Resolves to whether it did. A range of which all was
   * deleted makes none, and stays in the head until one after it does: the newest block says how far the log has been made
   * into blocks, so that the next start does not find there what was deleted.
   */
  async #cutHead(): Promise<boolean> {
    const { head, ranges, guard, signal } = this.#options;
    let { minTime } = head;
    while (head.maxTime - minTime > ranges[0] * HEAD_RANGES) {
      signal.throwIfAborted();
      const maxTime = (Math.floor(minTime / ranges[0]) + 1) * ranges[0];
      await guard.makeRoom(await this.#headBytes());
      if (await this.#tryCut({ minTime, maxTime })) return true;
      minTime = maxTime;
    }
    return false;
  }

  /** False if there are no samples. */
  async #tryCut(times: { readonly minTime: number; readonly maxTime: number }): Promise<boolean> {
    const { head, store, log, clock, createUlid } = this.#options;
    const ulid = createUlid(clock.now());
    const source = head.blockSource(times.minTime, times.maxTime);
    const meta = await this.#write(ulid, originOfHead(ulid, times), source);
    if (meta === undefined) return false;
    await store.load();
    if (!store.blocks.some((block) => block.ulid === ulid)) {
      throw new Error(`block ${ulid} was made from the head and cannot be read; the head keeps its samples`);
    }
    log({ level: 'info', message: `made from the head: ${describe({ meta })}` });
    await head.truncate(times.maxTime);
    this.compactions++;
    return true;
  }

  /** Resolves to whether there was anything to compact. */
  async #compactNext(): Promise<boolean> {
    const { store, guard, ranges, pace, clock, createUlid, log } = this.#options;
    const planned = planCompaction(
      store.blocks.map(({ meta }) => meta),
      ranges,
    );
    if (planned.length === 0) return false;
    const parents = planned.map(({ ulid }) => store.blocks.find((block) => block.ulid === ulid) as StoredBlock);
    const bytes = parents.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (!(await guard.hasRoom(bytes))) {
      log({
        level: 'warn',
        message: `compaction of ${planned.length} blocks waits for ${bytes} bytes of room on the disk`,
      });
      return false;
    }
    const source = new MergedSource(
      parents.map((block) => sourceOf(block, pace)),
      pace,
    );
    return this.#replace(parents, { ulid: createUlid(clock.now()), origin: originOfMerged(planned), source });
  }

  /**
   * Puts one block, or none if nothing is left, in the place of others. False if they stay: the newest block says how far
   * the log has been made into blocks. Without it the next start would read what was deleted from the log again.
   */
  async #replace(
    parents: readonly StoredBlock[],
    { ulid, origin, source }: { readonly ulid: string; readonly origin: BlockOrigin; readonly source: BlockSource },
  ): Promise<boolean> {
    const { store, host, log } = this.#options;
    let meta: BlockMeta | undefined;
    try {
      meta = await this.#write(ulid, origin, source);
    } catch (error) {
      if (isLasting(error)) await this.#markFailed(parents);
      throw error;
    }
    if (meta === undefined) {
      const newest = Math.max(...store.blocks.map((block) => block.meta.maxTime));
      if (origin.maxTime === newest) return false;
      for (const parent of parents) await parent.mark(host.fileSystem, 'deletable');
      await store.remove(parents);
    }
    await store.load();
    this.compactions++;
    const from = parents.map((parent) => parent.ulid).join(', ');
    log({
      level: 'info',
      message: meta === undefined ? `nothing was left of ${from}` : `made of ${from}: ${describe({ meta })}`,
    });
    return true;
  }

  /** The failure that counts is why: when it cannot be noted, the same is tried once more. */
  async #markFailed(parents: readonly StoredBlock[]): Promise<void> {
    const { host, log } = this.#options;
    const marked = await Promise.allSettled(parents.map((parent) => parent.mark(host.fileSystem, 'failed')));
    for (const mark of marked) {
      if (mark.status === 'rejected') log({ level: 'error', message: `a failure could not be noted: ${mark.reason}` });
    }
  }

  #write(ulid: string, origin: BlockOrigin, source: BlockSource): Promise<BlockMeta | undefined> {
    const { host, directory, pace, signal } = this.#options;
    return writeBlock({ fileSystem: host.fileSystem, dataDirectory: directory, ulid, source, origin, pace, signal });
  }

  async #headBytes(): Promise<number> {
    const { host, directory } = this.#options;
    const log = await directorySize(host.fileSystem, `${directory}/wal`);
    return log + (await directorySize(host.fileSystem, `${directory}/chunks_head`));
  }
}

/** Whether the same would happen again. A full disk, for one, may have room the next time. */
function isLasting(error: unknown): boolean {
  return error instanceof CorruptionError || error instanceof CompactionError;
}

function sourceOf(block: StoredBlock, pace: Pace): BlockSource {
  return new StoredSource(block.view, block.meta, pace);
}

function describe({ meta }: { readonly meta: BlockMeta }): string {
  const times = `${new Date(meta.minTime).toISOString()} to ${new Date(meta.maxTime).toISOString()}`;
  return `block ${meta.ulid}, level ${meta.compaction.level}, ${times}, ${meta.stats.numSamples} samples`;
}
