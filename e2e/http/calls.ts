import type { Call } from './asking.ts';
import type { Scene } from './samples.ts';

const EXPRESSIONS = `
up
up{job="api",instance=~"a.*|b:2"}
{__name__=~"temp.*",room!="attic"}
odd_values
odd_labels
odd_labels{text=~".*hi.*"}
ended
gaps
nothing
1
-1.5e3
"a string é \\\\ \\n"
NaN
Inf
-Inf
time()
vector(1)
scalar(constant)
constant + 1
constant / 0
up == 0
up == bool 1
temperature > -5
-temperature
temperature * on(room) group_left(floor) temperature
http_requests_total{code="200"} / ignoring(code,path) http_requests_total{code="500"}
up and on(instance) http_requests_total{code="404"}
up or temperature
up unless on(instance) http_requests_total{instance="a:1"}
sum(http_requests_total)
sum by (code) (http_requests_total)
sum without (instance,path) (http_requests_total)
avg(temperature)
min by (floor) (temperature)
max(temperature)
count(up)
count_values("v", up)
stddev(temperature)
stdvar(temperature)
topk(2, temperature)
bottomk(1, temperature)
quantile(0.5, temperature)
group(up)
rate(http_requests_total[5m])
irate(http_requests_total[5m])
increase(http_requests_total{instance="a:1"}[10m])
delta(temperature[10m])
deriv(temperature[10m])
idelta(temperature[5m])
changes(up[30m])
resets(http_requests_total[1h])
avg_over_time(temperature[10m])
min_over_time(temperature[10m])
max_over_time(temperature[10m])
sum_over_time(constant[5m])
count_over_time(gaps[20m])
quantile_over_time(0.9, temperature[10m])
stddev_over_time(temperature[10m])
last_over_time(gaps[20m])
present_over_time(ended[10m])
absent(nothing{job="x"})
absent(up)
absent_over_time(nothing[5m])
predict_linear(temperature[10m], 3600)
histogram_quantile(0.9, rate(latency_seconds_bucket[5m]))
label_replace(up, "host", "$1", "instance", "(.*):.*")
label_join(up, "joined", "-", "job", "instance")
abs(temperature)
ceil(temperature)
clamp(temperature, -10, 10)
exp(temperature / 10)
ln(constant)
round(temperature, 0.5)
sgn(temperature)
sort_desc(temperature)
sqrt(constant)
timestamp(up)
day_of_week()
hour(vector(0))
up offset 5m
temperature offset -1m
max_over_time(rate(http_requests_total[5m])[30m7s:1m])
sum_over_time((temperature > 0)[10m7s:30s])
up @ start()
http_requests_total[1m]
temperature[2m] offset 10m
`;

const BAD_EXPRESSIONS = `

up{
up{job=}
up{job="a"
sum(
sum(up))
rate(up)
rate(up[5m]
up[5m][5m]
foo(up)
1 +
up +
"unterminated
up{job=~"("}
{}
{job=~".*"}
sum by (up
label_replace(up, "a")
up offset x
topk("a", up)
up and 1
1 == 2
!up
up{a="b" c="d"}
time(1)
5m
-"a"
up == "x"
up[0s]
`;

export const SELECTORS = [
  'up',
  '{job="api"}',
  '{__name__=~"t.*"}',
  'nothing',
  '{room!="",floor=~"0|1"}',
  'odd_labels',
  'ended',
];

/** Every call but those that change something, good and bad. */
export function callsOf({ start, end }: Scene): readonly Call[] {
  const middle = start + 3000;
  return [
    ...queries(middle),
    ...ranges(start, end),
    ...parameters(middle),
    ...metadata(start, end),
    ...exemplars(start, end),
    ...others(),
  ];
}

function get(path: string, query: Readonly<Record<string, string>> = {}): Call {
  const text = new URLSearchParams(query).toString();
  return { method: 'GET', path: `/api/v1/${path}${text === '' ? '' : `?${text}`}` };
}

function post(path: string, form: Readonly<Record<string, string>>): Call {
  return { method: 'POST', path: `/api/v1/${path}`, form: new URLSearchParams(form).toString() };
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').slice(1, -1);
}

function queries(middle: number): Call[] {
  const good = linesOf(EXPRESSIONS).flatMap((query) => [
    get('query', { query, time: String(middle) }),
    post('query', { query, time: new Date(middle * 1000 + 30_000).toISOString() }),
  ]);
  const bad = linesOf(BAD_EXPRESSIONS).map((query) => get('query', { query, time: String(middle) }));
  const formatted = [...linesOf(EXPRESSIONS), ...linesOf(BAD_EXPRESSIONS)].map((query) =>
    get('format_query', { query }),
  );
  return [...good, ...bad, ...formatted, post('format_query', { query: 'sum(rate(up[5m])) by (job)' })];
}

function ranges(start: number, end: number): Call[] {
  const span = { start: String(start + 600), end: String(end - 600) };
  const isInstant = (query: string) => !query.endsWith(']') && !query.startsWith('"') && !query.includes('[2m] offset');
  const good = linesOf(EXPRESSIONS)
    .filter(isInstant)
    .map((query, i) =>
      i % 2 === 0
        ? get('query_range', { query, ...span, step: '60' })
        : post('query_range', { query, ...span, step: '1m30s' }),
    );
  const bad = [...linesOf(BAD_EXPRESSIONS), 'up[5m]', '"text"'].map((query) =>
    get('query_range', { query, ...span, step: '60' }),
  );
  const grids = [
    {},
    { start: 'x', end: '1', step: '1' },
    { start: '1', end: 'x', step: '1' },
    { start: '1', end: '2', step: 'x' },
    { start: '1', end: '2', step: '0' },
    { start: '1', end: '2', step: '-5' },
    { start: '1', end: '2', step: '0s' },
    { start: '2', end: '1', step: '1' },
    { start: '0', end: '11000', step: '1' },
    { start: '0', end: '11001', step: '1' },
    { start: '0', end: '11000.5', step: '1' },
    { start: '0', end: '1', step: '1e20' },
    { start: String(start), end: String(start), step: '15' },
    { start: String(start), end: String(start + 1), step: '0.25' },
    { start: new Date(start * 1000).toISOString(), end: new Date(start * 1000 + 60_000).toISOString(), step: '30s' },
    { start: String(start), end: String(start + 60), step: '30', timeout: '10s' },
    { start: String(start), end: String(start + 60), step: '30', timeout: 'x' },
  ];
  return [...good, ...bad, ...grids.map((grid) => get('query_range', { query: 'up', ...grid }))];
}

function parameters(middle: number): Call[] {
  const times = [
    '',
    '0',
    '-1',
    'now',
    '1e3',
    '1.5',
    '1.0005',
    '2015-07-01T20:10:51.781Z',
    '2015-07-01T20:10:51+02:00',
    '2015-02-30T00:00:00Z',
  ];
  const headers = { 'content-type': 'text/plain' };
  return [
    ...times.map((time) => get('query', { query: 'vector(time())', time })).slice(1),
    get('query', { query: 'up', time: String(middle), timeout: '5' }),
    get('query', { query: 'up', time: String(middle), timeout: 'x' }),
    get('query', { query: 'up', time: String(middle), timeout: '1x' }),
    get('query', { query: 'up', time: String(middle), timeout: '0' }),
    get('query', { query: 'up', time: String(middle), timeout: '-1' }),
    get('query', { query: 'gaps', time: String(middle), lookback_delta: '1h' }),
    get('query', { query: 'gaps', time: String(middle), lookback_delta: 'x' }),
    get('query', { query: 'up', time: String(middle), lookback_delta: '10' }),
    { method: 'GET', path: `/api/v1/query?query=up&time=${middle}&query=constant` },
    { method: 'GET', path: `/api/v1/query?query=con%zz&time=${middle}` },
    { method: 'GET', path: `/api/v1/query?query=con;stant&time=${middle}` },
    { method: 'GET', path: `/api/v1/query?query=up+%2B+1&time=${middle}` },
    { method: 'POST', path: `/api/v1/query?query=constant&time=${middle}`, form: 'query=up' },
    { method: 'POST', path: `/api/v1/query?query=constant&time=${middle}`, form: '' },
    { method: 'POST', path: `/api/v1/query?time=${middle}`, form: 'query=up%7Bjob%3D%22api%22%7D' },
    { method: 'POST', path: `/api/v1/query?query=constant&time=${middle}`, form: 'query=up', headers },
    get('query', { query: 'sum(up', time: 'x' }),
  ];
}

function metadata(start: number, end: number): Call[] {
  const selecting = (path: string, selectors: readonly string[], more: Readonly<Record<string, string>> = {}): Call => {
    const pairs = [...selectors.map((selector) => ['match[]', selector]), ...Object.entries(more)];
    return { method: 'GET', path: `/api/v1/${path}?${new URLSearchParams(pairs)}` };
  };
  const range = { start: String(start), end: String(end) };
  const paths = [
    'series',
    'labels',
    'label/job/values',
    'label/room/values',
    'label/__name__/values',
    'label/text/values',
  ];
  const bad = ['', '{}', '{job=~".*"}', 'up{', 'up[5m]', 'sum(up)', '1', 'up offset 5m', 'up @ 5'];
  return [
    ...paths.flatMap((path) => SELECTORS.map((selector) => selecting(path, [selector]))),
    ...paths.map((path) => selecting(path, ['up', '{job="api"}', 'temperature'])),
    ...paths.map((path) => selecting(path, ['up', 'temperature'], range)),
    ...paths.flatMap((path) => bad.map((selector) => selecting(path, [selector]))),
    ...paths.map((path) => selecting(path, ['up'], { start: 'x' })),
    ...paths.map((path) => selecting(path, ['up'], { end: 'x' })),
    ...paths.map((path) => selecting(path, ['up'], { start: '1', end: '2' })),
    ...paths.map((path) => selecting(path, ['up'], { start: '2015-07-01T20:10:51Z', end: String(end) })),
    ...paths.map((path) =>
      selecting(path, ['up'], { start: '-292273086-05-16T16:47:06Z', end: '292277025-08-18T07:12:54.999999999Z' }),
    ),
    ...paths.map((path) => get(path)),
    post('series', { 'match[]': 'up' }),
    post('series', {}),
    post('labels', { 'match[]': 'temperature' }),
    post('labels', {}),
    post('label/job/values', {}),
    get('label/nothing/values'),
    get('label/__x__/values'),
    get('label/1a/values'),
    get('label//values'),
    { method: 'GET', path: '/api/v1/series?match[]=up&x=%zz' },
    { method: 'GET', path: '/api/v1/labels?match[]=up&x=%zz' },
  ];
}

function exemplars(start: number, end: number): Call[] {
  const range = { start: String(start), end: String(end) };
  return [
    ...['http_requests_total', 'sum(rate(http_requests_total{code="200"}[5m]))', 'up', 'nothing', '1', ''].map(
      (query) => get('query_exemplars', { query, ...range }),
    ),
    get('query_exemplars', { query: 'http_requests_total{code="500"}' }),
    post('query_exemplars', { query: 'http_requests_total{code="404"} + up', ...range }),
    get('query_exemplars', { query: 'http_requests_total', start: '2', end: '1' }),
    get('query_exemplars', { query: 'http_requests_total', start: 'x' }),
    get('query_exemplars', { query: 'http_requests_total', end: 'x' }),
    get('query_exemplars', { query: 'sum(', ...range }),
  ];
}

function others(): Call[] {
  const paths = [
    'targets',
    'targets?state=active',
    'targets?state=dropped',
    'targets?state=any',
    'targets?state=x',
    'targets?scrapePool=x',
    'targets/metadata',
    'targets/metadata?limit=x',
    'targets/metadata?match_target=%7B',
    'targets/metadata?metric=up&limit=1',
    'scrape_pools',
    'metadata',
    'metadata?metric=up',
    'metadata?limit=x',
    'metadata?limit=1&limit_per_metric=1',
    'rules',
    'rules?type=alert',
    'rules?type=record',
    'rules?type=x',
    'alerts',
    'alertmanagers',
    'status/walreplay',
    'status/tsdb',
    'status/tsdb?limit=3',
    'status/tsdb?limit=0',
    'status/tsdb?limit=x',
    'admin/tsdb/snapshot',
    'read',
    'nothing',
  ];
  return [
    ...paths.map((path): Call => ({ method: 'GET', path: `/api/v1/${path}` })),
    ...['/-/healthy', '/-/ready', '/-/quit', '/-/reload', '/nothing'].map((path): Call => ({ method: 'GET', path })),
    ...['/-/healthy', '/-/ready', '/api/v1/query', '/metrics', '/federate'].map(
      (path): Call => ({ method: 'HEAD', path }),
    ),
    ...['DELETE', 'PATCH', 'PUT'].map((method): Call => ({ method, path: '/api/v1/query' })),
    { method: 'PUT', path: '/api/v1/admin/tsdb/clean_tombstones' },
    { method: 'POST', path: '/api/v1/admin/tsdb/delete_series?match[]=up' },
    { method: 'POST', path: '/api/v1/admin/tsdb/snapshot' },
    { method: 'POST', path: '/-/reload' },
    { method: 'POST', path: '/api/v1/read', form: 'nothing' },
    { method: 'OPTIONS', path: '/api/v1/query' },
    { method: 'OPTIONS', path: '/api/v1/nothing/at/all' },
    ...[
      '',
      '?match[]=up',
      '?match[]=up&match[]={room="attic"}',
      '?match[]=odd_labels',
      '?match[]=up{',
      '?match[]=nothing',
      '?match[]=ended',
    ].map((query): Call => ({ method: 'GET', path: `/federate${query}` })),
  ];
}
