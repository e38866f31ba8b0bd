import { parseExpression, type SeriesSamples, type Value, type VectorSample } from '@hearth/promql';
import type { Outcome } from './reference.ts';

const TOLERANCE = 1e-9;
/** Of what would be zero but for rounding. */
const ABSOLUTE_TOLERANCE = 1e-13;
/** Of queries that make small differences large. */
const ROUGH_TOLERANCE = 1e-4;
const AMPLIFYING =
  /%|\^|\b(?:sin|cos|tan|ln|log2|log10|acosh|exp|sinh|cosh|stddev|stdvar|stddev_over_time|stdvar_over_time|deriv|predict_linear)\b/;
/** `sort_by_label` is not among them: Prometheus has no order for series that lack the label. */
const ORDERING_CALLS = new Set(['sort', 'sort_desc']);

/** What two outcomes of one query differ in, in words, or `undefined`. Of errors only that there is one has to be the same. */
export function differenceOf(query: string, expected: Outcome, actual: Outcome): string | undefined {
  if ('error' in expected || 'error' in actual) {
    if ('error' in expected && 'error' in actual) return undefined;
    return `expected ${summaryOf(expected)}, got ${summaryOf(actual)}`;
  }
  const tolerance = AMPLIFYING.test(query) ? ROUGH_TOLERANCE : TOLERANCE;
  return valueDifference(expected.value, actual.value, { ordered: isOrdered(query), tolerance });
}

interface Strictness {
  readonly ordered: boolean;
  readonly tolerance: number;
}

/** Whether the order of an instant query's answer means something. */
function isOrdered(query: string): boolean {
  const expression = parseExpression(query, { experimentalFunctions: true });
  return expression.kind === 'call' && ORDERING_CALLS.has(expression.functionName);
}

function valueDifference(expected: Value, actual: Value, strictness: Strictness): string | undefined {
  if (expected.kind === 'vector' && actual.kind === 'vector') {
    return vectorDifference(expected.samples, actual.samples, strictness);
  }
  if (expected.kind === 'matrix' && actual.kind === 'matrix')
    return matrixDifference(expected.series, actual.series, strictness);
  if (expected.kind === 'scalar' && actual.kind === 'scalar')
    return numberDifference(expected.value, actual.value, strictness);
  if (expected.kind === actual.kind) return undefined;
  return `expected a ${expected.kind}, got a ${actual.kind}`;
}

function vectorDifference(
  expected: readonly VectorSample[],
  actual: readonly VectorSample[],
  strictness: Strictness,
): string | undefined {
  const [left, right] = [expected.toSorted(byKey), actual.toSorted(byKey)];
  const labels = listDifference(left.map(printLabels), right.map(printLabels));
  if (labels !== undefined) return labels;
  for (const [i, { value }] of left.entries()) {
    const difference = numberDifference(value, right[i].value, strictness);
    if (difference !== undefined) return `${printLabels(left[i])}: ${difference}`;
  }
  return strictness.ordered ? orderDifference(expected, actual, strictness) : undefined;
}

/** Which of equal values comes first means nothing. */
function orderDifference(
  expected: readonly VectorSample[],
  actual: readonly VectorSample[],
  strictness: Strictness,
): string | undefined {
  const at = expected.findIndex(({ value }, i) => numberDifference(value, actual[i].value, strictness) !== undefined);
  if (at === -1) return undefined;
  return `in another order: at ${at} expected ${expected[at].value}, got ${actual[at].value}`;
}

function byKey(a: VectorSample, b: VectorSample): number {
  return a.labels.key < b.labels.key ? -1 : 1;
}

function matrixDifference(
  expected: readonly SeriesSamples[],
  actual: readonly SeriesSamples[],
  strictness: Strictness,
): string | undefined {
  const labels = listDifference(expected.map(printLabels), actual.map(printLabels));
  if (labels !== undefined) return labels;
  for (const [i, series] of expected.entries()) {
    const times = listDifference([...series.timestamps].map(String), [...actual[i].timestamps].map(String));
    if (times !== undefined) return `${printLabels(series)}: times: ${times}`;
    for (const [n, value] of series.values.entries()) {
      const difference = numberDifference(value, actual[i].values[n], strictness);
      if (difference !== undefined) return `${printLabels(series)} at ${series.timestamps[n]}: ${difference}`;
    }
  }
  return undefined;
}

function printLabels({ labels }: Pick<VectorSample, 'labels'>): string {
  return labels.toString();
}

function listDifference(expected: readonly string[], actual: readonly string[]): string | undefined {
  if (expected.length === actual.length && expected.every((item, i) => item === actual[i])) return undefined;
  const missing = expected.filter((item) => !actual.includes(item));
  const surplus = actual.filter((item) => !expected.includes(item));
  if (missing.length === 0 && surplus.length === 0) {
    return `expected the order ${expected.slice(0, 5).join(' ')}, got ${actual.slice(0, 5).join(' ')}`;
  }
  return `missing: ${missing.slice(0, 3).join(' ') || 'nothing'}; too much: ${surplus.slice(0, 3).join(' ') || 'nothing'}`;
}

function numberDifference(expected: number, actual: number, { tolerance }: Strictness): string | undefined {
  if (Object.is(expected, actual) || expected === actual) return undefined;
  if (Math.abs(expected - actual) <= ABSOLUTE_TOLERANCE) return undefined;
  const most = Math.max(Math.abs(expected), Math.abs(actual));
  if (
    Number.isFinite(most) &&
    Math.abs(expected - actual) <= tolerance * (tolerance === TOLERANCE ? most : Math.max(1, most))
  )
    return undefined;
  return `expected ${expected}, got ${actual}`;
}

export function summaryOf(outcome: Outcome): string {
  if ('error' in outcome) return `the error ${JSON.stringify(outcome.error)}`;
  const { value } = outcome;
  if (value.kind === 'vector') return `a vector of ${value.samples.length} samples`;
  if (value.kind === 'matrix') return `a matrix of ${value.series.length} series`;
  return `the ${value.kind} ${value.value}`;
}

export function isEmpty({ value }: { readonly value: Value }): boolean {
  if (value.kind === 'vector') return value.samples.length === 0;
  return value.kind === 'matrix' && value.series.length === 0;
}
