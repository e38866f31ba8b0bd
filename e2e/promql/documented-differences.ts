/** What our engine, which does as Prometheus 3.14 does, answers otherwise than the Prometheus it is compared with. */
export interface DocumentedDifference {
  readonly change: string;
  /** The last version that does it the other way; `'all'` where we differ from every version on purpose. */
  readonly until: 2 | 'all';
  /** Whether it explains the difference of a query that was made as small as possible. */
  readonly explains: (query: string, difference: string) => boolean;
}

const JUMPING =
  /\b(?:floor|ceil|round|sgn|resets|changes|rate|increase|irate|ts_of_\w+)\(|\b(?:topk|bottomk|count_values)\b|[=!]=|[<>]/;
const INEXACT =
  /\b(?:rate|increase|delta|deriv|predict_linear|avg|avg_over_time|stddev|stdvar|std\w+_over_time|histogram_quantile|double_exponential_smoothing)\b/;

export const DOCUMENTED_DIFFERENCES: readonly DocumentedDifference[] = [
  {
    change: 'stddev and stdvar of a single NaN or infinity are NaN (3.0): they were 0',
    until: 2,
    explains: (query, difference) => /\bstd(?:dev|var)\b/.test(query) && /expected 0, got NaN/.test(difference),
  },
  {
    change: 'multiple matches are an error also where the comparison would filter them out (3.0)',
    until: 2,
    explains: (query, difference) =>
      /[=!<>]/.test(query) && /got the error "multiple matches for labels/.test(difference),
  },
  {
    change: 'predict_linear of a range with @ is evaluated at each step (3.0): it was at the first only',
    until: 2,
    explains: (query) => /predict_linear\(.*@/.test(query),
  },
  {
    change: 'buckets that fall by no more than rounding are not taken for falling ones (2.47)',
    until: 2,
    explains: (query) => /histogram_quantile\(.*\bsum\b/.test(query),
  },
  {
    change: 'count_values whose label is among those it groups by keeps the others at each step (3.0)',
    until: 2,
    explains: (query) => /count_values by \([^)]*\bjob\b[^)]*\) \("job"/.test(query),
  },
  {
    change: 'averages, deviations and rates are computed in another order (3.0): what jumps does so at the last digit',
    until: 2,
    explains: (query) => JUMPING.test(query) && INEXACT.test(query),
  },
  {
    change: 'deviations of numbers next to infinity (3.0)',
    until: 2,
    explains: (query) => /\bstd(?:dev|var)/.test(query) && /\b(?:cosh|sinh|exp)\b|\^/.test(query),
  },
  {
    change: 'a sum of nothing but negative zeros is a positive zero (3.0): dividing by it shows the sign',
    until: 2,
    explains: (query, difference) =>
      /\/|\^|atan2/.test(query) && /expected -?Infinity, got -?Infinity/.test(difference),
  },
  {
    change:
      'the remainder of what is nearly a whole multiple is next to nothing or next to the divisor, by the last digit',
    until: 'all',
    explains: (query) => /(?:\w ?\(|\^).*%|%.*\w ?\(/.test(query),
  },
  {
    change:
      'timestamp() of a selector with @ and an offset finds its samples; Prometheus looks them up without the offset',
    until: 'all',
    explains: (query, difference) =>
      /timestamp\(.*@/.test(query) && /offset/.test(query) && /missing|got/.test(difference),
  },
  {
    change: 'the parameter of an aggregation heeds @; Prometheus ignores it there',
    until: 'all',
    explains: (query) => /\b(?:quantile|topk|bottomk|limitk|limit_ratio)\b.*\(.*@.*,/.test(query),
  },
  {
    change: 'the last numbers before infinity: V8 and Go reach it at different arguments',
    until: 'all',
    explains: (query, difference) => /\b(?:sinh|cosh|exp)\b/.test(query) && /e\+308/.test(difference),
  },
];

export function isDocumented(major: 2 | 3, query: string, difference: string): boolean {
  return DOCUMENTED_DIFFERENCES.some(
    ({ until, explains }) => (until === 'all' || major === until) && explains(query, difference),
  );
}
