export { formatDuration, parseDuration } from './duration.ts';
export {
  ContentTypeError,
  DurationError,
  ExpositionError,
  LabelError,
  MatcherError,
  ModelError,
  type ModelErrorCode,
  modelErrorCodes,
} from './errors.ts';
export { type ExpositionFormat, formatFromContentType, type NegotiatedFormat } from './exposition/content-type.ts';
export { createExpositionParser } from './exposition/create-parser.ts';
export { type ExposedSample, type Exposition, type MetricFamily, parseExposition } from './exposition/families.ts';
export { tryParseNumber } from './exposition/number.ts';
export type { Exemplar, ExpositionEntry, ExpositionParser, MetricType } from './exposition/parser.ts';
export { quoteGo } from './go-quote.ts';
export {
  compareLabels,
  createLabels,
  type Label,
  Labels,
  labelsFromPairs,
  METRIC_NAME,
} from './labels/labels.ts';
export { LabelsBuilder } from './labels/labels-builder.ts';
export { isValidLabelName, isValidLabelValue, isValidMetricName, type ValidationScheme } from './labels/names.ts';
export { compareUtf8 } from './labels/order.ts';
export { SymbolTable } from './labels/symbol-table.ts';
export { type AnchoredRegexp, createAnchoredRegexp } from './matchers/anchored-regexp.ts';
export { expandTemplate } from './matchers/expand.ts';
export { createMatcher, invertMatcher, type Matcher, type MatchType } from './matchers/matcher.ts';
export { type FloatFormat, formatFloat, formatJsonFloat, formatOpenMetricsFloat } from './numbers/format-float.ts';
export { tryParseFloat } from './numbers/parse-float.ts';
export type { Querier, Queryable, Selection, SeriesBatch, TimeRange } from './querying/queryable.ts';
export {
  copyValueAt,
  isStaleAt,
  NORMAL_NAN_BITS,
  STALE_NAN_BITS,
  wordsOf,
  writeStaleAt,
  writeValueAt,
} from './staleness.ts';
