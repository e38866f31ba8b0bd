import { DurationError, parseDuration } from '@hearth/model';
import type { Command } from './command.ts';
import { ScriptError, type ScriptErrorCode } from './script-error.ts';
import { parseSeriesNotation, type SeriesNotation, SeriesNotationError } from './series-notation.ts';

/** What was read, and the index of the line behind it. */
export interface Parsed<T extends Command> {
  readonly command: T;
  readonly end: number;
}

/** A series of a script, with the place in what it throws. */
export function parseSeries(text: string, line: number): SeriesNotation {
  try {
    return parseSeriesNotation(text);
  } catch (cause) {
    if (!(cause instanceof SeriesNotationError)) throw cause;
    throw new ScriptError('bad_series', `not a series and its values: ${cause.message}`, { line, cause });
  }
}

/** A duration of a script, with the place in what it throws. */
export function parseTime(text: string, line: number, code: ScriptErrorCode): number {
  try {
    return parseDuration(text);
  } catch (cause) {
    if (!(cause instanceof DurationError)) throw cause;
    throw new ScriptError(code, cause.reason, { line, cause });
  }
}
