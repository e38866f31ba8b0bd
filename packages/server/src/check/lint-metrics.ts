import { compareUtf8, METRIC_NAME, type MetricFamily } from '@hearth/model';
import { ABBREVIATED_UNITS, tryFindUnit } from './units.ts';

/** What could be better about a metric. `text` is what promtool says of it, so that scripts work with either. */
export interface Problem {
  readonly metric: string;
  readonly text: string;
}

type Rule = (family: MetricFamily) => readonly string[];

const CAMEL_CASE = /[a-z][A-Z]/;

const RULES: readonly Rule[] = [
  ({ help }) => sayIf(help === '', 'no help text'),
  findUnit,
  findCounterSuffix,
  findReservedNames,
  findReservedLabels,
  findTypeInName,
  ({ name }) => sayIf(name.includes(':'), "metric names should not contain ':'"),
  findCamelCase,
  findAbbreviatedUnits,
  findDuplicates,
];

/** Sorted by metric, then text; each problem of a metric once. */
export function lintMetrics(families: readonly MetricFamily[]): readonly Problem[] {
  const problems: Problem[] = [];
  for (const family of families) {
    if (family.samples.length === 0) continue;
    const texts = new Set(RULES.flatMap((rule) => rule(family)));
    for (const text of texts) problems.push({ metric: family.name, text });
  }
  return problems.sort((a, b) => compareUtf8(a.metric, b.metric) || compareUtf8(a.text, b.text));
}

function sayIf(isSo: boolean, text: string): readonly string[] {
  return isSo ? [text] : [];
}

function findUnit({ name }: MetricFamily): readonly string[] {
  const found = tryFindUnit(name);
  return found && found.unit !== found.base ? [`use base unit "${found.base}" instead of "${found.unit}"`] : [];
}

function findCounterSuffix({ name, type }: MetricFamily): readonly string[] {
  const isTotal = name.endsWith('_total');
  if (type === 'counter') return sayIf(!isTotal, 'counter metrics should have "_total" suffix');
  return sayIf(isTotal && type !== 'unknown', 'non-counter metrics should not have "_total" suffix');
}

function findReservedNames({ name, type }: MetricFamily): readonly string[] {
  if (type === 'unknown' || type === 'histogram') return [];
  const isSummary = type === 'summary';
  return [
    ...sayIf(name.endsWith('_bucket'), 'non-histogram metrics should not have "_bucket" suffix'),
    ...sayIf(
      !isSummary && name.endsWith('_count'),
      'non-histogram and non-summary metrics should not have "_count" suffix',
    ),
    ...sayIf(
      !isSummary && name.endsWith('_sum'),
      'non-histogram and non-summary metrics should not have "_sum" suffix',
    ),
  ];
}

function findReservedLabels({ type, samples }: MetricFamily): readonly string[] {
  if (type === 'unknown') return [];
  const has = (label: string) => samples.some(({ labels }) => labels.has(label));
  return [
    ...sayIf(type !== 'histogram' && has('le'), 'non-histogram metrics should not have "le" label'),
    ...sayIf(type !== 'summary' && has('quantile'), 'non-summary metrics should not have "quantile" label'),
  ];
}

function findTypeInName({ name, type }: MetricFamily): readonly string[] {
  if (type === 'unknown') return [];
  return sayIf(hasWord(name, type), `metric name should not include type '${type}'`);
}

function findCamelCase({ name, samples }: MetricFamily): readonly string[] {
  const isInLabel = samples.some(({ labels }) =>
    Array.from(labels).some((label) => label.name !== METRIC_NAME && CAMEL_CASE.test(label.name)),
  );
  return [
    ...sayIf(CAMEL_CASE.test(name), "metric names should be written in 'snake_case' not 'camelCase'"),
    ...sayIf(isInLabel, "label names should be written in 'snake_case' not 'camelCase'"),
  ];
}

function findAbbreviatedUnits({ name }: MetricFamily): readonly string[] {
  const isAbbreviated = ABBREVIATED_UNITS.some((unit) => hasWord(name, unit));
  return sayIf(isAbbreviated, 'metric names should not contain abbreviated units');
}

function findDuplicates({ samples }: MetricFamily): readonly string[] {
  return sayIf(new Set(samples.map(({ labels }) => labels.key)).size < samples.length, 'metric not unique');
}

/** Whether a word stands in a name after its first one. */
function hasWord(name: string, word: string): boolean {
  const lower = name.toLowerCase();
  return lower.includes(`_${word}_`) || lower.endsWith(`_${word}`);
}
