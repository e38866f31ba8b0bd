import { METRIC_NAME, quoteGo } from '@hearth/model';
import { aggregationSignatures } from './aggregations.ts';
import { functionSignatures } from './functions.ts';
import { isComparison, isSetOperator } from './operators.ts';
import { createParseError } from './place.ts';
import type {
  Aggregation,
  BinaryExpression,
  Call,
  Expression,
  PositionRange,
  UnaryExpression,
  ValueType,
  VectorSelector,
} from './tree.ts';
import { describeValueType, valueTypeOf } from './value-type.ts';

/**
 * Refuses, with a ParseError, what the grammar allows and yet makes no sense: wrong types and numbers of arguments,
 * modifiers without effect, selectors of everything. `text` is what the expression was parsed from.
 */
export function checkExpression(expression: Expression, text: string): void {
  new Checker(text).check(expression);
}

/** In Prometheus' order, because a query is told its first fault only. */
class Checker {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  check(expression: Expression): ValueType {
    switch (expression.kind) {
      case 'number':
        return 'scalar';
      case 'string':
        return 'string';
      case 'vectorSelector':
        this.#checkSelector(expression);
        return 'vector';
      case 'matrixSelector':
        this.#checkSelector(expression.selector);
        return 'matrix';
      case 'subquery':
        this.#checkSubquery(expression);
        return 'matrix';
      case 'parentheses':
        return this.check(expression.expression);
      case 'unary':
        return this.#checkUnary(expression);
      case 'binary':
        return this.#checkBinary(expression);
      case 'aggregation':
        this.#checkAggregation(expression);
        return 'vector';
      case 'call':
        return this.#checkCall(expression);
    }
  }

  #checkSelector(selector: VectorSelector): void {
    const { name, matchers, position } = selector;
    if (name === '') {
      if (matchers.some((matcher) => !matcher.matches(''))) return;
      this.#fail(position, 'vector selector must contain at least one non-empty matcher');
    }
    const other = matchers.slice(0, -1).find((matcher) => matcher.name === METRIC_NAME);
    if (other === undefined) return;
    const names = `${quoteGo(name)} or ${quoteGo(other.value)}`;
    this.#fail(position, `metric name must not be set twice: ${names}`);
  }

  #checkSubquery({ expression, position }: Expression & { readonly kind: 'subquery' }): void {
    const type = this.check(expression);
    if (type !== 'vector') this.#fail(position, `subquery is only allowed on instant vector, got ${type} instead`);
  }

  #checkUnary({ expression, position }: UnaryExpression): ValueType {
    const type = this.check(expression);
    if (type === 'scalar' || type === 'vector') return type;
    const rule = 'unary expression only allowed on expressions of type scalar or instant vector';
    return this.#fail(position, `${rule}, got ${quoteGo(describeValueType(type))}`);
  }

  #checkAggregation({ operator, expression, parameter }: Aggregation): void {
    this.#expectType(expression, 'vector', 'aggregation expression');
    const { parameterType } = aggregationSignatures.get(operator)!;
    if (parameter && parameterType) this.#expectType(parameter, parameterType, 'aggregation parameter');
  }

  #checkCall(call: Call): ValueType {
    const { functionName, arguments: expressions } = call;
    const { argumentTypes, returnType } = functionSignatures.get(functionName)!;
    this.#checkArgumentCount(call);
    const isInfo = functionName === 'info' && expressions.length > 1;
    if (isInfo) this.#checkInfoSelector(expressions[1]);
    expressions.forEach((expression, i) => {
      if (isInfo && i === 1) return;
      const type = argumentTypes[Math.min(i, argumentTypes.length - 1)];
      this.#expectType(expression, type, `call to function ${quoteGo(functionName)}`);
    });
    return returnType;
  }

  #checkArgumentCount({ functionName, arguments: { length }, position }: Call): void {
    const { minArguments, maxArguments } = functionSignatures.get(functionName)!;
    if (length >= minArguments && length <= maxArguments) return;
    const most = length < minArguments ? `at least ${minArguments}` : `at most ${maxArguments}`;
    const expected = minArguments === maxArguments ? String(minArguments) : most;
    this.#fail(position, `expected ${expected} argument(s) in call to ${quoteGo(functionName)}, got ${length}`);
  }

  /** The second argument of `info` only says which labels to add: it may match everything. */
  #checkInfoSelector(expression: Expression): void {
    const type = valueTypeOf(expression);
    if (type !== 'vector') {
      const types = `expected type instant vector in call to function "info", got ${describeValueType(type)}`;
      this.#fail(expression.position, types);
    }
    if (expression.kind !== 'vectorSelector') this.#fail(expression.position, 'expected label selectors only');
    if (expression.name !== '') {
      this.#fail(expression.position, 'expected label selectors only, got vector selector instead');
    }
  }

  #checkBinary(binary: BinaryExpression): ValueType {
    const { operator, left, right, returnsBool, position } = binary;
    const leftType = this.check(left);
    const rightType = this.check(right);
    const areScalars = leftType === 'scalar' && rightType === 'scalar';
    if (returnsBool && !isComparison(operator)) {
      this.#fail(this.#operatorOf(binary), 'bool modifier can only be used on comparison operators');
    }
    if (isComparison(operator) && !returnsBool && areScalars) {
      this.#fail(this.#operatorOf(binary), 'comparisons between scalars must use BOOL modifier');
    }
    this.#checkMatchingLabels(binary);
    for (const [side, type] of [
      [left, leftType],
      [right, rightType],
    ] as const) {
      if (type === 'scalar' || type === 'vector') continue;
      this.#fail(side.position, 'binary expression must contain only scalar and instant vector types');
    }
    this.#checkMatching(binary, leftType === 'vector' && rightType === 'vector');
    if (isSetOperator(operator) && (leftType === 'scalar' || rightType === 'scalar')) {
      this.#fail(position, `set operator ${quoteGo(operator)} not allowed in binary scalar expression`);
    }
    return areScalars ? 'scalar' : 'vector';
  }

  #checkMatchingLabels(binary: BinaryExpression): void {
    const { matching } = binary;
    if (!matching?.on) return;
    const included = new Set(matching.include);
    const label = matching.labels.find((name) => included.has(name));
    if (label === undefined) return;
    const reason = `label ${quoteGo(label)} must not occur in ON and GROUP clause at once`;
    this.#fail(this.#operatorOf(binary), reason);
  }

  #checkMatching({ operator, matching, position }: BinaryExpression, areVectors: boolean): void {
    if (!matching) return;
    if (!areVectors) this.#fail(position, 'vector matching only allowed between instant vectors');
    if (isSetOperator(operator) && matching.cardinality !== 'many-to-many') {
      this.#fail(position, `no grouping allowed for ${quoteGo(operator)} operation`);
    }
  }

  #expectType(expression: Expression, expected: ValueType, context: string): void {
    const type = this.check(expression);
    if (type === expected) return;
    const types = `expected type ${describeValueType(expected)} in ${context}, got ${describeValueType(type)}`;
    this.#fail(expression.position, types);
  }

  /** Where the operator stands, with its modifiers. */
  #operatorOf({ left, right }: BinaryExpression): PositionRange {
    const between = this.#text.slice(left.position.end, right.position.start);
    const start = left.position.end + /^(?:\s|#[^\r\n]*)*/.exec(between)![0].length;
    return { start, end: left.position.end + between.trimEnd().length };
  }

  #fail({ start, end }: PositionRange, reason: string): never {
    throw createParseError(this.#text, { start, end }, reason);
  }
}
