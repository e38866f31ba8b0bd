import type { Labels, Queryable } from '@hearth/model';

/**
 * Samples in memory, for tests of queries and rules. Appending is allowed at any time: queriers that are open may or may not
 * see what comes, and never lose what was there.
 */
export interface MemoryStorage extends Queryable {
  /**
   * Adds one sample behind the series' last. The same sample twice counts once; throws a MemoryStorageError for an earlier
   * time, and for another value at the same time. Not for staleness markers: they would not survive as numbers.
   */
  append(labels: Labels, timestampMs: number, value: number): void;
  /** Adds a staleness marker, by the same rules. */
  appendStale(labels: Labels, timestampMs: number): void;
  /** Forgets everything. */
  clear(): void;
}

export type MemoryStorageErrorCode = 'out_of_order' | 'duplicate_timestamp';

export class MemoryStorageError extends Error {
  override readonly name = 'MemoryStorageError';
  readonly code: MemoryStorageErrorCode;

  constructor(code: MemoryStorageErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
