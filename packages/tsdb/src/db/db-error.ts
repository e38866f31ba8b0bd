/** What the storage refuses. The codes are stable: callers and documents refer to them. */
export const dbErrorCodes = {
  locked: 'another process uses the data directory',
  read_only: 'the data directory cannot be written, so that it can only be queried',
  closed: 'the storage was closed',
  bad_range: 'a range ends before it begins, or has an end that is no time',
} as const;

export type DbErrorCode = keyof typeof dbErrorCodes;

export class DbError extends Error {
  readonly code: DbErrorCode;

  constructor(code: DbErrorCode, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'DbError';
    this.code = code;
  }
}
