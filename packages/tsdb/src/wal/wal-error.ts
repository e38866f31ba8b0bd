/** What can go wrong with the log other than bad bytes. The codes are stable: callers and documents refer to them. */
export const walErrorCodes = {
  disk_full: 'there is no room on the device, or the quota is used up; logging works again once there is room',
  read_only: 'the file system does not accept writes',
  not_found: 'a file or directory that was expected is not there',
  io_error: 'the operating system refused for any other reason, which the cause says',
  missing_segment: 'the numbers of the segments have a gap, or the segments do not follow on the checkpoint',
  unsupported_compression:
    'a record is compressed in a way that is not read here; it is sound and must not be repaired',
  conflict: 'another program writes the same log',
  closed: 'the log was closed',
  busy: 'commits come faster than the disk takes them, and those that wait have reached their limit',
} as const;

export type WalErrorCode = keyof typeof walErrorCodes;

export interface WalErrorDetails {
  readonly code: WalErrorCode;
  /** The file or directory. */
  readonly file: string;
  readonly reason: string;
  readonly cause?: unknown;
}

export class WalError extends Error {
  readonly code: WalErrorCode;
  readonly file: string;
  readonly reason: string;

  constructor(details: WalErrorDetails) {
    super(`${details.file}: ${details.reason}`, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'WalError';
    this.code = details.code;
    this.file = details.file;
    this.reason = details.reason;
  }
}
