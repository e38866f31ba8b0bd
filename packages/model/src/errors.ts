/** Every code with its meaning. docs/model.md carries the same table; errors.test.ts keeps the two in step. */
export const modelErrorCodes = {
  empty_label_name: 'a label has an empty name',
  duplicate_label_name: 'two labels of one series have the same name',
  bad_regexp: 'a regular expression is not valid RE2 syntax',
  regexp_too_large: 'a regular expression is too long or compiles to too many instructions',
  bad_duration: 'a duration is empty, malformed or names an unknown unit',
  duration_out_of_range: 'a duration is longer than 2^63-1 nanoseconds, about 292 years',
  unexpected_token: 'a line of an exposition has something other than what its format asks for there',
  bad_value: 'a sample or exemplar value is not a number',
  bad_timestamp: 'a timestamp is not a number, not finite or out of range',
  bad_metric_type: 'a TYPE line names a type that the format does not have',
  bad_unit: 'a UNIT line names a unit that is not a suffix of its metric',
  bad_utf8: 'a name, label value or help text is not valid UTF-8',
  missing_metric_name: 'a series has no metric name',
  duplicate_metric_name: 'a series has two metric names',
  missing_eof: 'an OpenMetrics text does not end with # EOF',
  data_after_eof: 'an OpenMetrics text goes on after # EOF',
  unsupported_content_type: 'a target sent a Content-Type that is blank, malformed or not supported',
} as const;

export type ModelErrorCode = keyof typeof modelErrorCodes;

export interface ErrorPlace {
  /** Counted from 1. Absent where the input has no lines (a duration, a regular expression). */
  readonly line?: number;
  /** Counted from 1, in characters. Absent where no single place is at fault. */
  readonly column?: number;
  readonly cause?: unknown;
}

/**
 * Bad input. `code` is stable and meant for programs; `reason` is the sentence for people; `message` is the reason
 * with the place in front of it where there are lines.
 */
export abstract class ModelError extends Error {
  readonly code: ModelErrorCode;
  readonly reason: string;
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(code: ModelErrorCode, reason: string, place: ErrorPlace = {}) {
    const { line, column, cause } = place;
    const prefix = line === undefined ? '' : `line ${line}, column ${column}: `;
    super(prefix + reason, cause === undefined ? undefined : { cause });
    this.code = code;
    this.reason = reason;
    this.line = line;
    this.column = column;
  }
}

export class LabelError extends ModelError {
  override readonly name = 'LabelError';
}

export class MatcherError extends ModelError {
  override readonly name = 'MatcherError';
}

export class DurationError extends ModelError {
  override readonly name = 'DurationError';
}

export class ContentTypeError extends ModelError {
  override readonly name = 'ContentTypeError';
}

export class ExpositionError extends ModelError {
  override readonly name = 'ExpositionError';
  declare readonly line: number;
  declare readonly column: number;
}
