import { METHODS } from 'node:http';
import fc from 'fast-check';
import { words } from '../words.ts';

/** CONNECT takes the connection away from the server. */
const METHOD = fc.oneof(
  { weight: 6, arbitrary: fc.constant('GET') },
  { weight: 2, arbitrary: fc.constantFrom('HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH') },
  { weight: 1, arbitrary: fc.constantFrom(...METHODS.filter((method) => method !== 'CONNECT')) },
);

/** Any characters that Node.js' parser lets into a request target. */
const TARGET_TEXT = latin1(0x21, 0x7e, 12);

const SEGMENT = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('reds', 'teams', 'players', '7', ':team', '*', 'throw', 'a+b') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('..', '.', '', '%', '%zz', '%2F', '%2e%2e', '%00', '%ff', '%C3%BC', 'a%20b', "'", '"'),
  },
  { weight: 1, arbitrary: TARGET_TEXT },
);

const PLAIN_PATH = fc.constantFrom(...words('/hello /stream /empty /throw /reject /forbidden /echo /nowhere / * //'));

const PARAMETER_PATH = fc
  .tuple(
    fc.constantFrom(
      ...words(`
        /teams/{}/players/{} /teams/{}/throw /leagues/{}/teams/{}/players/{} /leagues/{}/teams/{}/throw
        /measured/{} /TEAMS/{}/players/{} /{} /{}/{} //{} /hello/{} /metrics/{}`),
    ),
    SEGMENT,
    SEGMENT,
    SEGMENT,
  )
  .map(([template, ...segments]) => {
    let next = 0;
    return template.replaceAll('{}', () => segments[next++]!);
  });

const PATH = fc.oneof(
  { weight: 3, arbitrary: PLAIN_PATH },
  { weight: 3, arbitrary: PARAMETER_PATH },
  fc.constantFrom('/metrics', '/metrics?name[]=http_requests_total'),
);

/** What comes around a path: nothing, a query, an authority, too much of something. */
const TARGET = fc.tuple(fc.nat(19), PATH, TARGET_TEXT).map(([kind, path, text]) => {
  if (kind === 0) return `/${text}`;
  if (kind === 1) return `http://host${path}`;
  if (kind === 6) return `x-y://${text}`;
  if (kind === 2) return `${path}?${text}`;
  if (kind === 3) return `${path}#${text}`;
  if (kind === 4) return path + '/x'.repeat(700);
  if (kind === 5) return `${path}?${'&a=%'.repeat(300)}`;
  return path;
});

/** Anything that a header's value may hold. */
const HEADER_TEXT = latin1(0x20, 0xff, 12);

const HEADER = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      'X-Client',
      'Accept',
      'Accept-Encoding',
      'Content-Type',
      'Authorization',
      'Cookie',
      'Origin',
      'X-Forwarded-For',
    ),
    HEADER_TEXT,
  ),
  fc.tuple(fc.constant('traceparent'), fc.oneof(HEADER_TEXT, fc.constant(`00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`))),
  fc.constantFrom<[string, string]>(
    ['Expect', '100-continue'],
    ['Accept', 'application/openmetrics-text'],
    ['Upgrade', 'websocket'],
    ['Connection', 'keep-alive'],
    ['Connection', 'x-nothing'],
    ['Accept-Version', '1.0.0'],
    ['X-HTTP-Method-Override', 'DELETE'],
    ['__proto__', 'x'],
    ['X-Long', 'x'.repeat(2000)],
  ),
);

const BODY = fc.tuple(fc.nat(11), HEADER_TEXT).map(([kind, text]): readonly [head: string, body: string] => {
  if (kind === 0) return [`Content-Length: ${text.length}\r\n`, text];
  if (kind === 1) return ['Content-Length: 5000\r\n', 'x'.repeat(5000)];
  if (kind === 2) return ['Transfer-Encoding: chunked\r\n', `${chunk(text)}${chunk('more')}0\r\n\r\n`];
  if (kind === 3) return ['Transfer-Encoding: chunked\r\nTrailer: X-T\r\n', `${chunk(text)}0\r\nX-T: 1\r\n\r\n`];
  return ['', ''];
});

function chunk(text: string): string {
  return text === '' ? '' : `${text.length.toString(16)};ext=1\r\n${text}\r\n`;
}

/**
 * Raw requests as bytes in latin1: odd in every part, but with bodies as long as they say, so that several can follow each
 * other on one connection.
 */
export const WILD_REQUEST: fc.Arbitrary<string> = fc
  .tuple(METHOD, TARGET, fc.array(HEADER, { maxLength: 2 }), BODY, fc.nat(15))
  .map(([method, target, headers, [head, body], kind]) => {
    const version = kind === 0 ? '1.0\r\nConnection: keep-alive' : '1.1';
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    return `${method} ${target} HTTP/${version}\r\nHost: a\r\n${lines}${head}\r\n${body}`;
  });

/** What no parser should take, or not to its end. */
export const GARBAGE: fc.Arbitrary<string> = fc.oneof(
  latin1(0x00, 0xff, 40),
  fc.constantFrom(
    'GET',
    'GET / HTTP/1.1\r\nHost: a\r\n',
    'GET /hello HTTP/9.9\r\n\r\n',
    'get /hello HTTP/1.1\r\nHost: a\r\n\r\n',
    'FROB /hello HTTP/1.1\r\nHost: a\r\n\r\n',
    'CONNECT host:80 HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET /hello HTTP/1.1\r\n\r\n',
    'GET hello HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET /teams/\u00fc/players/\u00a0 HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
    'GET /hello HTTP/1.1\r\nHost: \u00ff\u0001@[::\r\n\r\n',
    'GET /hello HTTP/1.1\r\nHost: a b/c?d#e\r\n\r\n',
    'GET /hello HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\n\r\n',
    'GET /hello HTTP/1.1\r\nHost: a\r\nX: \u0000\r\n\r\n',
    'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf',
    'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
    'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    'POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab',
    `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(2500)}\r\n`,
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  ),
);

/** Text of up to `maxLength` characters between two codes; DEL is left out, which no parser takes. */
function latin1(from: number, to: number, maxLength: number): fc.Arbitrary<string> {
  return fc
    .uint8Array({ min: from, max: to, maxLength })
    .map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0x7f)).toString('latin1'));
}
