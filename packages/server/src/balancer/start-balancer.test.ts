import { once } from 'node:events';
import { Agent, createServer, get, request, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { closeServer, freePort, listeningPort, occupyPort } from '../testing/ports.ts';
import type { Balancer } from './balancer.ts';
import { type BalancerOptions, startBalancer } from './start-balancer.ts';
import type { Target } from './target.ts';

const host = '127.0.0.1';
const never = new AbortController().signal;

interface Started {
  readonly balancer: Balancer;
  readonly log: readonly string[];
  readonly clock: ReturnType<typeof createFakeClock>;
}

async function start(targets: readonly Target[], options: Partial<BalancerOptions> = {}): Promise<Started> {
  const clock = createFakeClock();
  const log: string[] = [];
  const wanted = { host, port: 0 };
  const balancer = await startBalancer({ wanted, targets, clock, log: (line) => log.push(line), ...options });
  const aborted = AbortSignal.abort();
  onTestFinished(() => balancer.stop({ drainMs: 0, hurry: aborted }));
  return { balancer, log, clock };
}

/** A web server that answers every request with its name; `/wait` only when the test says so. */
async function startWeb(name: string): Promise<Target & { readonly server: Server; release(): void }> {
  const waiting: (() => void)[] = [];
  const server = createServer((incoming, response) => {
    if (incoming.url === '/wait') waiting.push(() => response.end(name));
    else response.end(name);
  });
  server.listen({ host, port: 0 });
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    await closeServer(server);
  });
  return {
    server,
    endpoint: { host, port: listeningPort(server) },
    release: () => {
      for (const answer of waiting.splice(0)) answer();
    },
  };
}

/** One request on a connection of its own. */
async function fetchFrom({ endpoint }: Balancer, path = '/'): Promise<{ status: number; body: string }> {
  const [response] = await once(get({ ...endpoint, path, agent: false }), 'response');
  return { status: response.statusCode, body: await text(response) };
}

async function fetchBodies(balancer: Balancer, count: number): Promise<string> {
  let bodies = '';
  for (let each = 0; each < count; each++) bodies += (await fetchFrom(balancer)).body;
  return bodies;
}

function connectTo({ endpoint }: Balancer): Socket {
  const socket = connect({ ...endpoint, allowHalfOpen: true });
  socket.on('error', () => socket.destroy());
  onTestFinished(() => void socket.destroy());
  return socket;
}

test('sends each connection to the next target', async () => {
  const targets = await Promise.all(['a', 'b', 'c'].map(startWeb));
  const { balancer } = await start(targets);
  expect(await fetchBodies(balancer, 7)).toBe('abcabca');
});

test('shares connections fairly when they come all at once', async () => {
  const targets = await Promise.all(['a', 'b', 'c'].map(startWeb));
  const { balancer } = await start(targets);
  const answers = await Promise.all(Array.from({ length: 9 }, () => fetchFrom(balancer)));
  expect(
    answers
      .map(({ body }) => body)
      .toSorted()
      .join(''),
  ).toBe('aaabbbccc');
});

test('a connection stays with its target', async () => {
  const targets = await Promise.all(['a', 'b'].map(startWeb));
  const { balancer } = await start(targets);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  for (let each = 0; each < 3; each++) {
    const [response] = await once(get({ ...balancer.endpoint, agent }), 'response');
    expect(await text(response)).toBe('a');
  }
});

test('skips a target that refuses the connection', async () => {
  const [a, c] = await Promise.all(['a', 'c'].map(startWeb));
  const dead: Target = { endpoint: { host, port: await freePort() } };
  const { balancer } = await start([a, dead, c]);
  expect(await fetchBodies(balancer, 4)).toBe('acac');
});

test('skips a target that does not listen, and takes it back when it does', async () => {
  const [a, b] = await Promise.all(['a', 'b'].map(startWeb));
  const flapping: { endpoint: Target['endpoint'] } = { endpoint: undefined };
  const { balancer } = await start([a, flapping]);
  expect(await fetchBodies(balancer, 3)).toBe('aaa');
  flapping.endpoint = b.endpoint;
  expect(await fetchBodies(balancer, 4)).toBe('baba');
});

test('answers 503 when no target takes the connection', async () => {
  const { balancer } = await start([{ endpoint: { host, port: await freePort() } }, { endpoint: undefined }]);
  expect(await fetchFrom(balancer)).toEqual({
    status: 503,
    body: 'No replica can be reached. Try again in a moment.\n',
  });
});

test('answers 503 in a way that survives a request with a large body', async () => {
  const { balancer } = await start([]);
  const outgoing = request({ ...balancer.endpoint, method: 'POST', agent: false });
  outgoing.end(Buffer.alloc(1 << 20));
  const [response] = await once(outgoing, 'response');
  expect(response.statusCode).toBe(503);
  expect(response.headers).toMatchObject({ connection: 'close', 'retry-after': '1' });
});

test('closes a connection that nobody can take and that says nothing', async () => {
  const { balancer, clock } = await start([]);
  const silent = connectTo(balancer);
  await clock.whenArmed(5_000);
  clock.advance(5_000);
  expect(await text(silent)).toBe('');
});

test('a client that leaves while its connection is being made leaves no trace', async () => {
  const a = await startWeb('a');
  const { balancer, clock } = await start([a]);
  const left = connectTo(balancer);
  await once(left, 'connect');
  left.resetAndDestroy();
  expect(await fetchBodies(balancer, 2)).toBe('aa');
  await eventually(() => clock.waiting()).toEqual([]);
});

test('a target that dies under a connection ends that connection, not the balancer', async () => {
  const [a, b] = await Promise.all(['a', 'b'].map(startWeb));
  const { balancer } = await start([a, b]);
  const socket = connectTo(balancer);
  socket.write('GET /wait HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(a.server, 'request');
  a.server.closeAllConnections();
  expect(await text(socket)).toBe('');
  expect((await fetchFrom(balancer)).body).toBe('b');
});

test('moves to the next port when its own is taken, and says so', async () => {
  const taken = await occupyPort();
  const { balancer, log } = await start([], { wanted: { host, port: taken.port } });
  expect(balancer.endpoint.port).toBeGreaterThan(taken.port);
  expect(log).toEqual([`port ${taken.port} is taken, using ${balancer.endpoint.port}`]);
  await closeServer(taken.server);
});

test('refuses connections beyond its limit, says so once, and takes new ones when some have ended', async () => {
  const a = await startWeb('a');
  const { balancer, log } = await start([a], { maxConnections: 2 });
  const held = [connectTo(balancer), connectTo(balancer)];
  await Promise.all(held.map((socket) => once(socket, 'connect')));
  for (let each = 0; each < 3; each++) expect(await text(connectTo(balancer))).toBe('');
  expect(log).toEqual(['the address holds 2 connections, its limit; refused 1 more']);
  for (const socket of held) socket.destroy();
  await eventually(() => fetchFrom(balancer).then(({ body }) => body, String)).toBe('a');
});

test('stopping lets the port go, and lets a request that is under way finish', async () => {
  const a = await startWeb('a');
  const { balancer } = await start([a]);
  const answer = fetchFrom(balancer, '/wait');
  await once(a.server, 'request');
  const stopped = balancer.stop({ drainMs: 500, hurry: never });
  await expect(fetchFrom(balancer)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  a.release();
  expect(await answer).toEqual({ status: 200, body: 'a' });
  await stopped;
});

test('stopping does not wait for connections that were opened and never used', async () => {
  const a = await startWeb('a');
  const { balancer, clock } = await start([a]);
  const silent = connectTo(balancer);
  await once(a.server, 'connection');
  await balancer.stop({ drainMs: 500, hurry: never });
  expect(await text(silent)).toBe('');
  expect(clock.waiting()).toEqual([]);
});

test('stopping cuts what has not ended in time', async () => {
  const a = await startWeb('a');
  const { balancer, clock } = await start([a]);
  const answer = fetchFrom(balancer, '/wait').catch((error: NodeJS.ErrnoException) => error.code);
  await once(a.server, 'request');
  const stopped = balancer.stop({ drainMs: 500, hurry: never });
  clock.advance(500);
  await stopped;
  expect(await answer).toBe('ECONNRESET');
  expect(clock.waiting()).toEqual([]);
});

test('stopping in a hurry waits for nothing, and stopping twice is stopping', async () => {
  const a = await startWeb('a');
  const { balancer } = await start([a]);
  const answer = fetchFrom(balancer, '/wait').catch((error: NodeJS.ErrnoException) => error.code);
  await once(a.server, 'request');
  const hurry = new AbortController();
  const stopped = balancer.stop({ drainMs: 500, hurry: hurry.signal });
  hurry.abort();
  await stopped;
  await balancer.stop({ drainMs: 500, hurry: never });
  expect(await answer).toBe('ECONNRESET');
});
