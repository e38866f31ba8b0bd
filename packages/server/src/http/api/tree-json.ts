import { formatFloat } from '@hearth/model';
import {
  type Aggregation,
  type BinaryExpression,
  type Call,
  type Expression,
  functionSignatures,
  type MatrixSelector,
  type Subquery,
  type TimeModifiers,
  type VectorSelector,
} from '@hearth/promql';

/**
 * A tree as `/parse_query` answers it: Prometheus' own pages draw it. Members are in the order of their names. What is
 * experimental in Prometheus' grammar, such as durations that are computed, is always null or false.
 */
export function printTree(expression: Expression): object {
  switch (expression.kind) {
    case 'number':
      return { type: 'numberLiteral', val: formatFloat(expression.value, 'f') };
    case 'string':
      return { type: 'stringLiteral', val: expression.value };
    case 'vectorSelector':
      return printVectorSelector(expression);
    case 'matrixSelector':
      return printMatrixSelector(expression);
    case 'subquery':
      return printSubquery(expression);
    case 'parentheses':
      return { expr: printTree(expression.expression), type: 'parenExpr' };
    case 'unary':
      return { expr: printTree(expression.expression), op: expression.operator, type: 'unaryExpr' };
    case 'binary':
      return printBinary(expression);
    case 'aggregation':
      return printAggregation(expression);
    case 'call':
      return printCall(expression);
  }
}

function printVectorSelector({ name, matchers, ...modifiers }: VectorSelector): object {
  return {
    anchored: false,
    matchers: matchers.map((matcher) => ({ name: matcher.name, type: matcher.type, value: matcher.value })),
    name,
    ...printModifiers(modifiers),
    smoothed: false,
    type: 'vectorSelector',
  };
}

function printMatrixSelector({ selector, rangeMs }: MatrixSelector): object {
  return { ...printVectorSelector(selector), range: rangeMs, rangeExpr: null, type: 'matrixSelector' };
}

function printSubquery({ expression, rangeMs, stepMs, ...modifiers }: Subquery): object {
  return {
    expr: printTree(expression),
    ...printModifiers(modifiers),
    range: rangeMs,
    rangeExpr: null,
    step: stepMs ?? 0,
    stepExpr: null,
    type: 'subquery',
  };
}

function printModifiers({ offsetMs, at }: TimeModifiers): object {
  return {
    offset: offsetMs,
    offsetExpr: null,
    startOrEnd: at === undefined || at.kind === 'timestamp' ? null : at.kind,
    timestamp: at?.kind === 'timestamp' ? at.timestampMs : null,
  };
}

function printBinary({ operator, left, right, returnsBool, matching }: BinaryExpression): object {
  return {
    bool: returnsBool,
    lhs: printTree(left),
    matching:
      matching === undefined
        ? null
        : {
            card: matching.cardinality,
            fillValues: { lhs: null, rhs: null },
            include: matching.include,
            labels: matching.labels,
            on: matching.on,
          },
    op: operator,
    rhs: printTree(right),
    type: 'binaryExpr',
  };
}

function printAggregation({ operator, expression, parameter, grouping, without }: Aggregation): object {
  return {
    expr: printTree(expression),
    grouping,
    op: operator,
    param: parameter === undefined ? null : printTree(parameter),
    type: 'aggregation',
    without,
  };
}

function printCall({ functionName, arguments: args }: Call): object {
  const signature = functionSignatures.get(functionName);
  if (signature === undefined) throw new Error(`BUG: a call of ${functionName}, which is no function`);
  const { argumentTypes, minArguments, maxArguments, returnType } = signature;
  return {
    args: args.map(printTree),
    func: {
      argTypes: argumentTypes,
      name: functionName,
      returnType,
      // How many arguments may be left out or added; -1 for any number.
      variadic: maxArguments === Infinity ? -1 : maxArguments - minArguments,
    },
    type: 'call',
  };
}
