export { monotonicFactory as createUlidFactory } from 'ulid';
export type { Appender, AppendRefusal, ExemplarToAppend, SeriesRef } from './appender.ts';
export { type Block, openBlock } from './block/block.ts';
export type { ChunkToWrite } from './block/block-writer.ts';
export type { IndexedSeries } from './block/index-reader.ts';
export type { BlockCompaction, BlockMeta, BlockParent, BlockStats } from './block/meta.ts';
export { readMeta } from './block/meta.ts';
export type { BlockSource, ChunkedSeries } from './block-source.ts';
export { CHUNK_ENCODING_XOR, sampleCountOf } from './chunk/chunk.ts';
export { XorAppender } from './chunk/xor-appender.ts';
export { BlockStore } from './db/block-store.ts';
export { type DbClock, systemClock } from './db/clock.ts';
export { originOfHead } from './db/compaction/merged-meta.ts';
export { writeBlock } from './db/compaction/write-block.ts';
export type { BlockInfo, Db, DbCounters, DbOptions } from './db/db.ts';
export { DbError, type DbErrorCode, dbErrorCodes } from './db/db-error.ts';
export type { DbLog, DbLogLine } from './db/db-log.ts';
export type { Host } from './db/host.ts';
export { isBlockName } from './db/names.ts';
export { nodeHost } from './db/node-host.ts';
export { openDb } from './db/open-db.ts';
export { type Finding, verifyDirectory } from './db/verify/verify-directory.ts';
export { type CorruptionCode, CorruptionError, corruptionCodes } from './encoding/corruption-error.ts';
export { writeAll } from './file/file-sink.ts';
export type { FileSystem, OpenFile } from './file/file-system.ts';
export type { Pace } from './file/pace.ts';
export { PageCache } from './file/page-cache.ts';
export type {
  Cardinality,
  HeadCounters,
  HeadStats,
  ReplayProgress,
  SeriesExemplars,
  StoredExemplar,
} from './head/head.ts';
export { MergingQuerier } from './querying/merging-querier.ts';
export type { WalCompression } from './wal/compression.ts';
export { createPace } from './wal/node-pace.ts';
export { WalError, type WalErrorCode, walErrorCodes } from './wal/wal-error.ts';
