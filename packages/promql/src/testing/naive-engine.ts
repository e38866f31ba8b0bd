import {
  createAnchoredRegexp,
  createLabels,
  formatFloat,
  Labels,
  LabelsBuilder,
  METRIC_NAME,
  tryParseFloat,
} from '@hearth/model';
import { elementFunctions } from '../execute/kernels/element-functions.ts';
import { applyScalars, isComparison } from '../math/binary-operators.ts';
import { bucketFraction } from '../math/bucket-fraction.ts';
import { bucketQuantile } from '../math/bucket-quantile.ts';
import { greater, lesser } from '../math/extremes.ts';
import { roundTo } from '../math/round.ts';
import { withoutParentheses } from '../plan/parentheses.ts';
import { isStepInvariant } from '../plan/step-invariance.ts';
import type {
  Aggregation,
  BinaryExpression,
  Call,
  Expression,
  StringLiteral,
  Subquery,
  TimeModifiers,
} from '../syntax/tree.ts';
import { valueTypeOf } from '../syntax/value-type.ts';
import { type NaiveSample, naiveQuantile, naiveRangeFunctions } from './naive-ranges.ts';

export interface NaiveSeries {
  readonly labels: Labels;
  /** By rising time. A value of `undefined` is a staleness marker. */
  readonly samples: readonly { readonly t: number; readonly v: number | undefined }[];
}

export interface NaiveQuery {
  readonly data: readonly NaiveSeries[];
  readonly startMs: number;
  readonly endMs: number;
  readonly lookbackMs: number;
}

export interface NaiveResult {
  readonly labels: Labels;
  readonly value: number;
}

/** What the data do not allow: many-to-many matches, equal labels. */
export class NaiveFailure extends Error {}

/**
 * PromQL from its definition, one moment after the other and one sample after the other: slow, and simple enough to be seen
 * right. It stands beside the engine in tests. Scalars are series without labels.
 */
export class NaiveEngine {
  readonly #query: NaiveQuery;
  /** Where the grid starts that is being evaluated on. */
  readonly #gridStartMs: number;

  constructor(query: NaiveQuery, gridStartMs: number = query.startMs) {
    this.#query = query;
    this.#gridStartMs = gridStartMs;
  }

  evaluate(expression: Expression, t: number): readonly NaiveResult[] {
    switch (expression.kind) {
      case 'number':
        return [{ labels: Labels.empty, value: expression.value }];
      case 'parentheses':
        return this.evaluate(expression.expression, t);
      case 'vectorSelector':
        return this.#select(expression, t);
      case 'unary': {
        const results = this.evaluate(expression.expression, t);
        if (expression.operator === '+') return results;
        return unique(results.map(({ labels, value }) => ({ labels: unnamed(labels), value: -value })));
      }
      case 'binary':
        return this.#binary(expression, t);
      case 'aggregation':
        return this.#aggregate(expression, isStepInvariant(expression) ? this.#gridStartMs : t);
      case 'call':
        return this.#call(expression, t);
      default:
        throw new Error(`BUG: a ${expression.kind} has no value of its own`);
    }
  }

  #scalar(expression: Expression, t: number): number {
    return this.evaluate(expression, t)[0].value;
  }

  #timeOf({ at, offsetMs }: TimeModifiers, t: number): number {
    const { startMs, endMs } = this.#query;
    if (at === undefined) return t - offsetMs;
    return (at.kind === 'timestamp' ? at.timestampMs : at.kind === 'start' ? startMs : endMs) - offsetMs;
  }

  #select(selector: Extract<Expression, { kind: 'vectorSelector' }>, t: number): readonly NaiveResult[] {
    return this.#lastSamples(selector, t).map(({ labels, sample }) => ({ labels, value: sample.v }));
  }

  #lastSamples(selector: Extract<Expression, { kind: 'vectorSelector' }>, t: number) {
    const time = this.#timeOf(selector, t);
    const found: { readonly labels: Labels; readonly sample: NaiveSample }[] = [];
    for (const { labels, samples } of this.#query.data) {
      if (!selector.matchers.every((matcher) => matcher.matches(labels.get(matcher.name)))) continue;
      const last = samples.findLast((sample) => sample.t <= time);
      if (last === undefined || last.t <= time - this.#query.lookbackMs || last.v === undefined) continue;
      found.push({ labels, sample: { t: last.t, v: last.v } });
    }
    return found;
  }

  /** The samples of a range, of each series. */
  #range(
    expression: Expression,
    t: number,
  ): readonly { readonly labels: Labels; readonly samples: readonly NaiveSample[] }[] {
    if (expression.kind === 'subquery') return this.#subquery(expression, t);
    if (expression.kind !== 'matrixSelector') throw new Error(`BUG: a ${expression.kind} is no range`);
    const { selector, rangeMs } = expression;
    const time = this.#timeOf(selector, t);
    return this.#query.data
      .filter(({ labels }) => selector.matchers.every((matcher) => matcher.matches(labels.get(matcher.name))))
      .map(({ labels, samples }) => ({
        labels,
        samples: samples.filter((s): s is NaiveSample => s.v !== undefined && s.t <= time && s.t > time - rangeMs),
      }));
  }

  #subquery(subquery: Subquery, t: number) {
    const { rangeMs, stepMs = 60_000 } = subquery;
    const time = this.#timeOf(subquery, t);
    const inner = new NaiveEngine(
      this.#query,
      firstMultiple(this.#timeOf(subquery, this.#gridStartMs) - rangeMs, stepMs),
    );
    const series = new Map<string, { labels: Labels; samples: NaiveSample[] }>();
    for (let at = firstMultiple(time - rangeMs, stepMs); at <= time; at += stepMs) {
      for (const { labels, value } of inner.evaluate(subquery.expression, at)) {
        const known = series.get(labels.key) ?? { labels, samples: [] };
        series.set(labels.key, known);
        known.samples.push({ t: at, v: value });
      }
    }
    return [...series.values()];
  }

  #call(call: Call, t: number): readonly NaiveResult[] {
    const args = call.arguments.map(withoutParentheses);
    const { functionName: name } = call;
    const range = args.find(({ kind }) => kind === 'matrixSelector' || kind === 'subquery');
    if (range !== undefined) return this.#overRange(name, { args, range }, t);
    const scalars = () => args.filter((a) => valueTypeOf(a) === 'scalar').map((a) => this.#scalar(a, t));
    const strings = args.filter((a): a is StringLiteral => a.kind === 'string').map(({ value }) => value);
    const vector = () => {
      const argument = args.find((a) => valueTypeOf(a) === 'vector');
      return argument === undefined ? [{ labels: Labels.empty, value: t / 1000 }] : this.evaluate(argument, t);
    };
    const each = (compute: (value: number) => number | undefined) =>
      unique(vector().flatMap(({ labels, value }) => present(unnamed(labels), compute(value))));
    switch (name) {
      case 'time':
        return [{ labels: Labels.empty, value: t / 1000 }];
      case 'pi':
        return [{ labels: Labels.empty, value: Math.PI }];
      case 'vector':
        return [{ labels: Labels.empty, value: scalars()[0] }];
      case 'scalar': {
        const results = vector();
        return [{ labels: Labels.empty, value: results.length === 1 ? results[0].value : Number.NaN }];
      }
      case 'timestamp': {
        const [argument] = args;
        if (argument.kind !== 'vectorSelector') return each(() => t / 1000);
        return unique(
          this.#lastSamples(argument, t).map(({ labels, sample }) => ({
            labels: unnamed(labels),
            value: sample.t / 1000,
          })),
        );
      }
      case 'absent':
        return vector().length > 0 ? [] : [{ labels: fixedLabels(args[0]), value: 1 }];
      case 'sort':
      case 'sort_desc':
        return vector();
      case 'round':
        return each((value) => roundTo(value, scalars()[0] ?? 1));
      case 'clamp': {
        const [lower, upper] = scalars();
        return each((value) => (upper < lower ? undefined : greater(lower, lesser(upper, value))));
      }
      case 'clamp_min':
        return each((value) => greater(scalars()[0], value));
      case 'clamp_max':
        return each((value) => lesser(scalars()[0], value));
      case 'label_replace': {
        const [target, replacement, source, pattern] = strings;
        const regexp = createAnchoredRegexp(pattern);
        return unique(
          vector().map(({ labels, value }) => {
            const result = regexp.expand(labels.get(source), replacement);
            return {
              labels: result === undefined ? labels : new LabelsBuilder(labels).set(target, result).build(),
              value,
            };
          }),
        );
      }
      case 'label_join': {
        const [target, separator, ...sources] = strings;
        return unique(
          vector().map(({ labels, value }) => {
            const joined = sources.map((source) => labels.get(source)).join(separator);
            return { labels: new LabelsBuilder(labels).set(target, joined).build(), value };
          }),
        );
      }
      case 'histogram_quantile':
      case 'histogram_fraction':
        return ofBuckets(vector(), scalars());
      default: {
        const compute = elementFunctions.get(name);
        if (compute === undefined) throw new Error(`BUG: no naive ${name}()`);
        return each(compute);
      }
    }
  }

  #overRange(
    name: string,
    { args, range }: { readonly args: readonly Expression[]; readonly range: Expression },
    t: number,
  ) {
    const parameters = args.filter((a) => a !== range).map((a) => this.#scalar(a, t));
    const window = { rangeMs: rangeOf(range), endMs: this.#timeOf(modifiersOf(range), t), evaluationMs: t };
    const ranges = this.#range(range, t);
    if (name === 'absent_over_time') {
      const isAbsent = ranges.every(({ samples }) => samples.length === 0);
      const labels = range.kind === 'matrixSelector' ? fixedLabels(range.selector) : Labels.empty;
      return isAbsent ? [{ labels, value: 1 }] : [];
    }
    const compute = naiveRangeFunctions[name];
    const keepsName = name === 'last_over_time' || name === 'first_over_time';
    return unique(
      ranges.flatMap(({ labels, samples }) =>
        present(
          keepsName ? labels : unnamed(labels),
          samples.length === 0 ? undefined : compute({ ...window, samples }, parameters),
        ),
      ),
    );
  }

  #aggregate(aggregation: Aggregation, t: number): readonly NaiveResult[] {
    const { operator, without, grouping, parameter } = aggregation;
    const names = new Set(without ? [...grouping, METRIC_NAME] : grouping);
    const groups = new Map<string, { labels: Labels; values: number[] }>();
    for (const { labels, value } of this.evaluate(aggregation.expression, t)) {
      let group = without ? labels.without(names) : labels.keep(names);
      if (operator === 'count_values') {
        const label = (withoutParentheses(parameter!) as StringLiteral).value;
        const text = formatFloat(value, 'f');
        group = without && grouping.includes(label) ? group : new LabelsBuilder(group).set(label, text).build();
      }
      const known = groups.get(group.key) ?? { labels: group, values: [] };
      groups.set(group.key, known);
      known.values.push(value);
    }
    const q = operator === 'quantile' ? this.#scalar(parameter!, t) : 0;
    return [...groups.values()].map(({ labels, values }) => ({ labels, value: aggregateValues(operator, values, q) }));
  }

  #binary(binary: BinaryExpression, t: number): readonly NaiveResult[] {
    const { operator, left, right, matching, returnsBool } = binary;
    const [leftResults, rightResults] = [this.evaluate(left, t), this.evaluate(right, t)];
    if (operator === 'and' || operator === 'or' || operator === 'unless') {
      const signature = signatureOf(matching!);
      const has = (results: readonly NaiveResult[], labels: Labels) =>
        results.some((other) => signature(other.labels) === signature(labels));
      if (operator === 'or')
        return unique([...leftResults, ...rightResults.filter((r) => !has(leftResults, r.labels))]);
      return leftResults.filter((l) => has(rightResults, l.labels) === (operator === 'and'));
    }
    const types = [valueTypeOf(left), valueTypeOf(right)];
    const combine = (a: number, b: number, passed: number): number | undefined => {
      const result = applyScalars(operator, a, b);
      if (!isComparison(operator) || returnsBool) return result;
      return result === 1 ? passed : undefined;
    };
    const keepsName = isComparison(operator) && !returnsBool;
    const named = (labels: Labels) => (keepsName ? labels : unnamed(labels));
    if (types[0] === 'scalar' && types[1] === 'scalar') {
      return [{ labels: Labels.empty, value: applyScalars(operator, leftResults[0].value, rightResults[0].value) }];
    }
    if (types[0] === 'scalar') {
      const a = leftResults[0].value;
      return unique(rightResults.flatMap(({ labels, value }) => present(named(labels), combine(a, value, value))));
    }
    if (types[1] === 'scalar') {
      const b = rightResults[0].value;
      return unique(leftResults.flatMap(({ labels, value }) => present(named(labels), combine(value, b, value))));
    }
    const { cardinality, on, labels: matchingLabels, include } = matching!;
    const signature = signatureOf(matching!);
    const isSwapped = cardinality === 'one-to-many';
    const [many, one] = isSwapped ? [rightResults, leftResults] : [leftResults, rightResults];
    if (many.length > 0 && new Set(one.map(({ labels }) => signature(labels))).size < one.length)
      throw new NaiveFailure('many-to-many');
    const matched = new Set<string>();
    const results: NaiveResult[] = [];
    for (const { labels, value } of many) {
      const partner = one.find((other) => signature(other.labels) === signature(labels));
      if (partner === undefined) continue;
      let result = named(labels);
      if (cardinality === 'one-to-one') {
        result = on ? result.keep(new Set(matchingLabels)) : result.without(new Set(matchingLabels));
      }
      const builder = new LabelsBuilder(result);
      for (const name of include) builder.set(name, partner.labels.get(name));
      result = builder.build();
      const match = cardinality === 'one-to-one' ? signature(labels) : `${signature(labels)}\n${result.key}`;
      if (matched.has(match)) throw new NaiveFailure('multiple matches');
      matched.add(match);
      const [a, b] = isSwapped ? [partner.value, value] : [value, partner.value];
      results.push(...present(result, combine(a, b, a)));
    }
    return unique(results);
  }
}

function firstMultiple(afterMs: number, stepMs: number): number {
  const multiple = stepMs * Math.trunc(afterMs / stepMs);
  return multiple <= afterMs ? multiple + stepMs : multiple;
}

function rangeOf(range: Expression): number {
  return range.kind === 'matrixSelector' || range.kind === 'subquery' ? range.rangeMs : 0;
}

function modifiersOf(range: Expression): TimeModifiers {
  if (range.kind === 'matrixSelector') return range.selector;
  return range as Subquery;
}

function signatureOf({
  on,
  labels,
}: {
  readonly on: boolean;
  readonly labels: readonly string[];
}): (labels: Labels) => string {
  const names = new Set(on ? labels : [...labels, METRIC_NAME]);
  return (series) => (on ? series.keep(names) : series.without(names)).key;
}

function unnamed(labels: Labels): Labels {
  return labels.without(new Set([METRIC_NAME]));
}

function present(labels: Labels, value: number | undefined): readonly NaiveResult[] {
  return value === undefined ? [] : [{ labels, value }];
}

function unique(results: readonly NaiveResult[]): readonly NaiveResult[] {
  if (new Set(results.map(({ labels }) => labels.key)).size < results.length) throw new NaiveFailure('equal labels');
  return results;
}

function fixedLabels(expression: Expression): Labels {
  if (expression.kind !== 'vectorSelector') return Labels.empty;
  const others = expression.matchers.filter(({ name }) => name !== METRIC_NAME);
  // The last matcher of a label decides, and only an equality that is the first one of it fixes the label.
  const fixed = others.filter(
    ({ type, name }, i) =>
      type === '=' &&
      !others.slice(i + 1).some((later) => later.name === name) &&
      !others.slice(0, i).some((earlier) => earlier.name === name && earlier.type === '='),
  );
  return createLabels(fixed.map(({ name, value }) => [name, value] as const));
}

function aggregateValues(operator: Aggregation['operator'], values: readonly number[], q: number): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0);
  const best = (beats: (a: number, b: number) => boolean) =>
    values.reduce((winner, value) => (beats(value, winner) || Number.isNaN(winner) ? value : winner));
  switch (operator) {
    case 'sum':
      return values.reduce((sum, value) => sum + value, 0);
    case 'avg':
      return mean;
    case 'count':
    case 'count_values':
      return values.length;
    case 'group':
      return 1;
    case 'min':
      return best((a, b) => a < b);
    case 'max':
      return best((a, b) => a > b);
    case 'stdvar':
      return variance;
    case 'stddev':
      return Math.sqrt(variance);
    case 'quantile':
      return naiveQuantile(q, values);
    default:
      throw new Error(`BUG: no naive ${operator}`);
  }
}

function ofBuckets(results: readonly NaiveResult[], scalars: readonly number[]): readonly NaiveResult[] {
  const histograms = new Map<string, { labels: Labels; buckets: { bound: number; count: number }[] }>();
  for (const { labels, value } of results) {
    const bound = tryParseFloat(labels.get('le'));
    if (bound === undefined) continue;
    const rest = labels.without(new Set(['le']));
    const known = histograms.get(rest.key) ?? { labels: rest, buckets: [] };
    histograms.set(rest.key, known);
    known.buckets.push({ bound, count: value });
  }
  return unique(
    [...histograms.values()].map(({ labels, buckets }) => {
      const sorted = buckets.toSorted((a, b) => (a.bound === b.bound ? 0 : a.bound - b.bound));
      const columns = {
        bounds: Float64Array.from(sorted, ({ bound }) => bound),
        counts: Float64Array.from(sorted, ({ count }) => count),
        length: sorted.length,
      };
      const value =
        scalars.length === 2
          ? bucketFraction(scalars[0], scalars[1], columns)
          : bucketQuantile(scalars[0], columns, () => undefined);
      return { labels: unnamed(labels), value };
    }),
  );
}
