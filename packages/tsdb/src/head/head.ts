import type { Labels, Matcher, Querier, TimeRange } from '@hearth/model';
import type { Appender, AppendRefusal } from '../appender.ts';
import type { BlockSource } from '../block-source.ts';
import type { FileSystem } from '../file/file-system.ts';
import type { Pace } from '../file/pace.ts';
import type { PageCache } from '../file/page-cache.ts';
import type { WalCompression } from '../wal/compression.ts';
import type { ReadAhead } from '../wal/read-wal-ahead.ts';

/** How far chunks and blocks reach: a chunk never crosses a multiple of it. Prometheus' default block. */
export const DEFAULT_CHUNK_RANGE_MS = 2 * 60 * 60 * 1000;

/** Prometheus' own, where its feature is switched on. About 20 MB when they are all there. */
export const DEFAULT_MAX_EXEMPLARS = 100_000;

export interface HeadOptions {
  /** The data directory. The head has `wal` and `chunks_head` in it, and nothing else. */
  readonly directory: string;
  readonly fileSystem: FileSystem;
  /** Shared with the blocks: pages of finished chunks. */
  readonly cache: PageCache;
  readonly pace: Pace;
  /** Where the newest block ends. What the log has before it is in blocks already, and is left out. */
  readonly minValidTimeMs?: number;
  readonly chunkRangeMs?: number;
  /** How many exemplars are kept; the oldest go first. 0 keeps none. */
  readonly maxExemplars?: number;
  readonly walSegmentBytes?: number;
  readonly walCompression?: WalCompression;
  /** Reads the log that `fileSystem` has; without it, it is read in this thread. */
  readonly readAhead?: ReadAhead | undefined;
  /** What went wrong and was coped with, in words for people: at the start, and later when chunks cannot be written. */
  readonly warn?: (message: string) => void;
  readonly progress?: (progress: ReplayProgress) => void;
}

/** How far the replay is. Called a few times a second at most, and at the end. */
export interface ReplayProgress {
  readonly segment: number;
  readonly lastSegment: number;
  readonly samples: number;
  readonly series: number;
}

/**
 * The newest samples: in memory and in `chunks_head`, all of them in the write-ahead log. Everything may be called at any
 * time and overlap, but `truncate`, which is called by one caller at a time, and `close`, which comes last.
 *
 * `openHead(options)` replays the log. It leaves the event loop to others as `pace` says, as all that takes long does.
 */
export interface Head {
  /** Unix milliseconds of the oldest sample, or a time before it. Infinity while there are no samples. */
  readonly minTime: number;
  /** Of the newest sample. -Infinity while there are no samples. */
  readonly maxTime: number;
  readonly seriesCount: number;
  /**
   * Samples before this time are refused: those before what was truncated, and those more than half a chunk range older than
   * the newest sample. So what lies wholly before it can be made into a block while samples come in. -Infinity while there
   * are no samples and nothing was truncated.
   */
  readonly appendableFrom: number;
  readonly counters: HeadCounters;

  appender(): Appender;

  /**
   * A view of the head. What was committed before the call is in it. Samples before the last `truncate` are not, from the
   * moment on at which that was called: open the querier in the same turn in which the list of blocks is taken.
   *
   * Several commits at once: a commit of very many samples is applied in steps, between which it can be seen in part.
   */
  querier(range: TimeRange): Querier;

  /**
   * What a block is made of: the samples from `minTime` up to, not including, `maxTime`. Samples that are appended
   * meanwhile are not in it, so `maxTime` lies at `appendableFrom` or before, or nobody appends. Read it once, and not
   * across `truncate`.
   */
  blockSource(minTime: number, maxTime: number): BlockSource;

  /**
   * Forgets the samples before a time: call it when a block has them and is known to new queriers. Waits for queriers that
   * were opened before and reach back behind that time; new ones see nothing there at once. Series without samples go, files
   * of chunks, segments of the log (into a checkpoint), exemplars and tombstones.
   *
   * Rejects when the disk fails; memory is consistent then, and calling it again tries the rest again.
   */
  truncate(beforeMs: number): Promise<void>;

  /** Hides the samples of series, in the log as well. Both times are included. Resolves to the number of series. */
  deleteSeries(matchers: readonly Matcher[], range: TimeRange): Promise<number>;

  /** Exemplars of the series that match any of the sets of matchers, by series in the order of labels, then by time. */
  exemplars(
    matcherSets: readonly (readonly Matcher[])[],
    range: TimeRange,
    signal?: AbortSignal,
  ): Promise<readonly SeriesExemplars[]>;

  /** The `limit` largest of each kind. `labelName` is the label by whose value series are counted first. */
  stats(limit: number, labelName?: string): Promise<HeadStats>;

  /** Waits for commits under way, writes what is in memory to its files and closes them. */
  close(): Promise<void>;
}

/** Counted since the start of the process. */
export interface HeadCounters {
  readonly samplesAppended: number;
  readonly exemplarsAppended: number;
  readonly seriesCreated: number;
  readonly seriesRemoved: number;
  readonly chunksCreated: number;
  readonly chunksRemoved: number;
  /** Samples and exemplars that were not taken, by reason. Those that a commit of another appender overtook are in it. */
  readonly refused: Readonly<Record<AppendRefusal, number>>;
  readonly commits: number;
  /** Commits that the log could not take. */
  readonly failedCommits: number;
  readonly truncations: number;
  readonly checkpoints: number;
  readonly walRepairs: number;
  /** Attempts to write finished chunks that failed; the log has the samples, memory keeps them. */
  readonly chunkWriteFailures: number;
}

export interface Cardinality {
  readonly name: string;
  readonly value: number;
}

/** As `/api/v1/status/tsdb` of Prometheus has it. */
export interface HeadStats {
  readonly seriesCount: number;
  readonly labelPairCount: number;
  readonly chunkCount: number;
  readonly minTime: number;
  readonly maxTime: number;
  readonly seriesByMetricName: readonly Cardinality[];
  readonly valuesByLabelName: readonly Cardinality[];
  /** Bytes of the values, counted for each series. */
  readonly memoryByLabelName: readonly Cardinality[];
  /** `name=value`. */
  readonly seriesByLabelPair: readonly Cardinality[];
}

export interface StoredExemplar {
  readonly labels: Labels;
  readonly timestampMs: number;
  readonly value: number;
}

export interface SeriesExemplars {
  readonly series: Labels;
  readonly exemplars: readonly StoredExemplar[];
}
