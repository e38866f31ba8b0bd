import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hearthQuery } from '../query/testing/hearth-query.ts';
import { type RecordedAnswer, type RecordedServer, startRecordedServer } from '../query/testing/recorded-server.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import type { Surroundings } from '../testing/run-hearth.ts';

const NOON = Date.UTC(2026, 0, 31, 12) / 1000;

let server: RecordedServer;

beforeEach(async () => {
  server = await startRecordedServer();
});

afterEach(() => server.close());

function query(argv: readonly string[], surroundings?: Surroundings) {
  return hearthQuery([...argv, '--url', server.url], surroundings);
}

/** Succeeds without complaints. */
async function output(argv: readonly string[], surroundings?: Surroundings): Promise<string> {
  const { code, out, err } = await query(argv, surroundings);
  expect({ code, err }).toEqual({ code: 0, err: [] });
  return `\n${out.join('\n')}\n`;
}

function vectorOf(...series: readonly (readonly [metric: Record<string, string>, value: string])[]) {
  return { resultType: 'vector', result: series.map(([metric, value]) => ({ metric, value: [NOON, value] })) };
}

/** A value each quarter of a minute from noon on; nothing where it is empty. */
function matrixOf(...series: readonly (readonly [metric: Record<string, string>, values: readonly string[]])[]) {
  const valuesOf = (texts: readonly string[]) =>
    texts.map((text, i) => [NOON + 15 * i, text] as const).filter(([, text]) => text !== '');
  return { resultType: 'matrix', result: series.map(([metric, texts]) => ({ metric, values: valuesOf(texts) })) };
}

const UP = vectorOf(
  [{ __name__: 'up', job: 'node', instance: 'a:9100', zone: 'köln' }, '1'],
  [{ __name__: 'up', job: 'node', instance: 'b:9100' }, '1234.5'],
);
const WAY = ['--start', '2026-01-31T12:00:00Z', '--end', '2026-01-31T12:02:00Z', '--step', '15s'];
const WAYS = matrixOf(
  [{ job: 'api', le: '0.5' }, ['0', '1', '2', '3', '4', '5', '6', '7', '8']],
  [{ job: 'api', le: '+Inf' }, ['5', '', 'NaN', '5', '+Inf', '5', '5', '', '']],
);

describe('for people', () => {
  test('a row for each series, below what they have in common', async () => {
    server.answerWithData(UP);
    expect(await output(['up'])).toBe(`
up{job="node"}: 2 series at 2026-01-31 12:00:00 UTC

instance  zone    value
a:9100    köln        1
b:9100          1,234.5
`);
  });

  test('a single series', async () => {
    server.answerWithData(vectorOf([{ job: 'node' }, '0.25']));
    expect(await output(['x'])).toBe(`
{job="node"}: 1 series at 2026-01-31 12:00:00 UTC

value
 0.25
`);
  });

  test('series with nothing in common', async () => {
    server.answerWithData(vectorOf([{ __name__: 'a', x: '東京' }, '1'], [{ __name__: 'b' }, 'NaN']));
    expect(await output(['x'])).toBe(`
2 series at 2026-01-31 12:00:00 UTC

__name__  x     value
a         東京      1
b                 NaN
`);
  });

  test('a range as a line for each series, with gaps', async () => {
    server.answerWithData(WAYS);
    expect(await output(['x', ...WAY])).toBe(`
{job="api"}: 2 series from 2026-01-31 12:00:00 to 2026-01-31 12:02:00 UTC, a point every 15s

le    last  min   max
0.5      8    0     8  ▁▂▃▄▅▆▇██
+Inf     5    5  +Inf  ▄  ▄█▄▄
`);
  });

  test('the line is as short as the terminal asks for', async () => {
    server.answerWithData(WAYS);
    const { out } = await query(['x', ...WAY], { width: 32 });
    expect(out.slice(2)).toEqual([
      'le    last  min   max',
      '0.5      8    0     8  ▁▃▄▅▆▇██',
      '+Inf     5    5  +Inf  ▄ ▄█▄▄',
    ]);
    const { out: narrow } = await query(['x', ...WAY], { width: 30 });
    expect(narrow.slice(2)).toEqual(['le    last  min   max', '0.5      8    0     8', '+Inf     5    5  +Inf']);
  });

  test('samples as they are stored', async () => {
    server.answerWithData(matrixOf([{ __name__: 'up' }, ['1', '0', '1']]));
    expect(await output(['up[1m]'])).toBe(`
up: 1 series from 2026-01-31 12:00:00 to 2026-01-31 12:00:30 UTC, as stored

last  min  max
   1    0    1  █▁█
`);
  });

  test.each([
    ['scalar', '1234567', '1,234,567'],
    ['string', 'two\nlines', '"two\\nlines"'],
  ])('a %s is its value', async (resultType, text, shown) => {
    server.answerWithData({ resultType, result: [NOON, text] });
    expect(await output(['x'])).toBe(`\n${shown}\n`);
  });

  test('nothing of a server reaches the terminal as it is', async () => {
    const evil = '\u001b]0;evil\u0007';
    server.answerWithData(vectorOf([{ a: evil, [evil]: '1' }, '1'], [{ a: 'b' }, '2']), { warnings: [evil] });
    const { out, err } = await query(['x']);
    expect([...out, ...err].join('')).not.toMatch(/\p{Cc}/u);
  });
});

describe('for programs', () => {
  test('--format json prints the data as they came', async () => {
    const data = { ...UP, stats: { seriesFetched: '2' } };
    server.answerWithData(data);
    expect(JSON.parse(await output(['up', '--format', 'json']))).toEqual(data);
  });

  test('--format csv prints a line for each sample', async () => {
    server.answerWithData(vectorOf([{ __name__: 'x', path: '/a,"b"' }, '1e+06'], [{ __name__: 'x', z: '' }, '+Inf']));
    expect(await output(['up', '--format', 'csv'])).toBe(`
__name__,path,time,value
x,"/a,""b""",2026-01-31T12:00:00Z,1e+06
x,,2026-01-31T12:00:00Z,+Inf
`);
    server.answerWithData(matrixOf([{ job: 'a' }, ['1', '', '2']]));
    expect(await output(['up', '--format', 'csv', ...WAY])).toBe(`
job,time,value
a,2026-01-31T12:00:00Z,1
a,2026-01-31T12:00:30Z,2
`);
    server.answerWithData({ resultType: 'scalar', result: [NOON + 0.25, '5'] });
    expect(await output(['5', '--format', 'csv'])).toBe('\ntime,value\n2026-01-31T12:00:00.250Z,5\n');
  });

  test('a large answer is written in pieces', async () => {
    const values = Array.from({ length: 20_000 }, (_, i) => String(i));
    server.answerWithData(matrixOf([{}, values]));
    const lines = (await output(['x', '--format', 'csv'])).trim().split('\n');
    expect([lines.length, lines[20_000]]).toEqual([20_001, '2026-02-03T23:19:45Z,19999']);
  });
});

describe('what goes to the server', () => {
  beforeEach(() => server.answerWithData(vectorOf()));

  test.each<[readonly string[], string, readonly string[]]>([
    [['(labels)'], '/api/v1/query', ['query=(labels)', 'timeout=2m']],
    [['up'], '/api/v1/query', ['query=up', 'timeout=2m']],
    [['up', '--time', '5.25', '--timeout', '3s'], '/api/v1/query', ['query=up', 'time=5.25', 'timeout=3s']],
    [
      ['a + b', '--range', '1h', '--end', '7200', '--step', '60'],
      '/api/v1/query_range',
      ['query=a + b', 'start=3600', 'end=7200', 'step=1m', 'timeout=2m'],
    ],
  ])('%j', async (argv, path, form) => {
    await query(argv);
    expect(server.requests).toMatchObject([{ method: 'POST', path, form }]);
  });

  test.each([
    ['/prometheus', '/prometheus/api/v1/query'],
    ['/prometheus/', '/prometheus/api/v1/query'],
  ])('a prefix %s', async (prefix, path) => {
    await hearthQuery(['up', '--url', (server.url + prefix).replace('http://', '')]);
    expect(server.requests).toMatchObject([{ path }]);
  });

  test('a name, and the password of a file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'hearth-query-'));
    const file = join(directory, 'password');
    await writeFile(file, ' sösame\n');
    await query(['up', '--user', 'ann', '--password-file', file]);
    await rm(directory, { recursive: true });
    const [{ headers }] = server.requests;
    expect(headers.authorization).toBe(`Basic ${Buffer.from('ann:sösame').toString('base64')}`);
    expect(await query(['up', '--user', 'ann', '--password-file', file])).toMatchObject({
      code: 1,
      err: [expect.stringContaining('error[HEARTH_BAD_INPUT]: the password cannot be read: ENOENT')],
    });
  });
});

describe('beside the answer', () => {
  test('warnings and infos', async () => {
    server.answerWithData(UP, { warnings: ['half of it'], infos: ['two\nlines', 5] });
    const { code, err } = await query(['up']);
    expect({ code, err }).toEqual({ code: 0, err: ['warning: half of it', 'info: two lines'] });
  });

  test.each([
    ['table', []],
    ['csv', ['time,value']],
    ['json', ['{"resultType":"vector","result":[]}']],
  ])('an empty answer is said to be one: %s', async (format, out) => {
    server.answerWithData(vectorOf());
    expect(await query(['up', '--format', format])).toEqual({ code: 0, out, err: ['the answer is empty: no series'] });
  });
});

describe('series', () => {
  test('in a table', async () => {
    server.answerWithData([
      { __name__: 'up', job: 'a' },
      { __name__: 'up', job: 'b', x: 'y' },
    ]);
    expect(await output(['series', 'up', '{job="a"}', '--start', '5'])).toBe('\nup: 2 series\n\njob  x\na\nb    y\n');
    const form = ['match[]=up', 'match[]={job="a"}', 'start=5'];
    expect(server.requests).toMatchObject([{ method: 'POST', path: '/api/v1/series', form }]);
  });

  test('one, and none', async () => {
    server.answerWithData([{ __name__: 'up', job: 'a' }]);
    expect(await output(['series', 'up'])).toBe('\nup{job="a"}: 1 series\n');
    server.answerWithData([]);
    expect(await query(['series', 'up'])).toEqual({ code: 0, out: [], err: ['the answer is empty: no series'] });
  });

  test('--format csv', async () => {
    server.answerWithData([{ job: 'a' }, { job: 'b', x: 'y' }]);
    expect(await output(['series', 'up', '--format', 'csv'])).toBe('\njob,x\na,\nb,y\n');
  });
});

describe('labels', () => {
  beforeEach(() => server.answerWithData(['a', 'b\nc']));

  test('names', async () => {
    expect(await output(['labels', '--match', 'up', '--match', 'down', '--end', '9'])).toBe('\na\n"b\\nc"\n');
    const form = ['match[]=up', 'match[]=down', 'end=9'];
    expect(server.requests).toMatchObject([{ method: 'POST', path: '/api/v1/labels', form }]);
  });

  test('values of one', async () => {
    expect(await output(['labels', 'http.status', '--format', 'csv', '--match', 'up'])).toBe(
      '\nhttp.status\na\n"b\nc"\n',
    );
    const path = '/api/v1/label/U__http_2e_status/values?match%5B%5D=up';
    expect(server.requests).toMatchObject([{ method: 'GET', path }]);
  });

  test('none', async () => {
    server.answerWithData([]);
    expect(await query(['labels', 'x'])).toEqual({ code: 0, out: [], err: ['the answer is empty: no values'] });
  });
});

describe('--explain', () => {
  test('prints the plan, and asks nobody', async () => {
    expect(await hearthQuery(['--explain', 'sum by (job) (rate(x[5m]))', ...WAY])).toEqual({
      code: 0,
      out: [
        '9 steps of 15s from 2026-01-31T12:00:00.000Z',
        '  sum by (job)',
        '    scan 0: rate over 5m',
        expect.stringMatching(/^scan 0: \{__name__="x"\} from 2026-01-31T11:55:00/),
      ],
      err: [],
    });
    expect(server.requests).toEqual([]);
  });

  test('shows what is wrong with a query', async () => {
    expect(await hearthQuery(['--explain', 'rate(x)'])).toEqual({
      code: 1,
      out: [],
      err: [
        'error[HEARTH_QUERY]: 1:6: parse error: expected type range vector in call to function "rate", got instant vector',
        '    rate(x)',
        '         ^',
      ],
    });
  });
});

describe('a query that is refused', () => {
  function refuse(errorType: string, error: string): void {
    server.answerWith({ status: 400, body: JSON.stringify({ status: 'error', errorType, error }) });
  }

  test('is shown with its fault', async () => {
    refuse('bad_data', 'invalid parameter "query": 1:8: parse error: unexpected <by>');
    expect(await query(['sum(x) by'])).toEqual({
      code: 1,
      out: [],
      err: ['error[HEARTH_QUERY]: 1:8: parse error: unexpected <by>', '    sum(x) by', '           ^'],
    });
  });

  test.each<[readonly string[], readonly string[]]>([
    [
      ['series', '{a'],
      ['    {a', '      ^'],
    ],
    [
      ['labels', '--match', '{a'],
      ['    {a', '      ^'],
    ],
    [['series', '{a', 'b'], []],
  ])('%j', async (argv, shown) => {
    refuse('bad_data', 'invalid parameter "match[]": 1:3: parse error: unexpected end');
    const { err } = await query(argv);
    expect(err).toEqual(['error[HEARTH_QUERY]: 1:3: parse error: unexpected end', ...shown]);
  });

  test('is said in the words of the server', async () => {
    refuse('execution', 'many-to-many\nmatching not allowed');
    const { code, err } = await query(['a * b']);
    expect({ code, err }).toEqual({
      code: 1,
      err: ['error[HEARTH_QUERY]: execution: many-to-many matching not allowed'],
    });
  });
});

describe('what is no API', () => {
  const html = { 'content-type': 'text/html; charset=utf-8' };
  const text = { 'content-type': 'text/plain' };
  test.each<[RecordedAnswer, string]>([
    [
      { headers: html, body: '<html>' },
      'HEARTH_NO_API]: URL: what answers is not the API of Prometheus (HTTP 200, text/html); --url takes',
    ],
    [{ status: 404, headers: text, body: '404 page not found\n' }, '(HTTP 404: 404 page not found); --url takes'],
    [{ body: '{"status": "ok"}' }, 'HEARTH_NO_API]: URL: what answers is not the API'],
    [{ body: '[]' }, 'HEARTH_NO_API]: URL: what answers is not the API'],
    [
      { body: '{"status": "success", "data": {}}' },
      'HEARTH_NO_API]: the answer is not what the API of Prometheus promises: data.resultType is',
    ],
    [{ status: 400, headers: text, body: 'Client sent an HTTP request to an HTTPS server.' }, '; try https://'],
    [
      { status: 302, headers: { location: '/prom/api/v1/query' }, body: '' },
      'HEARTH_NO_API]: URL: it sends questions elsewhere; try --url URLprom/',
    ],
    [
      { status: 301, headers: { location: 'https://x.example/login?to=a' }, body: '' },
      'try --url https://x.example/login',
    ],
    [
      { status: 401, headers: text, body: 'Unauthorized' },
      'HEARTH_LOGIN]: URL: it asks who comes; --user and --password-file tell it',
    ],
    [
      { status: 503, headers: text, body: 'Service Unavailable' },
      'HEARTH_NO_ANSWER]: URL: HTTP 503: Service Unavailable; try again later',
    ],
    [
      { status: 502, headers: html, body: '<h1>Bad Gateway' },
      'HEARTH_NO_ANSWER]: URL: HTTP 502, text/html; try again later',
    ],
  ])('%j', async (answer, message) => {
    server.answerWith(answer);
    const { code, out, err } = await query(['up']);
    expect({ code, out, lines: err.length }).toEqual({ code: 1, out: [], lines: 1 });
    expect(err[0].replaceAll(`${server.url}/`, 'URL')).toContain(message);
  });

  test('a wrong password', async () => {
    server.answerWith({ status: 401, body: 'Unauthorized' });
    const { err } = await query(['up', '--user', 'ann', '--password-file', '/dev/null']);
    expect(err).toEqual([`error[HEARTH_LOGIN]: ${server.url}/: it does not accept this name and password`]);
  });
});

describe('no answer', () => {
  async function failureAt(url: string): Promise<string> {
    const { code, out, err } = await hearthQuery(['up', '--url', url]);
    expect({ code, out, lines: err.length }).toEqual({ code: 1, out: [], lines: 1 });
    return err[0].replace(/:\d+\//, '/');
  }

  /** Something that is no HTTP server: it answers what it is told with `reply`, or by going away. */
  async function withSocketServer<T>(reply: string | undefined, use: (port: number) => Promise<T>): Promise<T> {
    const other = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => (reply === undefined ? socket.destroy() : socket.write(reply)));
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    try {
      return await use((other.address() as { port: number }).port);
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  }

  test('nothing listens', async () => {
    const { url } = server;
    await server.close();
    expect(await failureAt(url)).toBe(
      'error[HEARTH_NO_ANSWER]: http://127.0.0.1/: nothing listens there; is the server running? --url says where the server is',
    );
    server = await startRecordedServer();
  });

  test('the connection ends', async () => {
    expect(await withSocketServer(undefined, (port) => failureAt(`http://127.0.0.1:${port}`))).toBe(
      'error[HEARTH_NO_ANSWER]: http://127.0.0.1/: the connection ended before there was an answer; is it https://, or another port?',
    );
  });

  test('it is not HTTP', async () => {
    expect(await withSocketServer('SSH-2.0-x\r\n', (port) => failureAt(`http://127.0.0.1:${port}`))).toBe(
      'error[HEARTH_NO_ANSWER]: http://127.0.0.1/: what listens there does not speak HTTP; --url says where the server is',
    );
  });

  test('it is not TLS', async () => {
    expect(await failureAt(server.url.replace('http:', 'https:'))).toMatch(
      /^error\[HEARTH_NO_ANSWER\]: https:\/\/127\.0\.0\.1\/: .*(try http:\/\/|another port\?)$/,
    );
  });

  test('it takes too long', async () => {
    server.answerWith(undefined);
    const clock = createFakeClock();
    const outcome = query(['up', '--timeout', '30s'], { clock });
    await clock.whenArmed(31_000);
    clock.advance(31_000);
    expect(await outcome).toEqual({
      code: 1,
      out: [],
      err: [`error[HEARTH_NO_ANSWER]: ${server.url}/: no answer within 30s; --timeout gives it longer`],
    });
  });

  test('it is stopped', async () => {
    server.answerWith(undefined);
    const clock = createFakeClock();
    const stop = new AbortController();
    const outcome = query(['up'], { clock, stop: stop.signal });
    await clock.whenArmed(121_000);
    stop.abort();
    expect(await outcome).toEqual({ code: 1, out: [], err: ['error[HEARTH_STOPPED]: stopped before it was done'] });
    expect(clock.waiting()).toEqual([]);
  });
});

test.each<[readonly string[], string]>([
  [[], "error: missing required argument 'expression'"],
  [['a', 'b'], 'error: too many arguments'],
  [['up', '--time', 'noon'], 'It takes a time such as 2026-01-31T12:00:00Z, or Unix seconds.'],
  [['up', '--range', '0'], 'It takes a duration above zero, such as 15s, 5m or 1h30m.'],
  [['up', '--range', '1 hour'], 'It takes a duration above zero'],
  [['up', '--step', '15s'], 'error: --step needs --range, or --start'],
  [['up', '--timeout', '6m'], 'It takes 5m at most.'],
  [['up', '--format', 'xml'], 'Allowed choices are table, json, csv.'],
  [['up', '--url', 'ftp://x'], 'It takes the address of a server, such as http://127.0.0.1:9090.'],
  [['up', '--url', 'http://'], 'It takes the address of a server'],
  [['up', '--url', 'http://a:b@x'], 'It takes no name and password; --user and --password-file do.'],
  [['up', '--url', 'http://x/graph?g0.expr=up'], 'It takes an address without ? and #.'],
  [['up', '--user', 'ann'], 'error: --user and --password-file are given together'],
  [['up', '--user', 'a:b', '--password-file', 'x'], 'A name with a colon cannot be sent.'],
  [['--explain', 'up', '--url', 'x'], "error: option '--explain' cannot be used with option '--url <url>'"],
  [['--url', 'x', 'labels'], "error: --url comes behind 'labels': hearth query labels … --url …"],
  [['series'], "error: missing required argument 'selector'"],
  [['labels', '--range', '5m'], "error: unknown option '--range'"],
])('%j is bad usage', async (argv, message) => {
  const { code, out, err } = await hearthQuery(argv);
  expect({ code, out }).toEqual({ code: 2, out: [] });
  expect(err.join('\n')).toContain(message);
});
