/** What a reader can find wrong with stored bytes. The codes are stable: callers and documents refer to them. */
export const corruptionCodes = {
  truncated: 'the bytes end before the value does',
  bad_checksum: 'a stored checksum differs from that of the bytes it covers',
  bad_magic: 'a file does not start with the magic number of its kind',
  bad_version: 'a file has a version of its format that is not supported',
  bad_value: 'a value is impossible where it stands: out of range, out of order, or pointing outside',
} as const;

export type CorruptionCode = keyof typeof corruptionCodes;

export interface CorruptionDetails {
  readonly code: CorruptionCode;
  /** The file as the reader was told its name: a path, or a name in a test. */
  readonly file: string;
  /** Byte offset in that file at which the reader gave up. */
  readonly offset: number;
  readonly reason: string;
  readonly cause?: unknown;
}

/** Stored bytes are not what their format promises. Readers of this package throw nothing else for bad bytes. */
export class CorruptionError extends Error {
  readonly code: CorruptionCode;
  readonly file: string;
  readonly offset: number;
  readonly reason: string;

  constructor(details: CorruptionDetails) {
    super(
      `${details.file}: corruption at byte ${details.offset}: ${details.reason}`,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.name = 'CorruptionError';
    this.code = details.code;
    this.file = details.file;
    this.offset = details.offset;
    this.reason = details.reason;
  }
}
