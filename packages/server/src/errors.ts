/** Every code that this program can fail with. A code is stable: people search for it. */
export type ErrorCode =
  /** An address cannot be listened on, for another reason than that it is taken. */
  | 'HEARTH_LISTEN'
  /** An address that others reach is to be listened on without asking who they are. */
  | 'HEARTH_OPEN_ADDRESS'
  /** Every port that was tried is taken. */
  | 'HEARTH_NO_FREE_PORT'
  /** A program that should run has not been built. */
  | 'HEARTH_NOT_BUILT'
  /** A replica did not come to listen; the message carries its last lines. */
  | 'HEARTH_REPLICA_START'
  /** Something was stopped while it was starting, or before it was done. */
  | 'HEARTH_STOPPED'
  /** Stopping was cut short by a second request. */
  | 'HEARTH_KILLED'
  /** A data directory is not there, is in use by another process, or cannot be read or written. */
  | 'HEARTH_DATA_DIRECTORY'
  /** What is stored is not what it should be; the lines before it say where. */
  | 'HEARTH_DATA_DAMAGED'
  /** What was given to read is not what its format asks for; the message says where. */
  | 'HEARTH_BAD_INPUT'
  /** A configuration file cannot be used; the message has a line for everything that is wrong with it. */
  | 'HEARTH_BAD_CONFIG'
  /** A test did not pass; the lines before it say which, and why. */
  | 'HEARTH_TEST_FAILED'
  /** A server that was asked cannot be reached, or does not answer in time. */
  | 'HEARTH_NO_ANSWER'
  /** What answers is not the HTTP API of Prometheus. */
  | 'HEARTH_NO_API'
  /** A server asks for a name and a password, or for others than it was given. */
  | 'HEARTH_LOGIN'
  /** A query is wrong, or cannot be answered. */
  | 'HEARTH_QUERY';

/** A failure that the person at the keyboard can understand and act on. */
export class HearthError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HearthError';
    this.code = code;
  }
}
