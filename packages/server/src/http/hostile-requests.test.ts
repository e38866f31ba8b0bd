import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RegisteredRoute } from './app-options.ts';
import { createTestApi, type TestApi, type TestSeries } from './testing/test-api.ts';

const SERIES: readonly TestSeries[] = [{ labels: { __name__: 'up', city: 'köln' }, samples: [[30, 1]] }];

/** What a server answers to bytes as they are: its first line and its body. */
async function sendRaw({ app }: TestApi, text: string): Promise<string> {
  if (app.server.address() === null) await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.end(text));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      const [head, body] = Buffer.concat(chunks).toString('utf8').split('\r\n\r\n');
      resolve(`${head.split('\r\n')[0]} ${body}`);
    });
  });
}

test('characters may come as they are in a body, but not in a URL', async () => {
  const api = await createTestApi(SERIES);
  const head = 'Host: x\r\nConnection: close\r\n';
  const found = 'HTTP/1.1 200 OK {"status":"success","data":[{"__name__":"up","city":"köln"}]}';
  const form = 'match[]=up{city="köln"}';
  const type = `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${Buffer.byteLength(form)}\r\n`;
  expect(await sendRaw(api, `POST /api/v1/series HTTP/1.1\r\n${head}${type}\r\n${form}`)).toBe(found);
  const inUrl = await sendRaw(api, `GET /api/v1/series?match[]=up{city="köln"} HTTP/1.1\r\n${head}\r\n`);
  expect(inUrl).toContain('HTTP/1.1 400 Bad Request');
});

test.each([
  ['GET /api/v1/label/%zz/values HTTP/1.1', 'HTTP/1.1 400 Bad Request'],
  ['GET /%ff HTTP/1.1', 'HTTP/1.1 40'],
  ['GET http://other.example/-/healthy HTTP/1.1', 'HTTP/1.1 '],
  ['GET //evil.example/-/healthy HTTP/1.1', 'HTTP/1.1 404 Not Found'],
  ['GET /api/v1/../v1/query?query=1 HTTP/1.1', 'HTTP/1.1 404 Not Found'],
  ['TRACE /api/v1/query HTTP/1.1', 'HTTP/1.1 40'],
  ['NONSENSE', 'HTTP/1.1 400 Bad Request'],
])('%s is refused', async (line, start) => {
  const api = await createTestApi();
  expect((await sendRaw(api, `${line}\r\nHost: x\r\nConnection: close\r\n\r\n`)).startsWith(start)).toBe(true);
  expect(api.errors).toEqual([]);
});

const NAMES = [
  'query',
  'time',
  'start',
  'end',
  'step',
  'timeout',
  'limit',
  'match[]',
  'metric',
  'stats',
  'state',
  'type',
];

const HOSTILE = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    'up',
    '{}',
    '{a=~"("}',
    'sum(',
    '1',
    '-1',
    '1e400',
    'NaN',
    'Inf',
    '0',
    '9'.repeat(400),
    '\0',
    '🙂',
    '%',
    '__proto__',
  ),
  fc.constantFrom('up[1y]', 'up offset -100y', '{__name__=~".+"}', `${'('.repeat(500)}1`, `${'-'.repeat(2000)}1`),
  fc.double().map(String),
);

test('nothing that a request says is a surprise', async () => {
  const routes: RegisteredRoute[] = [];
  const api = await createTestApi(SERIES, { watchRoute: (route) => routes.push(route), isAdminApiEnabled: true });
  const safe = routes.filter(({ url }) => !url.includes('/admin/'));
  const pairs = fc.array(fc.tuple(fc.constantFrom(...NAMES), HOSTILE), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...safe), pairs, HOSTILE, async ({ method, url }, values, name) => {
      const form = values.map((pair) => pair.map(encode).join('=')).join('&');
      const path = url.replace(':name', encode(name) || 'x').replace('*', 'x');
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const inBody = method === 'POST' ? { payload: form, headers } : {};
      const answer = await api.app.inject({ method: method as 'GET', url: `${path}?${form}`, ...inBody });
      expect(answer.statusCode, `${method} ${path}?${form} ${answer.body}`).not.toBe(500);
    }),
    { numRuns: 400 },
  );
  expect(api.errors).toEqual([]);
}, 60_000);

function encode(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Cs}/gu, '\ufffd'));
}
