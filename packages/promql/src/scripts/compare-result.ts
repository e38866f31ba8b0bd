import { compareLabels, formatFloat, isStaleAt, wordsOf } from '@hearth/model';
import type { MatrixValue, SeriesSamples, Value, VectorValue } from '../value.ts';
import { isAlmostEqual } from './almost-equal.ts';
import type { ExpectedResult, ExpectedSeries, RangeTime } from './command.ts';
import type { SequenceValue } from './series-notation.ts';

/** How a result differs from what is expected, in words, or `undefined` where it does not. */
export function compareResult(
  value: Value,
  expected: ExpectedResult,
  { isOrdered }: { readonly isOrdered: boolean },
): string | undefined {
  switch (value.kind) {
    case 'string':
      if (expected.kind !== 'string') return mismatch(expected, value);
      return value.value === expected.value
        ? undefined
        : differ(JSON.stringify(expected.value), JSON.stringify(value.value));
    case 'scalar':
      if (expected.kind !== 'scalar') return mismatch(expected, value);
      return isAlmostEqual(value.value, expected.value)
        ? undefined
        : differ(formatFloat(expected.value), formatFloat(value.value));
    case 'vector':
      return expected.kind === 'series' ? compareVector(value, expected.series, isOrdered) : mismatch(expected, value);
    case 'matrix':
      if (expected.kind !== 'series' || expected.grid === undefined) return mismatch(expected, value);
      return compareMatrix(value, expected.series, expected.grid);
  }
}

const KINDS = { scalar: 'a scalar', string: 'a string', vector: 'a vector', matrix: 'a range vector' } as const;

function mismatch(expected: ExpectedResult, value: Value): string {
  const kind = expected.kind === 'series' ? (expected.grid === undefined ? 'vector' : 'matrix') : expected.kind;
  return `expected ${KINDS[kind]}, got ${describeValue(value)}`;
}

function differ(expected: string, found: string): string {
  return `expected ${expected}, got ${found}`;
}

function compareVector(
  { samples }: VectorValue,
  expected: readonly ExpectedSeries[],
  isOrdered: boolean,
): string | undefined {
  const missing = new Map(expected.map((series, index) => [series.labels.key, { series, index }]));
  const seen = new Set<string>();
  for (const [position, { labels, value }] of samples.entries()) {
    const metric = labels.toMetricString();
    if (seen.has(labels.key)) return `got ${metric} twice`;
    seen.add(labels.key);
    const found = missing.get(labels.key);
    if (!found) return `got ${metric} ${formatFloat(value)}, which is not expected`;
    missing.delete(labels.key);
    const { series, index } = found;
    if (isOrdered && index !== position) return `expected ${metric} at place ${index + 1}, got it at ${position + 1}`;
    const wanted = series.values[0];
    if (typeof wanted !== 'number' || !isAlmostEqual(wanted, value)) {
      return `${metric}: ${differ(describe(wanted), formatFloat(value))}`;
    }
  }
  for (const { series } of missing.values()) return notFound(series);
  return undefined;
}

function compareMatrix(
  { series }: MatrixValue,
  expected: readonly ExpectedSeries[],
  grid: RangeTime,
): string | undefined {
  const missing = new Map(expected.map((each) => [each.labels.key, each]));
  for (const [i, found] of series.entries()) {
    if (i > 0 && compareLabels(series[i - 1].labels, found.labels) >= 0) {
      return `the series are not sorted by labels: ${series[i - 1].labels.toMetricString()} comes before ${found.labels.toMetricString()}`;
    }
    const wanted = missing.get(found.labels.key);
    if (!wanted) return `got ${found.labels.toMetricString()} ${describeSamples(found)}, which is not expected`;
    missing.delete(found.labels.key);
    const difference = compareSamples(found, wanted.values, grid);
    if (difference !== undefined) return `${found.labels.toMetricString()}: ${difference}`;
  }
  for (const wanted of missing.values()) return notFound(wanted);
  return undefined;
}

function compareSamples(
  found: SeriesSamples,
  values: readonly SequenceValue[],
  { startMs, endMs, stepMs }: RangeTime,
): string | undefined {
  const words = wordsOf(found.values);
  let at = 0;
  for (const [step, value] of values.entries()) {
    if (value === 'omitted') continue;
    const t = startMs + step * stepMs;
    if (t > endMs) return `${values.length} values are expected, but the range ends before that many`;
    const isSame =
      found.timestamps[at] === t &&
      (value === 'stale' ? isStaleAt(words, at) : typeof value === 'number' && isAlmostEqual(value, found.values[at]));
    if (!isSame) return `expected ${describe(value)} @${t}, got ${describeSamples(found, at)}`;
    at++;
  }
  return at === found.values.length ? undefined : `got ${describeSamples(found, at)} more than expected`;
}

function notFound({ labels, values }: ExpectedSeries): string {
  return `expected ${labels.toMetricString()} ${values.map(describe).join(' ')}, got no such series`;
}

function describe(value: SequenceValue): string {
  return typeof value === 'number' ? formatFloat(value) : value;
}

const SHOWN = 10;

/** As many samples as help, from one on: `1 @0 2 @60000 …`. */
function describeSamples({ timestamps, values }: SeriesSamples, from = 0): string {
  if (from >= values.length) return 'no sample';
  const end = Math.min(values.length, from + SHOWN);
  const shown = Array.from(values.subarray(from, end), (value, i) => `${formatFloat(value)} @${timestamps[from + i]}`);
  return shown.join(' ') + (end < values.length ? ' …' : '');
}

function describeValue(value: Value): string {
  switch (value.kind) {
    case 'scalar':
      return `the scalar ${formatFloat(value.value)}`;
    case 'string':
      return `the string ${JSON.stringify(value.value)}`;
    case 'vector':
      return `a vector of ${value.samples.length}`;
    case 'matrix':
      return `a range vector of ${value.series.length}`;
  }
}
