export type { Annotation } from './annotations.ts';
export type {
  Engine,
  EngineOptions,
  InstantQuery,
  QueryLimits,
  QueryOptions,
  QueryResult,
  QueryStats,
  RangeQuery,
} from './engine.ts';
export { ParseError, PromqlError, type PromqlErrorCode, type PromqlErrorOptions, promqlErrorCodes } from './errors.ts';
export { type FunctionSignature, functionSignatures } from './syntax/functions.ts';
export { type ParseOptions, parseExpression } from './syntax/parse-expression.ts';
export { parseMetricSelector } from './syntax/parse-metric-selector.ts';
export type {
  Aggregation,
  AggregationOperator,
  ArithmeticOperator,
  AtModifier,
  BinaryExpression,
  BinaryOperator,
  Call,
  ComparisonOperator,
  Expression,
  ExpressionKind,
  MatchCardinality,
  MatrixSelector,
  NumberLiteral,
  Parentheses,
  PositionRange,
  SetOperator,
  StringLiteral,
  Subquery,
  TimeModifiers,
  UnaryExpression,
  ValueType,
  VectorMatching,
  VectorSelector,
} from './syntax/tree.ts';
export { valueTypeOf } from './syntax/value-type.ts';
export { children, walk } from './syntax/walking.ts';
export type {
  MatrixValue,
  ScalarValue,
  SeriesSamples,
  StringValue,
  Value,
  VectorSample,
  VectorValue,
} from './value.ts';
