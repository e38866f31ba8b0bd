import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import {
  request as ask,
  createServer as createHttpServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
} from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, connect, type Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CredentialUrl, Secret } from '../config/secret.ts';
import type { HttpClientConfig } from '../config/types.ts';
import { CLIENT_CERTIFICATE, CLIENT_KEY, SERVER_CERTIFICATE, SERVER_KEY } from '../http/testing/certificates.ts';
import { PLAIN_HTTP } from '../scrape/testing/scrape-config.ts';
import { BodyBuffer } from './body-buffer.ts';
import { createHttpClient, type HttpClientOptions } from './create-http-client.ts';
import type { HttpRequest } from './http-client.ts';

interface Started {
  readonly port: number;
  readonly origin: string;
  readonly urls: readonly string[];
  readonly headers: readonly IncomingHttpHeaders[];
  readonly connections: number;
}

async function start(answer: RequestListener, tls?: ServerOptions): Promise<Started> {
  const urls: string[] = [];
  const headers: IncomingHttpHeaders[] = [];
  let connections = 0;
  const listener: RequestListener = (request, response) => {
    urls.push(`${request.method} ${request.url}`);
    headers.push(request.headers);
    answer(request, response);
  };
  const server: Server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener);
  server.keepAliveTimeout = 0;
  server.on(tls === undefined ? 'connection' : 'secureConnection', () => connections++);
  await listen(server);
  onTestFinished(() => server.closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const origin = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  return {
    port,
    origin,
    urls,
    headers,
    get connections() {
      return connections;
    },
  };
}

async function listen(server: NetServer): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
}

function createClient(config: Partial<HttpClientConfig> = {}, options: Partial<HttpClientOptions> = {}) {
  const client = createHttpClient({ config: { ...PLAIN_HTTP, ...config }, ...options });
  onTestFinished(() => client.close());
  return {
    ...client,
    async get(url: string, request: Partial<HttpRequest> = {}) {
      const whole = { url, maxBodyBytes: 1_000_000, signal: new AbortController().signal, ...request };
      const { status, statusLine, body, url: from } = await client.send(whole);
      return { status, statusLine, text: Buffer.from(body).toString(), from };
    },
  };
}

async function createFiles(texts: Readonly<Record<string, string>>): Promise<(name: string) => string> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-client-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const [name, text] of Object.entries(texts)) await writeFile(join(directory, name), text);
  return (name) => join(directory, name);
}

const hello: RequestListener = (_, response) => void response.end('hello');

describe('an answer', () => {
  test('comes whole, with its status', async () => {
    const { origin } = await start(
      (_, response) => void response.writeHead(418, 'I am a teapot').end('short and stout'),
    );
    expect(await createClient().get(`${origin}/x?y=1`)).toEqual({
      status: 418,
      statusLine: '418 I am a teapot',
      text: 'short and stout',
      from: `${origin}/x?y=1`,
    });
  });

  test('in gzip is uncompressed, and bounded by what it comes to', async () => {
    const { origin } = await start((_, response) => {
      response.setHeader('Content-Encoding', 'gzip').end(gzipSync('x'.repeat(10_000)));
    });
    const client = createClient();
    expect((await client.get(origin, { maxBodyBytes: 10_000 })).text).toHaveLength(10_000);
    await expect(client.get(origin, { maxBodyBytes: 9_999 })).rejects.toMatchObject({ code: 'body_too_large' });
  });

  test('that refuses is cut off, not refused for its length', async () => {
    const { origin } = await start((_, response) => void response.writeHead(500).end('x'.repeat(100_000)));
    expect(await createClient().get(origin)).toMatchObject({ status: 500 });
  });

  test('is gathered in the memory that it is given', async () => {
    const { origin } = await start(hello);
    const buffer = new BodyBuffer();
    const client = createClient();
    await client.get(origin, { buffer });
    const { capacity } = buffer;
    expect((await client.get(origin, { buffer })).text).toBe('hello');
    expect(buffer.capacity).toBe(capacity);
  });
});

describe('connections', () => {
  test('are kept: a second one is made where the first is not free yet, and no third', async () => {
    const server = await start(hello);
    const client = createClient();
    for (let i = 0; i < 5; i++) await client.get(server.origin);
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  test('that the other side has closed meanwhile are replaced without a word', async () => {
    let count = 0;
    const server = await start((request, response) => {
      if (++count === 2) request.socket.destroy();
      else response.end('hello');
    });
    const client = createClient();
    await client.get(server.origin);
    expect((await client.get(server.origin)).text).toBe('hello');
    expect(server.urls).toHaveLength(3);
  });

  test('that are lost within an answer are a failure', async () => {
    const { origin, urls } = await start((_, response) => {
      response.write('half');
      setImmediate(() => response.destroy());
    });
    await expect(createClient().get(origin)).rejects.toMatchObject({ code: 'connection_lost' });
    expect(urls).toHaveLength(1);
  });

  test('over a Unix socket', async () => {
    const path = await createFiles({});
    const server = createHttpServer(hello);
    await new Promise<void>((resolve) => server.listen(path('socket'), resolve));
    onTestFinished(() => void server.close());
    expect((await createClient({}, { socketPath: path('socket') }).get('http://docker/')).text).toBe('hello');
  });
});

describe('credentials', () => {
  test.each<[string, Partial<HttpClientConfig>, string]>([
    ['a password', { basicAuth: { username: { text: 'u' }, password: { secret: new Secret('p') } } }, 'Basic dTpw'],
    ['a token', { authorization: { type: 'Bearer', credentials: { secret: new Secret('t') } } }, 'Bearer t'],
  ])('%s', async (_, config, expected) => {
    const server = await start(hello);
    await createClient(config).get(server.origin);
    expect(server.headers[0]?.authorization).toBe(expected);
  });

  test('in the URL', async () => {
    const server = await start(hello);
    await createClient().get(server.origin.replace('//', '//u:p%40@'));
    expect(server.headers[0]?.authorization).toBe(`Basic ${Buffer.from('u:p@').toString('base64')}`);
  });

  test('in a file are read again for each request', async () => {
    const server = await start(hello);
    const path = await createFiles({ token: 'one\n' });
    const client = createClient({ authorization: { type: 'Bearer', credentials: { file: path('token') } } });
    await client.get(server.origin);
    await writeFile(path('token'), 'two\n');
    await client.get(server.origin);
    expect(server.headers.map((headers) => headers.authorization)).toEqual(['Bearer one', 'Bearer two']);
  });

  test('in a file that is not there are a failure that names it', async () => {
    const server = await start(hello);
    const client = createClient({ authorization: { type: 'Bearer', credentials: { file: '/missing/token' } } });
    await expect(client.get(server.origin)).rejects.toMatchObject({
      code: 'unreadable_secret',
      message: "cannot read credentials_file: ENOENT: no such file or directory, open '/missing/token'",
    });
  });

  test('that no header can carry are a failure that does not show them', async () => {
    const server = await start(hello);
    const client = createClient({ authorization: { type: 'Bearer', credentials: { secret: new Secret('a\nb') } } });
    await expect(client.get(server.origin)).rejects.toMatchObject({
      code: 'bad_header',
      message: 'the value of the header authorization has characters that HTTP cannot carry',
    });
  });

  test('headers of the configuration replace others, and have all their values', async () => {
    const server = await start(hello);
    const path = await createFiles({ value: 'three' });
    const header = { values: ['one'], secrets: [new Secret('two')], files: [path('value')] };
    await createClient({ httpHeaders: { 'X-Many': header } }).get(server.origin, { headers: { 'x-many': 'zero' } });
    expect(server.headers[0]?.['x-many']).toBe('one, two, three');
  });
});

describe('redirects', () => {
  const redirect =
    (status: number, location: string): RequestListener =>
    (request, response) => {
      if (request.url === '/') response.writeHead(status, { Location: location }).end();
      else response.end(request.url);
    };

  test.each([
    [301, 'POST', ['POST /', 'GET /next']],
    [303, 'POST', ['POST /', 'GET /next']],
    [307, 'POST', ['POST /', 'POST /next']],
    [308, 'GET', ['GET /', 'GET /next']],
  ] as const)('%d of a %s', async (status, method, expected) => {
    const server = await start(redirect(status, 'next'));
    const answer = await createClient().get(`${server.origin}/`, { method });
    expect(answer).toMatchObject({ status: 200, from: `${server.origin}/next` });
    expect(server.urls).toEqual(expected);
  });

  test('are answers where they should not be followed', async () => {
    const server = await start(redirect(302, '/next'));
    expect(await createClient({ followRedirects: false }).get(`${server.origin}/`)).toMatchObject({ status: 302 });
  });

  test('to another origin leave credentials and headers of the configuration behind', async () => {
    const elsewhere = await start(hello);
    const server = await start(redirect(302, `${elsewhere.origin}/next`));
    const client = createClient({
      authorization: { type: 'Bearer', credentials: { secret: new Secret('t') } },
      httpHeaders: { 'X-Key': { values: ['k'], secrets: [], files: [] } },
    });
    await client.get(`${server.origin}/`, { headers: { accept: 'text/plain' } });
    expect(server.headers[0]).toMatchObject({ authorization: 'Bearer t', 'x-key': 'k', accept: 'text/plain' });
    expect(elsewhere.headers[0]).not.toHaveProperty('authorization');
    expect(elsewhere.headers[0]).not.toHaveProperty('x-key');
    expect(elsewhere.headers[0]).toMatchObject({ accept: 'text/plain' });
  });
});

describe('TLS', () => {
  const tls = { cert: SERVER_CERTIFICATE, key: SERVER_KEY };
  const ca = { text: SERVER_CERTIFICATE };

  test('is checked against the authorities that are known', async () => {
    const { origin } = await start(hello, tls);
    await expect(createClient().get(origin)).rejects.toMatchObject({ code: 'tls_failed' });
    expect((await createClient({ tls: { ca, insecureSkipVerify: false } }).get(origin)).text).toBe('hello');
  });

  test('is checked for the name, which may be another one than that of the URL', async () => {
    const { origin } = await start(hello, tls);
    const named = (serverName: string) => createClient({ tls: { ca, serverName, insecureSkipVerify: false } });
    expect((await named('localhost').get(origin)).text).toBe('hello');
    await expect(named('example.org').get(origin)).rejects.toMatchObject({ code: 'tls_failed' });
  });

  test('is not checked where that is wanted', async () => {
    const { origin } = await start(hello, tls);
    expect((await createClient({ tls: { insecureSkipVerify: true } }).get(origin)).text).toBe('hello');
  });

  test('shows a certificate of its own, read again when its file changes', async () => {
    const server = await start(hello, { ...tls, requestCert: true, ca: SERVER_CERTIFICATE });
    const path = await createFiles({ cert: '', key: CLIENT_KEY });
    const config = { ca, cert: { file: path('cert') }, key: { file: path('key') }, insecureSkipVerify: false };
    const client = createClient({ tls: config });
    await expect(client.get(server.origin)).rejects.toThrow();
    await writeFile(path('cert'), CLIENT_CERTIFICATE);
    expect((await client.get(server.origin)).text).toBe('hello');
    expect(server.connections).toBe(1);
  });

  test('of a version that is too old for the other side fails', async () => {
    const { origin } = await start(hello, { ...tls, minVersion: 'TLSv1.3' });
    const client = createClient({ tls: { ca, insecureSkipVerify: false, maxVersion: 'TLS12' } });
    await expect(client.get(origin)).rejects.toMatchObject({ code: 'tls_failed' });
  });
});

describe('proxies', () => {
  /** Notes what it is asked for, and passes it on. */
  async function startProxy() {
    const seen: string[] = [];
    const server = createHttpServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
      const onward = ask(request.url ?? '', { headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.writeHead(502).end());
      request.pipe(onward);
    });
    server.on('connect', (request, socket, head) => {
      seen.push(`CONNECT ${request.url}`);
      const [host, port] = (request.url ?? '').split(':');
      const onward = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        onward.write(head);
        onward.pipe(socket).pipe(onward);
      });
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy());
    });
    await listen(server);
    onTestFinished(() => server.closeAllConnections());
    const { port } = server.address() as AddressInfo;
    return { seen, url: `http://127.0.0.1:${port}`, port };
  }

  // Loopback is never asked through a proxy, so the target goes by another name that the proxy alone has to look up.
  const through = (url: string, noProxy = '') => ({
    proxy: { url: new CredentialUrl(url), noProxy, fromEnvironment: false },
  });

  test('are asked for what is behind them, with their credentials', async () => {
    const proxy = await startProxy();
    const client = createClient(through(proxy.url.replace('//', '//u:p@')));
    expect(await client.get('http://target.invalid:1/x')).toMatchObject({ status: 502 });
    expect(proxy.seen).toEqual([`GET http://target.invalid:1/x Basic ${Buffer.from('u:p').toString('base64')}`]);
  });

  test('tunnel TLS', async () => {
    const proxy = await startProxy();
    await createClient(through(proxy.url))
      .get('https://target.invalid:1/x')
      .catch(() => {});
    expect(proxy.seen).toEqual(['CONNECT target.invalid:1']);
  });

  test('are left out for loopback and for what no_proxy names', async () => {
    const proxy = await startProxy();
    const server = await start(hello);
    expect((await createClient(through(proxy.url)).get(server.origin)).text).toBe('hello');
    await createClient(through(proxy.url, 'invalid'))
      .get('http://target.invalid:1/')
      .catch(() => {});
    expect(proxy.seen).toEqual([]);
  });

  test('come from the environment where that is wanted', async () => {
    const proxy = await startProxy();
    const environment = { HTTP_PROXY: `127.0.0.1:${proxy.port}`, no_proxy: 'other.invalid' };
    const client = createClient({ proxy: { fromEnvironment: true } }, { environment });
    await client.get('http://target.invalid:1/').catch(() => {});
    await client.get('http://other.invalid:1/').catch(() => {});
    expect(proxy.seen).toEqual(['GET http://target.invalid:1/']);
  });
});

describe('a request that is given up', () => {
  test.each([
    ['before it is sent', 0, 'enough before it was sent'],
    ['while nothing comes back', 1, 'enough while waiting for an answer'],
  ])('%s', async (_, requests, message) => {
    const giveUp = new AbortController();
    const server = await start(() => giveUp.abort(new Error('enough')));
    if (requests === 0) giveUp.abort(new Error('enough'));
    await expect(createClient().get(server.origin, { signal: giveUp.signal })).rejects.toMatchObject({
      code: 'aborted',
      message,
    });
    expect(server.urls).toHaveLength(requests);
  });

  test.each([
    ['ftp://example.org/', 'only http and https can be asked'],
    ['http://', 'the URL is not a valid one'],
    ['http://a b/', 'the URL is not a valid one'],
  ])('%s is no URL to ask', async (url, message) => {
    await expect(createClient().get(url)).rejects.toMatchObject({ code: 'bad_url', message });
  });
});
