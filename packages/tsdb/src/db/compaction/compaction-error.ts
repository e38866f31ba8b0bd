/** Why blocks cannot be made one, other than corrupt bytes and failing disks. The codes are stable. */
export const compactionErrorCodes = {
  unsupported_chunk_encoding: 'chunks that overlap, or of which a part is deleted, are of an encoding not decoded here',
} as const;

export type CompactionErrorCode = keyof typeof compactionErrorCodes;

export class CompactionError extends Error {
  readonly code: CompactionErrorCode;

  constructor(code: CompactionErrorCode, reason: string) {
    super(reason);
    this.name = 'CompactionError';
    this.code = code;
  }
}
