import type { PositionRange } from './syntax/tree.ts';

/** Every code that a query can fail with. */
export const promqlErrorCodes = [
  /** The text is not a query, or a query that can never work: types, names, arguments. */
  'parse',
  /** The query uses syntax or a function that is experimental in Prometheus and not enabled. */
  'not_supported',
  /** The data do not allow what the query asks: many-to-many matches, two series with the same labels. */
  'execution',
  /** The parameters of the evaluation are at odds: a step of zero, an end before the start. */
  'bad_parameter',
  'too_many_samples',
  'too_much_memory',
  'too_many_steps',
  'result_too_large',
  'too_many_queries',
  'timeout',
  'canceled',
  /** The storage could not be read. */
  'storage',
] as const;

export type PromqlErrorCode = (typeof promqlErrorCodes)[number];

export interface PromqlErrorOptions {
  /** What of the query is at fault. */
  readonly position?: PositionRange | undefined;
  readonly cause?: unknown;
}

/** A query that fails. `code` is stable and meant for programs; `message` is for people, in words close to Prometheus'. */
export class PromqlError extends Error {
  override readonly name: string = 'PromqlError';
  readonly code: PromqlErrorCode;
  readonly position: PositionRange | undefined;

  constructor(code: PromqlErrorCode, message: string, options: PromqlErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.position = options.position;
  }
}

/** A text that cannot be parsed. The message starts with its place: `1:5: parse error: …`. */
export class ParseError extends PromqlError {
  override readonly name = 'ParseError';
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in characters. */
  readonly column: number;
  /** The message without the place. */
  readonly reason: string;
  declare readonly position: PositionRange;

  constructor(
    reason: string,
    place: { readonly line: number; readonly column: number; readonly position: PositionRange },
    options: { readonly code?: 'parse' | 'not_supported'; readonly cause?: unknown } = {},
  ) {
    const { line, column, position } = place;
    super(options.code ?? 'parse', `${line}:${column}: parse error: ${reason}`, { position, cause: options.cause });
    this.line = line;
    this.column = column;
    this.reason = reason;
  }
}
