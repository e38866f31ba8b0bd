/** Selectors that find something, by what they are good for. */
export const COUNTERS = [
  'requests_total',
  'requests_total{job="api"}',
  'requests_total{code=~"5..|404"}',
  'requests_total{instance!~"c.*", method="get"}',
  'growing_a_total',
  'still_total',
  'latency_count',
  'latency_sum',
];

export const BUCKETS = [
  'latency_bucket',
  'latency_bucket{instance="a:1"}',
  'latency_bucket{instance=~"b:1|c:2"}',
  'latency_bucket{instance="d:3"}',
];

export const GAUGES = [
  'memory_bytes',
  'memory_bytes{job="web"}',
  'temperature',
  'temperature{room=~"r[01]"}',
  'temperature{instance="odd:1"}',
  'load',
  'load{rack!="2"}',
  'up',
  'up{job="api"}',
  'build_info',
  'build_info{job="api"}',
  'pods',
  'sparse',
  'single',
  'odd_labels',
  '{job="x-y.z"}',
];

/** Of several names: they have duplicates once the name goes, or no name in common. */
export const MIXED = [
  '{__name__=~"growing_.*"}',
  '{__name__=~"memory_bytes|up"}',
  '{job="api", instance="a:1"}',
  '{__name__=~".+", job="web", code=""}',
  'no_such_metric',
  'no_such_metric{job="api"}',
  'requests_total{job="nobody"}',
];

/** Whose values are all different. */
export const DISTINCT = ['memory_bytes', 'memory_bytes{job="web"}'];

export const LABELS = ['job', 'instance', 'method', 'code', 'le', 'room', 'version', 'pod', 'rack', 'path', 'missing'];

/** Sets of labels by which vectors of this data can be matched or grouped to some use. */
export const LABEL_SETS = [
  [],
  ['job'],
  ['instance'],
  ['job', 'instance'],
  ['job', 'instance', 'method'],
  ['method', 'code'],
  ['le'],
  ['instance', 'le'],
  ['missing'],
  ['__name__'],
  ['room'],
];

export const NUMBERS = [
  '0',
  '1',
  '2',
  '3.5',
  '-1',
  '0.5',
  '10',
  '100',
  '1e6',
  '1e-3',
  '4',
  'NaN',
  'Inf',
  '-Inf',
  '0x1F',
];

export const FRACTIONS = ['0', '0.1', '0.25', '0.5', '0.9', '0.99', '1', '-0.5', '1.5', 'NaN'];

/** Whole or half seconds, so that the edges of windows lie between samples. */
export const RANGES = ['30s', '45s', '1m', '90s', '2m', '5m', '10m', '1500ms', '20m', '1h'];

export const SUBQUERY_RANGES = ['1m', '2m', '5m', '10m', '90s'];

export const SUBQUERY_STEPS = ['', '10s', '15s', '30s', '1m', '7s', '2500ms'];

export const OFFSETS = ['30s', '1m', '5m', '-30s', '-5m', '17s', '500ms', '20m'];

export const ARITHMETIC = ['+', '-', '*', '/', '%', '^'];

export const COMPARISONS = ['==', '!=', '>', '<', '>=', '<='];

export const SETS = ['and', 'or', 'unless'];

/** Of one range vector. `rate` and `increase` are only right for counters. */
export const RANGE_FUNCTIONS = `absent_over_time avg_over_time changes count_over_time delta deriv idelta irate
  last_over_time max_over_time min_over_time present_over_time resets stddev_over_time stdvar_over_time
  sum_over_time`.split(/\s+/);

export const EXTRAPOLATING_FUNCTIONS = ['rate', 'increase'];

export const VECTOR_FUNCTIONS =
  `abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor ln log10 log2 rad
  sgn sin sinh sort sort_desc sqrt tan tanh timestamp`.split(/\s+/);

export const DATE_FUNCTIONS = 'day_of_month day_of_week day_of_year days_in_month hour minute month year'.split(' ');

export const AGGREGATIONS = ['sum', 'avg', 'count', 'min', 'max', 'group', 'stddev', 'stdvar'];

/** What Prometheus 2.42 does not have. */
export const LATER_RANGE_FUNCTIONS =
  'first_over_time mad_over_time ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time'.split(
    ' ',
  );
