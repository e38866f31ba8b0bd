import { writeFile } from 'node:fs/promises';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { openDb } from '@hearth/tsdb';
import { expect, onTestFinished, test } from 'vitest';
import { Secret } from '../config/secret.ts';
import type { WebTlsConfig } from '../config/types.ts';
import { formatUrl } from '../net/endpoint.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { freePort, occupyPort } from '../testing/ports.ts';
import { createDirectory } from '../tsdb/testing/data-directory.ts';
import { OPEN_ACCESS } from './access/access-config.ts';
import { readServerTls } from './access/tls-options.ts';
import { createHttpServer, type HttpServerOptions } from './create-http-server.ts';
import type { HttpServer } from './http-server.ts';
import { CLIENT_CERTIFICATE, CLIENT_KEY, SERVER_CERTIFICATE, SERVER_KEY } from './testing/certificates.ts';
import { testOptions } from './testing/test-api.ts';

const LOOPBACK = { host: '127.0.0.1', port: 0 };

async function createServer(options: Partial<HttpServerOptions> = {}): Promise<HttpServer> {
  const db = await openDb({ directory: await createDirectory(), log: () => {}, compactsByItself: false });
  const server = await createHttpServer({ ...testOptions(db), ...options });
  onTestFinished(async () => {
    await server.close();
    await db.close();
  });
  return server;
}

test('listens, answers, and closes', async () => {
  const server = await createServer();
  expect(server.address).toBeUndefined();
  const endpoint = await server.listen(LOOPBACK);
  expect(server.address).toEqual(endpoint);
  const answer = await fetch(formatUrl(endpoint, '/api/v1/query?query=1'));
  expect(await answer.json()).toMatchObject({ status: 'success', data: { resultType: 'scalar' } });
  await server.close();
  await server.close();
  expect(server.address).toBeUndefined();
  await expect(fetch(formatUrl(endpoint))).rejects.toThrow();
});

test('a port that is taken is said to be', async () => {
  const taken = await occupyPort();
  onTestFinished(() => void taken.server.close());
  const server = await createServer();
  await expect(server.listen({ host: '127.0.0.1', port: taken.port })).rejects.toMatchObject({
    code: 'HEARTH_LISTEN',
    message: expect.stringContaining(`cannot listen on 127.0.0.1:${taken.port}: listen EADDRINUSE`),
  });
});

test('an address that others reach is refused where nobody would be asked who they are', async () => {
  const server = await createServer();
  await expect(server.listen({ host: '0.0.0.0', port: 9090 })).rejects.toMatchObject({
    code: 'HEARTH_OPEN_ADDRESS',
    message:
      '0.0.0.0:9090 can be reached from other machines, and nobody would be asked who they are: name users in ' +
      '--web.config.file, listen on 127.0.0.1, or say --web.allow-open if that is meant',
  });
});

test.each([
  ['a flag', { allowsOpen: true }],
  ['users', { access: () => ({ ...OPEN_ACCESS, users: new Map([['ann', 'x']]) }) }],
])('%s allow it', async (_name, options) => {
  const server = await createServer(options);
  const { port } = await server.listen({ host: '0.0.0.0', port: await freePort() });
  expect(port).toBeGreaterThan(0);
});

test('a server that others reach stays closed when its users go', async () => {
  let access = { ...OPEN_ACCESS, users: new Map([['ann', 'x']]) };
  const server = await createServer({ access: () => access });
  const { port } = await server.listen({ host: '0.0.0.0', port: await freePort() });
  const url = `http://127.0.0.1:${port}/-/healthy`;
  expect((await fetch(url)).status).toBe(401);
  expect(() => server.checkAccess(access)).not.toThrow();
  expect(() => server.checkAccess(OPEN_ACCESS)).toThrow('nobody would be asked who they are');
  access = { ...OPEN_ACCESS, users: new Map() };
  const answer = await fetch(url);
  expect([answer.status, await answer.text()]).toEqual([
    403,
    'there are no users any more, so that nobody may come in\n',
  ]);
});

test('headers may be long, but not endless', async () => {
  const endpoint = await (await createServer()).listen(LOOPBACK);
  const query = `1${' '.repeat(40_000)}`.replaceAll(' ', '+');
  expect((await fetch(formatUrl(endpoint, `/api/v1/query?query=${query}`))).status).toBe(200);
  expect((await fetch(formatUrl(endpoint, `/api/v1/query?query=${query}${query}`))).status).toBe(431);
});

test('a body may be long, but not endless', async () => {
  const endpoint = await (await createServer()).listen(LOOPBACK);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = `query=1${'+'.repeat(5 * 1024 * 1024)}`;
  const answer = await fetch(formatUrl(endpoint, '/api/v1/query'), { method: 'POST', headers, body });
  expect(answer.status).toBe(413);
  expect(await answer.json()).toEqual({ status: 'error', errorType: 'too_large', error: 'the body is too long' });
});

test('a client that does not go is left after a while', async () => {
  const clock = createFakeClock();
  const instant = () => new Promise<never>(() => {});
  const server = await createServer({ clock, engine: { instant, range: instant, explain: () => '' } });
  const endpoint = await server.listen(LOOPBACK);
  const pending = fetch(formatUrl(endpoint, '/api/v1/query?query=1')).catch(() => 'gone');
  const healthy = await fetch(formatUrl(endpoint, '/-/healthy'));
  expect(healthy.status).toBe(200);
  const closed = server.close();
  await clock.whenArmed(5000);
  clock.advance(5000);
  await closed;
  expect(await pending).toBe('gone');
});

const TLS: WebTlsConfig = {
  cert: { text: SERVER_CERTIFICATE },
  key: { secret: new Secret(SERVER_KEY) },
  clientAuthType: 'NoClientCert',
  clientAllowedSans: [],
  minVersion: 'TLS12',
  maxVersion: 'TLS13',
  cipherSuites: [],
  curvePreferences: [],
  preferServerCipherSuites: true,
};

/** What OpenSSL's own refusals come to. */
const TLS_REFUSED = /EPROTO|ECONNRESET|ALERT/;

const CLIENT = { cert: CLIENT_CERTIFICATE, key: CLIENT_KEY };

async function statusOver(tls: Partial<WebTlsConfig>, options: RequestOptions = {}): Promise<number | string> {
  const server = await createServer({ tls: await readServerTls({ ...TLS, ...tls }) });
  const { port } = await server.listen(LOOPBACK);
  return new Promise((resolve) => {
    const target = { host: 'localhost', port, path: '/-/healthy', ca: SERVER_CERTIFICATE, agent: false };
    httpsRequest({ ...target, ...options }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      .end();
  });
}

test('speaks TLS, with certificates from files as well', async () => {
  const directory = await createDirectory();
  await writeFile(join(directory, 'cert.pem'), SERVER_CERTIFICATE);
  await writeFile(join(directory, 'key.pem'), SERVER_KEY);
  expect(await statusOver({})).toBe(200);
  const files = { cert: { file: join(directory, 'cert.pem') }, key: { file: join(directory, 'key.pem') } };
  expect(await statusOver(files)).toBe(200);
});

test('versions, cipher suites and curves are those of the file', async () => {
  expect(await statusOver({ minVersion: 'TLS13' }, { maxVersion: 'TLSv1.2' })).toMatch(TLS_REFUSED);
  const cipherSuites = ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'];
  const narrow = { cipherSuites, maxVersion: 'TLS12', curvePreferences: ['CurveP384'] } as const;
  expect(await statusOver(narrow)).toBe(200);
  expect(await statusOver(narrow, { ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' })).toMatch(TLS_REFUSED);
  expect(await statusOver(narrow, { ecdhCurve: 'P-256' })).toMatch(TLS_REFUSED);
});

const REFUSED = /ECONNRESET|CERTIFICATE|EPIPE|socket/;
const WITH_CA = { clientCa: { text: SERVER_CERTIFICATE } };
const STRANGER = { cert: SERVER_CERTIFICATE, key: SERVER_KEY };

test('certificates of clients are asked for and looked at as the file says', async () => {
  const required = { ...WITH_CA, clientAuthType: 'RequireAndVerifyClientCert' } as const;
  expect(await statusOver(required, CLIENT)).toBe(200);
  expect(await statusOver(required)).toMatch(REFUSED);
  const any = { clientAuthType: 'RequireAnyClientCert' } as const;
  expect(await statusOver(any, STRANGER)).toBe(200);
  expect(await statusOver(any)).toMatch(REFUSED);
  const ifGiven = { ...WITH_CA, clientAuthType: 'VerifyClientCertIfGiven' } as const;
  expect(await statusOver(ifGiven)).toBe(200);
  expect(await statusOver(ifGiven, CLIENT)).toBe(200);
  const named = { ...required, clientAllowedSans: ['client.example'] };
  expect(await statusOver(named, CLIENT)).toBe(200);
  expect(await statusOver({ ...required, clientAllowedSans: ['spiffe://x/y'] }, CLIENT)).toBe(200);
  expect(await statusOver({ ...required, clientAllowedSans: ['other.example'] }, CLIENT)).toMatch(REFUSED);
});

test('a certificate may be renewed', async () => {
  const server = await createServer({ tls: await readServerTls(TLS) });
  expect(() => server.renewTls({ ...TLS, context: { cert: 'x', key: 'y' } } as never)).toThrow();
  server.renewTls(await readServerTls(TLS));
});
