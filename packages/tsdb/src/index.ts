export type { Appender, AppendRefusal, ExemplarToAppend, SeriesRef } from './appender.ts';
export type { BlockCompaction, BlockMeta, BlockParent, BlockStats } from './block/meta.ts';
export { type DbClock, systemClock } from './db/clock.ts';
export type { BlockInfo, Db, DbCounters, DbOptions } from './db/db.ts';
export { DbError, type DbErrorCode, dbErrorCodes } from './db/db-error.ts';
export type { DbLog, DbLogLine } from './db/db-log.ts';
export type { Host } from './db/host.ts';
export { nodeHost } from './db/node-host.ts';
export { openDb } from './db/open-db.ts';
export { type Finding, verifyDirectory } from './db/verify/verify-directory.ts';
export { type CorruptionCode, CorruptionError, corruptionCodes } from './encoding/corruption-error.ts';
export type { Pace } from './file/pace.ts';
export type {
  Cardinality,
  HeadCounters,
  HeadStats,
  ReplayProgress,
  SeriesExemplars,
  StoredExemplar,
} from './head/head.ts';
export type { WalCompression } from './wal/compression.ts';
export { createPace } from './wal/node-pace.ts';
export { WalError, type WalErrorCode, walErrorCodes } from './wal/wal-error.ts';
