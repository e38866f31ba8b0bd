import { formatFloat } from '@hearth/model';
import { takeNumber, withSign } from './parse-literal.ts';
import { durationWords, isNumber, type Token } from './token.ts';
import type { Context, TokenStream } from './token-stream.ts';
import type {
  AtModifier,
  Expression,
  MatrixSelector,
  NumberLiteral,
  PositionRange,
  Subquery,
  TimeModifiers,
  VectorSelector,
} from './tree.ts';

/** What Go's time.Duration can hold. */
const MAX_DURATION_SECONDS = 2 ** 63 / 1e9;

const DURATION = 'number, duration, step(), or range()';
const NO_DURATION_EXPRESSIONS = 'duration expressions are experimental in Prometheus and not supported';

type Timed = VectorSelector | MatrixSelector | Subquery;

/** Takes `[range]` or `[range:step]`, which stands behind `operand`. */
export function takeBrackets(tokens: TokenStream, operand: Expression): MatrixSelector | Subquery {
  const bracket = tokens.expect('[');
  const rangeMs = takePositiveDuration(tokens, { where: 'subquery or range selector', expected: DURATION });
  const close = tokens.tryTake(']');
  if (close) {
    const position = { start: operand.position.start, end: close.end };
    const selector = rangeableSelector(tokens, operand, { start: bracket.start, end: close.end });
    return { kind: 'matrixSelector', selector, rangeMs, position };
  }
  tokens.expect(':', { where: 'subquery or range', expected: '":" or "]"' });
  const { stepMs, end } = takeStep(tokens);
  const position = { start: operand.position.start, end };
  return { kind: 'subquery', expression: operand, rangeMs, stepMs, offsetMs: 0, at: undefined, position };
}

function takeStep(tokens: TokenStream): { readonly stepMs: number | undefined; readonly end: number } {
  const close = tokens.tryTake(']');
  if (close) return { stepMs: undefined, end: close.end };
  const stepMs = takePositiveDuration(tokens, {
    where: 'subquery selector',
    expected: 'number, duration, step(), range(), or "]"',
  });
  const { end } = tokens.expect(']', { where: 'subquery selector', expected: '"]"' });
  return { stepMs, end };
}

function rangeableSelector(tokens: TokenStream, operand: Expression, brackets: PositionRange): VectorSelector {
  if (operand.kind !== 'vectorSelector') return tokens.fail(brackets, 'ranges only allowed for vector selectors');
  if (operand.offsetMs !== 0) return tokens.fail(brackets, 'no offset modifiers allowed before range');
  if (operand.at) return tokens.fail(brackets, 'no @ modifiers allowed before range');
  return operand;
}

function takePositiveDuration(tokens: TokenStream, context: Context): number {
  const literal = takeDuration(tokens, context);
  refuseOperator(tokens);
  if (!(literal.value > 0)) return tokens.fail(literal.position, 'duration must be greater than 0');
  return millisecondsOf(literal);
}

/** Prometheus goes on calculating here if it is allowed to. */
function refuseOperator(tokens: TokenStream): void {
  const token = tokens.peek();
  if (token.kind === 'symbol' && '+-*/%^'.includes(token.value)) {
    tokens.failNotSupported(token, NO_DURATION_EXPRESSIONS);
  }
}

/** A number or duration with any signs. */
function takeDuration(tokens: TokenStream, context: Context): NumberLiteral {
  const signs: Token[] = [];
  for (let sign = tryTakeSign(tokens); sign; sign = tryTakeSign(tokens)) signs.push(sign);
  const token = tokens.peek();
  if (token.kind === 'symbol' && (token.value === '(' || durationWords.has(token.value))) {
    tokens.failNotSupported(token, NO_DURATION_EXPRESSIONS);
  }
  if (!isNumber(token)) tokens.failUnexpected(context);
  const literal = takeNumber(tokens);
  if (!(Math.abs(literal.value) <= MAX_DURATION_SECONDS)) tokens.fail(literal.position, 'duration out of range');
  // With one sign this is a literal, and what follows an offset belongs to the query; with more it is an expression.
  if (signs.length > 1) refuseOperator(tokens);
  return signs.reduceRight(withSign, literal);
}

function tryTakeSign(tokens: TokenStream): Token | undefined {
  return tokens.tryTake('-') ?? tokens.tryTake('+');
}

/** Through nanoseconds, as in Prometheus, which then drops what is below a millisecond. Never a negative zero. */
function millisecondsOf({ value }: NumberLiteral): number {
  return Math.trunc(round(value * 1e9) / 1e6) + 0;
}

/** Takes `offset …`, which stands behind `operand`. */
export function takeOffset(tokens: TokenStream, operand: Expression): Expression {
  tokens.expect('offset');
  const literal = takeDuration(tokens, { where: 'offset', expected: DURATION });
  const { end } = literal.position;
  if (!isTimed(operand)) {
    const rule =
      'offset modifier must be preceded by an instant vector selector or range vector selector or a subquery';
    return tokens.fail(operand.position, rule);
  }
  const before = timeModifiersOf(operand);
  if (before.offsetMs !== 0) return tokens.fail(operand.position, 'offset may not be set multiple times');
  return withTimeModifiers(operand, { ...before, offsetMs: millisecondsOf(literal) }, end);
}

/** Takes `@ …`, which stands behind `operand`. */
export function takeAt(tokens: TokenStream, operand: Expression): Expression {
  tokens.expect('@');
  const { at, end } = takeAtTime(tokens, operand);
  if (!isTimed(operand)) {
    const rule = '@ modifier must be preceded by an instant vector selector or range vector selector or a subquery';
    return tokens.fail(operand.position, rule);
  }
  const before = timeModifiersOf(operand);
  if (before.at) return tokens.fail(operand.position, '@ <timestamp> may not be set multiple times');
  return withTimeModifiers(operand, { ...before, at }, end);
}

function takeAtTime(tokens: TokenStream, operand: Expression): { readonly at: AtModifier; readonly end: number } {
  const context: Context = { where: '@', expected: 'timestamp' };
  for (const kind of ['start', 'end'] as const) {
    if (!tokens.tryTake(kind)) continue;
    tokens.expect('(', context);
    return { at: { kind }, end: tokens.expect(')', context).end };
  }
  const sign = tryTakeSign(tokens);
  if (!isNumber(tokens.peek())) tokens.failUnexpected(context);
  const literal = takeNumber(tokens);
  const { value, position } = sign ? withSign(literal, sign) : literal;
  // The limit is that of milliseconds in an int64, which Prometheus does not check: it would take another time.
  if (!(Math.abs(value) < 2 ** 63 / 1000)) {
    return tokens.fail(operand.position, `timestamp out of bounds for @ modifier: ${describeFloat(value)}`);
  }
  return { at: { kind: 'timestamp', timestampMs: round(value * 1000) }, end: position.end };
}

/** As Go does: halves go away from zero. Never a negative zero. */
function round(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value)) + 0;
}

/** As C's `%f` prints it. */
function describeFloat(value: number): string {
  return Number.isFinite(value) ? `${formatFloat(value, 'f')}.000000` : formatFloat(value);
}

function isTimed(expression: Expression): expression is Timed {
  const { kind } = expression;
  return kind === 'vectorSelector' || kind === 'matrixSelector' || kind === 'subquery';
}

function timeModifiersOf(timed: Timed): TimeModifiers {
  return timed.kind === 'matrixSelector' ? timed.selector : timed;
}

function withTimeModifiers(operand: Timed, { offsetMs, at }: TimeModifiers, end: number): Timed {
  const position = { start: operand.position.start, end };
  if (operand.kind === 'matrixSelector') {
    return { ...operand, selector: { ...operand.selector, offsetMs, at }, position };
  }
  return { ...operand, offsetMs, at, position };
}
