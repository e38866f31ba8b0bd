import type { ValueType } from './tree.ts';

export interface FunctionSignature {
  readonly name: string;
  /** Where there may be more arguments than types, the last type holds for the rest. */
  readonly argumentTypes: readonly ValueType[];
  readonly minArguments: number;
  /** Infinity: as many as you like. */
  readonly maxArguments: number;
  readonly returnType: ValueType;
  /** Prometheus has it behind `promql-experimental-functions`. */
  readonly isExperimental: boolean;
}

/** Functions of one vector, or of one range vector, and nothing else. */
const FROM_VECTOR = `abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg histogram_count
  histogram_stddev histogram_stdvar histogram_sum ln log10 log2 rad sgn sin sinh sort sort_desc sqrt tan tanh timestamp`;

const FROM_RANGE = `absent_over_time avg_over_time changes count_over_time delta deriv first_over_time idelta increase irate
  last_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time`;

const FROM_TIME = 'day_of_month day_of_week day_of_year days_in_month hour minute month year';

const EXPERIMENTAL_FROM_RANGE = `mad_over_time ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time
  ts_of_min_over_time`;

/** `type?` may be left out; `type*` may be there any number of times, `type{9}` up to so many. */
const SIGNATURES: readonly (readonly [call: string, returnType: ValueType])[] = [
  ...namesIn(FROM_VECTOR).map((name) => [`${name}(vector)`, 'vector'] as const),
  ...namesIn(FROM_RANGE).map((name) => [`${name}(matrix)`, 'vector'] as const),
  ...namesIn(FROM_TIME).map((name) => [`${name}(vector?)`, 'vector'] as const),
  ['clamp(vector, scalar, scalar)', 'vector'],
  ['clamp_max(vector, scalar)', 'vector'],
  ['clamp_min(vector, scalar)', 'vector'],
  ['histogram_fraction(scalar, scalar, vector)', 'vector'],
  ['histogram_quantile(scalar, vector)', 'vector'],
  ['label_join(vector, string, string, string*)', 'vector'],
  ['label_replace(vector, string, string, string, string)', 'vector'],
  ['pi()', 'scalar'],
  ['predict_linear(matrix, scalar)', 'vector'],
  ['quantile_over_time(scalar, matrix)', 'vector'],
  ['round(vector, scalar?)', 'vector'],
  ['scalar(vector)', 'scalar'],
  ['time()', 'scalar'],
  ['vector(scalar)', 'vector'],
];

const EXPERIMENTAL_SIGNATURES: typeof SIGNATURES = [
  ...namesIn(EXPERIMENTAL_FROM_RANGE).map((name) => [`${name}(matrix)`, 'vector'] as const),
  ['double_exponential_smoothing(matrix, scalar, scalar)', 'vector'],
  ['end()', 'scalar'],
  ['histogram_quantiles(vector, string, scalar, scalar{9})', 'vector'],
  ['info(vector, vector?)', 'vector'],
  ['max_of(scalar, scalar)', 'scalar'],
  ['min_of(scalar, scalar)', 'scalar'],
  ['range()', 'scalar'],
  ['sort_by_label(vector, string*)', 'vector'],
  ['sort_by_label_desc(vector, string*)', 'vector'],
  ['start()', 'scalar'],
  ['start_timestamp(vector)', 'vector'],
  ['step()', 'scalar'],
];

/** Every function of Prometheus 3.14, by its name. */
export const functionSignatures: ReadonlyMap<string, FunctionSignature> = new Map(
  [
    ...SIGNATURES.map((signature) => parseSignature(signature, false)),
    ...EXPERIMENTAL_SIGNATURES.map((signature) => parseSignature(signature, true)),
  ].map((signature) => [signature.name, signature]),
);

function namesIn(list: string): string[] {
  return list.split(/\s+/);
}

function parseSignature([call, returnType]: (typeof SIGNATURES)[number], isExperimental: boolean): FunctionSignature {
  const [, name, list] = /^(\w+)\((.*)\)$/.exec(call)!;
  const types = list === '' ? [] : list.split(', ');
  const [repetition = ''] = /[?*{].*$/.exec(list) ?? [];
  const required = repetition === '' ? types.length : types.length - 1;
  return {
    name,
    argumentTypes: types.map((type) => /^\w+/.exec(type)![0] as ValueType),
    minArguments: required,
    maxArguments: required + repetitions(repetition),
    returnType,
    isExperimental,
  };
}

function repetitions(mark: string): number {
  if (mark === '') return 0;
  if (mark === '?') return 1;
  return mark === '*' ? Infinity : Number(mark.slice(1, -1));
}
