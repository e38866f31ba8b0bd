import type { Config } from '../config/types.ts';
import type { StorageOptions } from './serve-options.ts';

export interface Retention {
  /** 0: for ever. */
  readonly retentionMs: number;
  /** 0: no limit. */
  readonly maxBytes: number;
}

const DEFAULT_RETENTION_MS = 15 * 24 * 60 * 60 * 1000;

/** As in Prometheus the file goes before the command line, and a limit by size alone does away with the default of 15 days. */
export function retentionOf({ retentionMs, maxBytes }: StorageOptions, { storage }: Config): Retention {
  const timeMs = storage.retention.timeMs || retentionMs || 0;
  const sizeBytes = storage.retention.sizeBytes || maxBytes || 0;
  return { retentionMs: timeMs === 0 && sizeBytes === 0 ? DEFAULT_RETENTION_MS : timeMs, maxBytes: sizeBytes };
}
