import { quoteGo } from '@hearth/model';
import { aggregationSignatures } from './aggregations.ts';
import { checkExpression } from './checks.ts';
import { functionSignatures } from './functions.ts';
import { isBinaryOperator, isSetOperator, precedenceOf, SIGN_PRECEDENCE } from './operators.ts';
import { takeLabelNames } from './parse-grouping.ts';
import { takeNumber, withSign } from './parse-literal.ts';
import { type BinaryModifiers, refuseUnsupportedModifier, takeBinaryModifiers } from './parse-modifiers.ts';
import { takeSelector } from './parse-selector.ts';
import { takeAt, takeBrackets, takeOffset } from './parse-time.ts';
import { callWords, isMetricName, isNumber, isSymbol, startsExpression, type Token } from './token.ts';
import { TokenStream } from './token-stream.ts';
import type {
  Aggregation,
  AggregationOperator,
  BinaryExpression,
  BinaryOperator,
  Call,
  Expression,
  PositionRange,
  StringLiteral,
  UnaryExpression,
} from './tree.ts';
import { valueTypeOf } from './value-type.ts';

export interface ParseOptions {
  /** Allows what Prometheus has behind `promql-experimental-functions`: some functions, `limitk` and `limit_ratio`. */
  readonly experimentalFunctions?: boolean | undefined;
}

/**
 * How high a tree can be, so that whatever works on trees may call itself for what is below. A chain such as `a + b + c` is
 * one level higher for each operator. The parser itself needs the most: some 800 bytes of stack for each level, of the
 * 984 kB that Node.js has.
 */
export const MAX_DEPTH = 500;

/** Parses and checks a query. Throws a ParseError. */
export function parseExpression(text: string, options: ParseOptions = {}): Expression {
  const tokens = new TokenStream(text);
  if (tokens.peek().kind === 'end') tokens.fail({ start: 0, end: 0 }, 'no expression found in input');
  const expression = new ExpressionParser(tokens, options).takeExpression();
  if (tokens.peek().kind !== 'end') tokens.failUnexpected();
  checkExpression(expression, text);
  return expression;
}

/** Each method named `take` reads what its name says from the tokens, and leaves the token behind it in view. */
class ExpressionParser {
  readonly #tokens: TokenStream;
  readonly #options: ParseOptions;
  /** How many levels each tree has that is more than a leaf. */
  readonly #heights = new Map<Expression, number>();
  #depth = 0;

  constructor(tokens: TokenStream, options: ParseOptions) {
    this.#tokens = tokens;
    this.#options = options;
  }

  /** An expression of operators that bind as strongly as `minPrecedence`, or more. */
  takeExpression(minPrecedence = 0): Expression {
    this.#depth++;
    if (this.#depth > MAX_DEPTH) this.#failTooDeep(this.#tokens.peek());
    let left = this.#takeOperand();
    for (;;) {
      const token = this.#tokens.peek();
      const { value: operator } = token;
      if (token.kind !== 'symbol' || !isBinaryOperator(operator)) break;
      const precedence = precedenceOf(operator);
      if (precedence < minPrecedence) break;
      this.#tokens.take();
      const modifiers = takeBinaryModifiers(this.#tokens);
      const right = this.takeExpression(operator === '^' ? precedence : precedence + 1);
      left = this.#createBinary(operator, [left, right], modifiers);
    }
    this.#depth--;
    return left;
  }

  /** What operators connect: an expression without any around it, with its brackets and time modifiers. */
  #takeOperand(): Expression {
    const sign = this.#tokens.tryTake('-') ?? this.#tokens.tryTake('+');
    if (sign) return this.#takeSigned(sign);
    let operand = this.#takePrimary();
    for (;;) {
      const token = this.#tokens.peek();
      if (isSymbol(token, '[')) operand = takeBrackets(this.#tokens, operand);
      else if (isSymbol(token, 'offset')) operand = takeOffset(this.#tokens, operand);
      else if (isSymbol(token, '@')) operand = takeAt(this.#tokens, operand);
      else break;
      if (operand.kind === 'subquery') this.#raise(operand, [operand.expression]);
    }
    refuseUnsupportedModifier(this.#tokens);
    return operand;
  }

  #takeSigned(sign: Token): Expression {
    const expression = this.takeExpression(SIGN_PRECEDENCE);
    if (expression.kind === 'number') return withSign(expression, sign);
    const operator = sign.value as UnaryExpression['operator'];
    const position = { start: sign.start, end: expression.position.end };
    return this.#raise({ kind: 'unary', operator, expression, position }, [expression]);
  }

  #takePrimary(): Expression {
    const token = this.#tokens.peek();
    if (isNumber(token)) return takeNumber(this.#tokens);
    if (token.kind === 'string') return this.#takeString();
    if (isSymbol(token, '(')) return this.#takeParentheses();
    if (isSymbol(token, '{')) return takeSelector(this.#tokens, undefined);
    if (!isMetricName(token)) this.#tokens.failUnexpected();
    const name = this.#tokens.take();
    if (isAggregation(name) && this.#isAtAggregation()) return this.#takeAggregation(name);
    if (isFunctionName(name) && this.#tokens.isAt('(')) return this.#takeCall(name);
    return takeSelector(this.#tokens, name);
  }

  #takeString(): StringLiteral {
    const { value, start, end } = this.#tokens.take();
    return { kind: 'string', value, position: { start, end } };
  }

  #takeParentheses(): Expression {
    const { start } = this.#tokens.expect('(');
    const expression = this.takeExpression();
    const { end } = this.#tokens.expect(')');
    return this.#raise({ kind: 'parentheses', expression, position: { start, end } }, [expression]);
  }

  #isAtAggregation(): boolean {
    return this.#tokens.isAt('(') || this.#tokens.isAt('by') || this.#tokens.isAt('without');
  }

  #takeAggregation(operator: Token): Aggregation {
    const outer = this.#tokens.context;
    this.#tokens.context = { where: 'aggregation' };
    const before = this.#tryTakeGrouping();
    const { expressions, end: argumentsEnd } = this.#takeArguments();
    this.#tokens.context = outer;
    const grouping = before ?? this.#tryTakeGrouping();
    const end = before === undefined ? (grouping?.end ?? argumentsEnd) : argumentsEnd;
    const position = { start: operator.start, end };
    const [expression, parameter] = this.#splitArguments(operator, expressions, position);
    const aggregation: Aggregation = {
      kind: 'aggregation',
      operator: operator.value as AggregationOperator,
      expression,
      parameter,
      without: grouping?.without ?? false,
      grouping: grouping?.labels ?? [],
      position,
    };
    return this.#raise(aggregation, expressions);
  }

  #splitArguments(
    { value: operator }: Token,
    expressions: readonly Expression[],
    position: PositionRange,
  ): [expression: Expression, parameter: Expression | undefined] {
    if (expressions.length === 0) {
      this.#tokens.fail(position, 'no arguments for aggregate expression provided');
    }
    const { parameterType, isExperimental } = aggregationSignatures.get(operator)!;
    if (isExperimental && !this.#options.experimentalFunctions) {
      const flag = '--enable-feature=promql-experimental-functions';
      this.#tokens.failNotSupported(position, `${operator}() is experimental and must be enabled with ${flag}`);
    }
    const expected = parameterType === undefined ? 1 : 2;
    if (expressions.length !== expected) {
      const counts = `expected ${expected}, got ${expressions.length}`;
      this.#tokens.fail(position, `wrong number of arguments for aggregate expression provided, ${counts}`);
    }
    return expected === 2 ? [expressions[1], expressions[0]] : [expressions[0], undefined];
  }

  #tryTakeGrouping(): Grouping | undefined {
    const without = this.#tokens.isAt('without');
    if (!without && !this.#tokens.isAt('by')) return undefined;
    this.#tokens.take();
    return { without, ...takeLabelNames(this.#tokens) };
  }

  #takeCall(name: Token): Call {
    const { expressions, end } = this.#takeArguments();
    const signature = functionSignatures.get(name.text);
    if (!signature) return this.#tokens.fail(name, `unknown function with name ${quoteGo(name.text)}`);
    if (signature.isExperimental && !this.#options.experimentalFunctions) {
      this.#tokens.failNotSupported(name, `function ${quoteGo(name.text)} is not enabled`);
    }
    const position = { start: name.start, end };
    return this.#raise({ kind: 'call', functionName: name.text, arguments: expressions, position }, expressions);
  }

  #takeArguments(): { readonly expressions: readonly Expression[]; readonly end: number } {
    this.#tokens.expect('(');
    const expressions: Expression[] = [];
    let close = this.#tokens.tryTake(')');
    while (!close) {
      expressions.push(this.takeExpression());
      close = this.#tokens.tryTake(')');
      if (close) break;
      const comma = this.#tokens.expect(',');
      if (!startsExpression(this.#tokens.peek())) {
        this.#tokens.fail(comma, 'trailing commas not allowed in function call args');
      }
    }
    return { expressions, end: close.end };
  }

  #createBinary(
    operator: BinaryOperator,
    [left, right]: readonly [Expression, Expression],
    { returnsBool, matching }: BinaryModifiers,
  ): BinaryExpression {
    const areVectors = valueTypeOf(left) === 'vector' && valueTypeOf(right) === 'vector';
    const cardinality =
      isSetOperator(operator) && matching.cardinality === 'one-to-one' ? 'many-to-many' : matching.cardinality;
    // Labels that match no vectors stay, for the check to find.
    const isKept = areVectors || matching.labels.length > 0;
    const binary: BinaryExpression = {
      kind: 'binary',
      operator,
      left,
      right,
      returnsBool,
      matching: isKept ? { ...matching, cardinality } : undefined,
      position: { start: left.position.start, end: right.position.end },
    };
    return this.#raise(binary, [left, right]);
  }

  /** Notes how high a new tree is, and refuses one that is too high. */
  #raise<Node extends Expression>(node: Node, below: readonly Expression[]): Node {
    let height = 1;
    for (const child of below) height = Math.max(height, 1 + (this.#heights.get(child) ?? 0));
    if (height > MAX_DEPTH) this.#failTooDeep(node.position);
    this.#heights.set(node, height);
    return node;
  }

  #failTooDeep(position: PositionRange): never {
    this.#tokens.fail(position, `the query is nested more than ${MAX_DEPTH} levels deep`);
  }
}

interface Grouping {
  readonly without: boolean;
  readonly labels: readonly string[];
  readonly end: number;
}

function isAggregation(token: Token): boolean {
  return token.kind === 'symbol' && aggregationSignatures.has(token.value);
}

function isFunctionName(token: Token): boolean {
  return token.kind === 'identifier' || callWords.has(token.value);
}
