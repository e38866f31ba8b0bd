import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startMain } from './main.fixture.ts';
import { VERSION } from './version.ts';

const NAME = `tic-tac-toe ${VERSION}`;

async function takePort(): Promise<Server> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = await takePort();
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

/** Asks until the answer has this status; the test's own time limit ends a wait that is in vain. */
async function untilStatus(url: string, status: number): Promise<Response> {
  for (;;) {
    const response = await fetch(url);
    if (response.status === status) return response;
    await response.body?.cancel();
  }
}

async function untilRefused(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      socket.destroy();
    } catch {
      return;
    }
  }
}

describe('starting', () => {
  test('says where it listens, to its reader and to its parent', async () => {
    const main = startMain();
    const { port, host } = await main.listening();
    expect(host).toBe('127.0.0.1');
    expect(await (await fetch(`http://127.0.0.1:${port}/healthz`)).json()).toEqual({ status: 'ok', version: VERSION });
    main.child.kill('SIGTERM');
    const origin = `http://127.0.0.1:${port}`;
    expect(await main.ended).toEqual({
      code: 0,
      stdout: `${NAME} listening on ${origin}, metrics at ${origin}/metrics\n${NAME} stopped (SIGTERM)\n`,
      stderr: '',
    });
  });

  test('a value that cannot be used ends it with one line', async () => {
    expect(await startMain({ DRAIN_MS: 'soon' }).ended).toEqual({
      code: 2,
      stdout: '',
      stderr: 'tic-tac-toe: DRAIN_MS must be a whole number from 0 to 8000, not "soon".\n',
    });
  });

  test('a port that is taken ends it with one line', async () => {
    const port = portOf(await takePort());
    expect(await startMain({ PORT: String(port) }).ended).toEqual({
      code: 1,
      stdout: '',
      stderr: `tic-tac-toe: port ${port} on 127.0.0.1 is taken; set PORT to a free one.\n`,
    });
  });

  test('a host that is not this machine ends it with one line', async () => {
    const { code, stderr } = await startMain({ HOST: '192.0.2.1' }).ended;
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^tic-tac-toe: listen EADDRNOTAVAIL[^\n]*\n$/)]);
  });
});

describe('metrics', () => {
  test('behind a token', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tic-tac-toe-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'token'), 'open sesame\n');
    const main = startMain({ METRICS_TOKEN_FILE: join(folder, 'token') });
    const url = `http://127.0.0.1:${(await main.listening()).port}/metrics`;
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(url, { headers: { authorization: 'Bearer open sesame' } })).status).toBe(200);
  });

  test('on a port of their own', async () => {
    const metricsPort = await freePort();
    const main = startMain({ METRICS_PORT: String(metricsPort) });
    const { port } = await main.listening();
    expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(404);
    const metrics = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
    expect(await metrics.text()).toContain('tictactoe_games_finished_total');
    main.child.kill('SIGTERM');
    const { code, stdout } = await main.ended;
    expect([code, stdout.split('\n')[0]]).toEqual([
      0,
      `${NAME} listening on http://127.0.0.1:${port}, metrics at http://127.0.0.1:${metricsPort}/metrics`,
    ]);
  });

  test('on a port that is taken', async () => {
    const taken = portOf(await takePort());
    const { code, stderr } = await startMain({ METRICS_PORT: String(taken) }).ended;
    expect(code).toBe(1);
    expect(stderr.trim().split('\n').at(-1)).toBe(
      `tic-tac-toe: the metrics cannot have port ${taken}; set METRICS_PORT to a free one.`,
    );
  });

  test('with the names of the Flask exporter', async () => {
    const main = startMain({ METRICS_NAMES: 'flask' });
    const origin = `http://127.0.0.1:${(await main.listening()).port}`;
    await (await fetch(`${origin}/healthz`)).text();
    expect(await (await fetch(`${origin}/metrics`)).text()).toMatch(/^flask_http_request_total\{.*\} 1$/m);
  });
});

describe('stopping', () => {
  test('a draining replica is unhealthy and answers still; the same signal again ends it', async () => {
    const main = startMain({ DRAIN_MS: '8000' });
    const origin = `http://127.0.0.1:${(await main.listening()).port}`;
    main.child.kill('SIGTERM');
    const health = await untilStatus(`${origin}/healthz`, 503);
    expect([health.headers.get('connection'), await health.json()]).toEqual([
      'close',
      { status: 'draining', version: VERSION },
    ]);
    expect((await fetch(`${origin}/`)).status).toBe(200);
    main.child.kill('SIGTERM');
    const { code, stdout } = await main.ended;
    expect([code, stdout.split('\n')[1]]).toEqual([1, `${NAME} was ended by a second SIGTERM`]);
  });

  test('a request under way is answered before the end', async () => {
    const main = startMain();
    const { port } = await main.listening();
    const body = '{"board":".........","player":"X","cell":4,"opponent":"person"}';
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
    });
    socket.write(
      `POST /api/moves HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    await once(socket, 'ready');
    await (await fetch(`http://127.0.0.1:${port}/healthz`)).text();
    main.child.kill('SIGINT');
    await untilRefused(port);
    socket.write(body);
    const { code } = await main.ended;
    expect(code).toBe(0);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toContain('"board":"....X...."');
  });

  test('connections that were opened in advance and never used are not waited for', async () => {
    const main = startMain();
    const { port } = await main.listening();
    const silent = connect(port, '127.0.0.1');
    await once(silent, 'connect');
    await (await fetch(`http://127.0.0.1:${port}/healthz`)).text();
    main.child.kill('SIGTERM');
    const { code, stdout } = await main.ended;
    expect([code, stdout.split('\n')[1]]).toEqual([0, `${NAME} stopped (SIGTERM)`]);
  });

  test('the end of its parent is its own', async () => {
    const main = startMain();
    await main.listening();
    main.child.disconnect();
    const { code, stdout } = await main.ended;
    expect([code, stdout.split('\n')[1]]).toEqual([0, `${NAME} stopped (parent gone)`]);
  });
});
