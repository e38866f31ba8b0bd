/** Every code that a script can be refused with. */
export const scriptErrorCodes = [
  /** A line that starts no command. */
  'unknown_command',
  'bad_load',
  'bad_eval',
  'bad_expectation',
  /** A series, or the values behind it. */
  'bad_series',
] as const;

export type ScriptErrorCode = (typeof scriptErrorCodes)[number];

/** A script that cannot be read, or data that cannot be loaded. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
  readonly code: ScriptErrorCode;
  /** Counted from 1. */
  readonly line: number;
  /** The message without the place. */
  readonly reason: string;

  constructor(code: ScriptErrorCode, reason: string, place: { readonly line: number; readonly cause?: unknown }) {
    super(`line ${place.line}: ${reason}`, place.cause === undefined ? undefined : { cause: place.cause });
    this.code = code;
    this.line = place.line;
    this.reason = reason;
  }
}
