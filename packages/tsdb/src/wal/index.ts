export type { FileSystem, OpenFile } from '../file/file-system.ts';
export { nodeFileSystem } from '../file/node-file-system.ts';
export { type CheckpointOptions, createCheckpoint, truncateWal } from './checkpoint.ts';
export type { CheckpointCount, CheckpointStats } from './checkpoint-filter.ts';
export type { WalCompression } from './compression.ts';
export { createPace, type PaceClock } from './node-pace.ts';
export { openWal } from './open-wal.ts';
export type { ReadWalOptions } from './read-raw-wal.ts';
export { readWal, type WalEntry, type WalReading, type WalReport } from './read-wal.ts';
export { type ReadAhead, type ReadAheadOptions, readWalAhead, type WalReadingAhead } from './read-wal-ahead.ts';
export { encodeMetadata, encodeMmapMarkers, encodeSeries, encodeTombstones } from './records/entries-codec.ts';
export { encodeExemplars, encodeSamples } from './records/samples-codec.ts';
export {
  type ExemplarColumns,
  METRIC_TYPES,
  type MetadataEntry,
  type MmapMarkerEntry,
  type SeriesEntry,
  type TombstoneEntry,
  type WalRecord,
} from './records/wal-record.ts';
export { WalSamples } from './records/wal-samples.ts';
export { recoverWal, type WalRecovery } from './recover-wal.ts';
export { type Repair, repairWal } from './repair.ts';
export type { WalPosition } from './segment-format.ts';
export type { TornTail } from './torn-tail.ts';
export type { Wal, WalOptions } from './wal.ts';
export { WalCursor, type WalCursorEntry, type WalCursorOptions } from './wal-cursor.ts';
export { WalError, type WalErrorCode, walErrorCodes } from './wal-error.ts';
