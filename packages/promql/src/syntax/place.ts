import { ParseError } from '../errors.ts';
import type { PositionRange } from './tree.ts';

/** A ParseError that knows its line and column. */
export function createParseError(
  text: string,
  position: PositionRange,
  reason: string,
  options?: { readonly code?: 'parse' | 'not_supported'; readonly cause?: unknown },
): ParseError {
  let line = 1;
  let lineStart = 0;
  for (let end = text.indexOf('\n'); end >= 0 && end < position.start; end = text.indexOf('\n', lineStart)) {
    line++;
    lineStart = end + 1;
  }
  let column = 1;
  for (const _ of text.slice(lineStart, position.start)) column++;
  return new ParseError(reason, { line, column, position }, options);
}
