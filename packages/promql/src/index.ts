export type { Annotation } from './annotations.ts';
export { createEngine } from './create-engine.ts';
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
export type { EngineClock } from './engine-clock.ts';
export { ParseError, PromqlError, type PromqlErrorCode, type PromqlErrorOptions, promqlErrorCodes } from './errors.ts';
export { createMemoryStorage } from './memory/create-memory-storage.ts';
export { type MemoryStorage, MemoryStorageError, type MemoryStorageErrorCode } from './memory/memory-storage.ts';
export { scriptEngineOptions } from './scripts/engine-options.ts';
export { type Outcome, type RunOptions, runScript } from './scripts/run-script.ts';
export { ScriptError, type ScriptErrorCode, scriptErrorCodes } from './scripts/script-error.ts';
export {
  parseMetric,
  parseSequence,
  type SequenceValue,
  type SeriesNotation,
  SeriesNotationError,
} from './scripts/series-notation.ts';
export { type AggregationSignature, aggregationSignatures } from './syntax/aggregations.ts';
export { type FunctionSignature, functionSignatures } from './syntax/functions.ts';
export { type ParseOptions, parseExpression } from './syntax/parse-expression.ts';
export { parseMetricSelector } from './syntax/parse-metric-selector.ts';
export { prettifyExpression } from './syntax/prettify.ts';
export { printExpression } from './syntax/printing.ts';
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
