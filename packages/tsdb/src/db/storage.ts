import type { Matcher, Querier, TimeRange } from '@hearth/model';
import type { Appender } from '../appender.ts';
import type { Pace } from '../file/pace.ts';
import type { Head, HeadStats, SeriesExemplars } from '../head/head.ts';
import { MergingQuerier } from '../querying/merging-querier.ts';
import type { BlockStore } from './block-store.ts';
import type { DbClock } from './clock.ts';
import { originOfHead } from './compaction/merged-meta.ts';
import { writeBlock } from './compaction/write-block.ts';
import type { Compactor } from './compactor.ts';
import type { BlockInfo, Db, DbCounters } from './db.ts';
import { DbError } from './db-error.ts';
import type { DbLog } from './db-log.ts';
import { deleteFromBlock } from './deletion.ts';
import type { DirectoryLock } from './directory-lock.ts';
import type { DiskGuard } from './disk-guard.ts';
import type { Host } from './host.ts';
import { linkBlock, snapshotName } from './snapshot.ts';
import { Turns } from './turns.ts';

/** How often there is a look at what is to be done, and for blocks that others put into the directory. */
const COMPACTION_INTERVAL_MS = 60_000;
const SNAPSHOTS = 'snapshots';

export interface StorageParts {
  readonly directory: string;
  readonly isReadOnly: boolean;
  readonly host: Host;
  readonly clock: DbClock;
  readonly pace: Pace;
  readonly log: DbLog;
  readonly head: Head;
  readonly store: BlockStore;
  readonly guard: DiskGuard;
  readonly compactor: Compactor;
  readonly createUlid: (timeMs: number) => string;
  readonly closing: AbortController;
  readonly lock: DirectoryLock | undefined;
}

/** See `Db`. */
export class Storage implements Db {
  readonly isReadOnly: boolean;
  readonly #parts: StorageParts;
  readonly #turns = new Turns();
  readonly #queriers = new Set<Querier>();
  #cancelTimer: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  constructor(parts: StorageParts) {
    this.#parts = parts;
    this.isReadOnly = parts.isReadOnly;
  }

  /** Compacts every minute from now on. */
  startCompacting(): void {
    this.#cancelTimer = this.#parts.clock.after(COMPACTION_INTERVAL_MS, () => void this.#compactByItself());
  }

  appender(): Appender {
    this.#assertWritable();
    return this.#parts.head.appender();
  }

  async querier(range: TimeRange): Promise<Querier> {
    this.#assertOpen();
    checkRange(range);
    const { head, store, pace, closing } = this.#parts;
    // In one turn, so that no truncation of the head comes between.
    const queriers = [...(range.endMs >= head.minTime ? [head.querier(range)] : []), ...store.queriers(range)];
    const onClose = () => void this.#queriers.delete(querier);
    const querier = new MergingQuerier(queriers, { pace, signal: closing.signal, onClose });
    this.#queriers.add(querier);
    return querier;
  }

  compact(): Promise<void> {
    return this.#change(() => this.#parts.compactor.run());
  }

  deleteSeries(matchers: readonly Matcher[], range: TimeRange): Promise<void> {
    return this.#change(async () => {
      checkRange(range);
      const { store, host, pace, head } = this.#parts;
      for (const block of store.blocks.filter((each) => each.overlaps(range))) {
        await deleteFromBlock(block, { matchers, range }, { fileSystem: host.fileSystem, pace });
      }
      await head.deleteSeries(matchers, range);
    });
  }

  cleanTombstones(): Promise<void> {
    return this.#change(() => this.#parts.compactor.cleanTombstones());
  }

  snapshot({ withHead }: { readonly withHead: boolean }): Promise<string> {
    return this.#change(async () => {
      const { directory, host, clock, createUlid } = this.#parts;
      const digits = Buffer.from(createUlid(clock.now()).slice(-8)).toString('hex');
      const name = snapshotName(clock.now(), digits);
      const target = `${directory}/${SNAPSHOTS}/${name}`;
      try {
        await this.#writeSnapshot(target, withHead);
      } catch (error) {
        await host.fileSystem.remove(target);
        throw error;
      }
      return name;
    });
  }

  async exemplars(
    matcherSets: readonly (readonly Matcher[])[],
    range: TimeRange,
    signal?: AbortSignal,
  ): Promise<readonly SeriesExemplars[]> {
    this.#assertOpen();
    return this.#parts.head.exemplars(matcherSets, range, signal);
  }

  async headStats(limit: number): Promise<HeadStats> {
    this.#assertOpen();
    return this.#parts.head.stats(limit);
  }

  blocks(): readonly BlockInfo[] {
    this.#assertOpen();
    return this.#parts.store.blocks.map(({ meta, sizeBytes }) => ({ meta, sizeBytes }));
  }

  counters(): DbCounters {
    const { head, compactor, guard } = this.#parts;
    const { compactions, failedCompactions, blocksBeyondRetention } = compactor;
    const blocksForRoom = guard.blocksRemoved;
    return { head: head.counters, compactions, failedCompactions, blocksBeyondRetention, blocksForRoom };
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const { closing, head, store, lock } = this.#parts;
    closing.abort(new DbError('closed', 'the storage is being closed'));
    this.#cancelTimer?.();
    const steps = [
      async () => void (await Promise.all([...this.#queriers].map((querier) => querier.close()))),
      () => this.#turns.settled(),
      () => head.close(),
      () => store.close(),
      async () => lock?.release(),
    ];
    const failures: unknown[] = [];
    for (const step of steps) {
      const [result] = await Promise.allSettled([step()]);
      if (result.status === 'rejected') failures.push(result.reason);
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Does what changes blocks when nothing else does. */
  async #change<T>(work: () => Promise<T>): Promise<T> {
    this.#assertWritable();
    return this.#turns.take(async () => {
      this.#assertOpen();
      return work();
    });
  }

  async #compactByItself(): Promise<void> {
    try {
      await this.compact();
    } catch (error) {
      if (this.#parts.closing.signal.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      this.#parts.log({ level: 'error', message: `compaction failed and is tried again in a minute: ${reason}` });
    }
    if (!this.#parts.closing.signal.aborted) this.startCompacting();
  }

  async #writeSnapshot(target: string, withHead: boolean): Promise<void> {
    const { directory, host, clock, createUlid, store, head, pace, closing } = this.#parts;
    const { fileSystem } = host;
    await fileSystem.makeDirectory(target);
    for (const { ulid } of store.blocks) {
      closing.signal.throwIfAborted();
      await linkBlock(host, `${directory}/${ulid}`, `${target}/${ulid}`);
    }
    const { minTime, maxTime } = head;
    if (withHead && maxTime >= minTime) {
      const ulid = createUlid(clock.now());
      const origin = originOfHead(ulid, { minTime, maxTime: maxTime + 1 });
      const source = head.blockSource(minTime, maxTime + 1);
      await writeBlock({ fileSystem, dataDirectory: target, ulid, source, origin, pace, signal: closing.signal });
    }
    await fileSystem.syncDirectory(target);
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw new DbError('closed', 'the storage was closed');
  }

  #assertWritable(): void {
    this.#assertOpen();
    if (!this.isReadOnly) return;
    throw new DbError('read_only', `${this.#parts.directory} cannot be written: it was opened for queries only`);
  }
}

function checkRange({ startMs, endMs }: TimeRange): void {
  if (startMs <= endMs) return;
  throw new DbError('bad_range', `a range from ${startMs} to ${endMs} has no times in it`);
}
