import { type Matcher, METRIC_NAME } from '@hearth/model';
import type { Aggregation, BinaryExpression, Call, Expression, VectorSelector } from '../syntax/tree.ts';
import { fixesName } from './metric-names.ts';

/**
 * Lets the operands of a binary operation read less: where only equal labels find each other, what the matchers of one side
 * demand of a label holds for the other side too. `a{job="x"} / b` reads `b{job="x"}`.
 *
 * Only done where it cannot hide an error: both operands have unique series, and all of their labels have to be equal.
 * Leaves its input alone.
 */
export function propagateMatchers(expression: Expression): Expression {
  switch (expression.kind) {
    case 'binary':
      return propagateBinary(expression);
    case 'parentheses':
    case 'unary':
    case 'subquery':
      return { ...expression, expression: propagateMatchers(expression.expression) };
    case 'aggregation':
      return {
        ...expression,
        expression: propagateMatchers(expression.expression),
        parameter: expression.parameter && propagateMatchers(expression.parameter),
      };
    case 'call':
      return { ...expression, arguments: expression.arguments.map(propagateMatchers) };
    case 'number':
    case 'string':
    case 'vectorSelector':
    case 'matrixSelector':
      return expression;
  }
}

function propagateBinary(expression: BinaryExpression): BinaryExpression {
  const left = propagateMatchers(expression.left);
  const right = propagateMatchers(expression.right);
  const operands = tryOperands({ ...expression, left, right }, 0);
  if (operands === undefined) return { ...expression, left, right };
  const { left: seenLeft, right: seenRight } = operands;
  const isUnless = expression.operator === 'unless';
  return {
    ...expression,
    left: isUnless ? left : seenLeft.narrowed(seenRight.holding),
    right: seenRight.narrowed(seenLeft.holding),
  };
}

/** An operand of which it is known what its series have in common. */
interface Operand {
  /** Conditions that every series of the result fulfils. */
  readonly holding: readonly Matcher[];
  /** The same expression, for only those series of its result that fulfil these too. */
  narrowed(matchers: readonly Matcher[]): Expression;
}

/** Deeper than this nobody looks: the work would grow with the square of the depth. */
const MAX_DEPTH = 16;

function tryOperands(
  expression: BinaryExpression,
  depth: number,
): { readonly left: Operand; readonly right: Operand } | undefined {
  const { operator, matching } = expression;
  if (matching === undefined || operator === 'or' || matching.on || matching.labels.length > 0) return undefined;
  if (matching.cardinality !== 'one-to-one' && operator !== 'and' && operator !== 'unless') return undefined;
  const left = tryOperand(expression.left, depth);
  const right = left && tryOperand(expression.right, depth);
  return left && right && { left, right };
}

function tryOperand(expression: Expression, depth: number): Operand | undefined {
  if (depth > MAX_DEPTH) return undefined;
  switch (expression.kind) {
    case 'vectorSelector':
      return trySelector(expression, (selector) => selector);
    case 'matrixSelector':
      return trySelector(expression.selector, (selector) => ({ ...expression, selector }));
    case 'parentheses':
    case 'unary':
    case 'subquery':
      return tryThrough(tryOperand(expression.expression, depth + 1), (inner) => ({
        ...expression,
        expression: inner,
      }));
    case 'aggregation':
      return tryAggregation(expression, depth + 1);
    case 'call':
      return tryCall(expression, depth + 1);
    case 'binary':
      return tryBinary(expression, depth + 1);
    case 'number':
    case 'string':
      return undefined;
  }
}

function trySelector(selector: VectorSelector, build: (selector: VectorSelector) => Expression): Operand | undefined {
  if (!fixesName(selector.matchers)) return undefined;
  return {
    holding: selector.matchers.filter(({ name }) => name !== METRIC_NAME),
    narrowed: (matchers) => {
      const known = new Set(selector.matchers.map(String));
      const added = matchers.filter((matcher) => !known.has(String(matcher)));
      return build(added.length === 0 ? selector : { ...selector, matchers: [...selector.matchers, ...added] });
    },
  };
}

function tryThrough(
  operand: Operand | undefined,
  build: (inner: Expression) => Expression,
  isKept: (matcher: Matcher) => boolean = () => true,
): Operand | undefined {
  return (
    operand && {
      holding: operand.holding.filter(isKept),
      narrowed: (matchers) => build(operand.narrowed(matchers.filter(isKept))),
    }
  );
}

function tryAggregation(aggregation: Aggregation, depth: number): Operand | undefined {
  const { operator, without, grouping } = aggregation;
  if (operator === 'count_values' || grouping.includes(METRIC_NAME)) return undefined;
  const build = (expression: Expression) => ({ ...aggregation, expression });
  return tryThrough(
    tryOperand(aggregation.expression, depth),
    build,
    ({ name }) => grouping.includes(name) !== without,
  );
}

/** They give a series to what has none, change labels, or leave none. */
const OPAQUE_FUNCTIONS: ReadonlySet<string> = new Set([
  'absent',
  'absent_over_time',
  'info',
  'label_join',
  'label_replace',
  'scalar',
  'vector',
  'histogram_quantiles',
]);

function tryCall(call: Call, depth: number): Operand | undefined {
  if (OPAQUE_FUNCTIONS.has(call.functionName)) return undefined;
  const takesBuckets = call.functionName.startsWith('histogram_');
  for (const [index, argument] of call.arguments.entries()) {
    const operand = tryOperand(argument, depth);
    if (operand === undefined) continue;
    const build = (inner: Expression) => ({ ...call, arguments: call.arguments.with(index, inner) });
    return tryThrough(operand, build, ({ name }) => !(takesBuckets && name === 'le'));
  }
  return undefined;
}

function tryBinary(expression: BinaryExpression, depth: number): Operand | undefined {
  if (expression.matching === undefined) {
    const left = tryThrough(tryOperand(expression.left, depth), (inner) => ({ ...expression, left: inner }));
    return left ?? tryThrough(tryOperand(expression.right, depth), (inner) => ({ ...expression, right: inner }));
  }
  const operands = tryOperands(expression, depth);
  if (operands === undefined) return undefined;
  const { left, right } = operands;
  return {
    holding: expression.operator === 'unless' ? left.holding : [...left.holding, ...right.holding],
    narrowed: (matchers) => ({ ...expression, left: left.narrowed(matchers), right: right.narrowed(matchers) }),
  };
}
