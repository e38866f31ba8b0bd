import type { Matcher, Queryable, TimeRange } from '@hearth/model';
import type { Appender } from '../appender.ts';
import type { BlockMeta } from '../block/meta.ts';
import type { Pace } from '../file/pace.ts';
import type { HeadCounters, HeadStats, ReplayProgress, SeriesExemplars } from '../head/head.ts';
import type { WalCompression } from '../wal/compression.ts';
import type { DbClock } from './clock.ts';
import type { DbLog } from './db-log.ts';
import type { Host } from './host.ts';

/**
 * The local storage: a head and blocks in one data directory. All methods may be called at any time and overlap.
 * What changes blocks (compaction, deletion, retention, snapshots) is done one at a time, in the order of the calls,
 * beside appends and queries.
 *
 * After `close` has been called everything else rejects or throws a `DbError`.
 */
export interface Db extends Queryable {
  /** The directory cannot be written: it can be queried as it was when it was opened, and nothing else. */
  readonly isReadOnly: boolean;

  /** Throws a `DbError` when the directory is read-only. A full disk shows when the appender commits. */
  appender(): Appender;

  /**
   * Makes blocks of what the head has had for long enough, larger blocks of blocks, and removes what is beyond retention.
   * This also happens every minute by itself. Rejects with the first failure; what was done before stays.
   */
  compact(): Promise<void>;

  /** Hides the samples of the series that match, both times included: from the next query on. Resolves when that is durable. */
  deleteSeries(matchers: readonly Matcher[], range: TimeRange): Promise<void>;

  /**
   * Writes blocks anew without what was deleted from them, and so frees the room. The newest block stays if nothing would
   * be left of it; it goes when there is a newer one.
   */
  cleanTombstones(): Promise<void>;

  /**
   * A copy of everything, in a new directory under `snapshots` in the data directory: a data directory itself, made of
   * blocks that share their files with these ones. Without the head unless it is asked for. Resolves to its name.
   */
  snapshot(options: { readonly withHead: boolean }): Promise<string>;

  /** See `Head`. */
  exemplars(
    matcherSets: readonly (readonly Matcher[])[],
    range: TimeRange,
    signal?: AbortSignal,
  ): Promise<readonly SeriesExemplars[]>;

  /** What the head holds most of; `limit` of each kind. */
  headStats(limit: number): Promise<HeadStats>;

  /** By rising time. */
  blocks(): readonly BlockInfo[];
  counters(): DbCounters;

  /** Ends what is under way as soon as it can, closes queriers that are still open, and lets the directory go. Twice is fine. */
  close(): Promise<void>;
}

export interface BlockInfo {
  readonly meta: BlockMeta;
  readonly sizeBytes: number;
}

/** Counted since the start of the process. */
export interface DbCounters {
  readonly head: HeadCounters;
  readonly compactions: number;
  readonly failedCompactions: number;
  readonly blocksBeyondRetention: number;
  /** Removed because the disk was full. */
  readonly blocksForRoom: number;
}

export interface DbOptions {
  readonly directory: string;
  readonly log: DbLog;
  /** How far back samples are kept; 15 days unless said otherwise, 0 for ever. */
  readonly retentionMs?: number;
  /** What log, head chunks and blocks may take together; 0, no limit, unless said otherwise. */
  readonly maxBytes?: number;
  /** Bytes that are left free on the disk, 128 MB unless said otherwise: the oldest blocks go, but not the newest one. */
  readonly reserveBytes?: number;
  /** Of blocks made from the head: 2 hours as in Prometheus. */
  readonly minBlockRangeMs?: number;
  /** A tenth of the retention and 31 days at most, as in Prometheus. */
  readonly maxBlockRangeMs?: number;
  readonly maxExemplars?: number;
  readonly walSegmentBytes?: number;
  readonly walCompression?: WalCompression;
  /** Memory for pages of blocks. */
  readonly cacheBytes?: number;
  readonly replayProgress?: (progress: ReplayProgress) => void;
  /** Whether it compacts by itself. It does unless this is false. */
  readonly compactsByItself?: boolean;
  readonly clock?: DbClock;
  readonly host?: Host;
  readonly pace?: Pace;
  /** Names of new blocks: ULIDs of this time. */
  readonly createUlid?: (timeMs: number) => string;
}
