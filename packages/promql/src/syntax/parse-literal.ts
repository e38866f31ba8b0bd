import { DurationError, parseDuration } from '@hearth/model';
import { decodeNumber } from './number-literal.ts';
import type { Token } from './token.ts';
import type { TokenStream } from './token-stream.ts';
import type { NumberLiteral } from './tree.ts';

/** Takes the number or duration in view. */
export function takeNumber(tokens: TokenStream): NumberLiteral {
  const token = tokens.take();
  const { start, end } = token;
  const isDuration = token.kind === 'duration';
  const value = isDuration ? secondsOf(tokens, token) : numericValueOf(tokens, token);
  return { kind: 'number', value, isDuration, position: { start, end } };
}

/** A number with its sign, as one literal. */
export function withSign(literal: NumberLiteral, sign: Token): NumberLiteral {
  const value = sign.value === '-' ? -literal.value : literal.value;
  return { ...literal, value, position: { start: sign.start, end: literal.position.end } };
}

function numericValueOf(tokens: TokenStream, token: Token): number {
  const value = decodeNumber(token.text);
  return typeof value === 'number' ? value : tokens.fail(token, `error parsing number: ${value.reason}`);
}

function secondsOf(tokens: TokenStream, token: Token): number {
  try {
    const ms = parseDuration(token.text);
    // Seconds and the rest apart, as Go does: the sum may round otherwise than the quotient.
    return Math.trunc(ms / 1000) + (ms % 1000) / 1000;
  } catch (cause) {
    if (!(cause instanceof DurationError)) throw cause;
    return tokens.fail(token, cause.reason, cause);
  }
}
