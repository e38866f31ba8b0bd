import { ParseError } from '../errors.ts';
import type { PositionRange } from './tree.ts';

/** Counted from 1; columns in characters. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where in the text an offset is. */
export function placeOf(text: string, offset: number): Place {
  let line = 1;
  let lineStart = 0;
  for (let end = text.indexOf('\n'); end >= 0 && end < offset; end = text.indexOf('\n', lineStart)) {
    line++;
    lineStart = end + 1;
  }
  let column = 1;
  for (const _ of text.slice(lineStart, offset)) column++;
  return { line, column };
}

/** A ParseError that knows its line and column. */
export function createParseError(
  text: string,
  position: PositionRange,
  reason: string,
  options?: { readonly code?: 'parse' | 'not_supported'; readonly cause?: unknown },
): ParseError {
  return new ParseError(reason, { ...placeOf(text, position.start), position }, options);
}
