import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createFakeClock, type FakeClock } from '../testing/fake-clock.ts';
import { closeServer, listeningPort } from '../testing/ports.ts';
import { readToEnd } from '../testing/sockets.ts';
import { relay } from './relay.ts';

const HALF_OPEN_SILENCE_MS = 30_000;

/** `client` and `server` are the two far ends, with a relay between them. */
interface Relayed {
  readonly client: Socket;
  readonly server: Socket;
  readonly clock: FakeClock;
  readonly relayed: Promise<void>;
}

async function createRelayed(): Promise<Relayed> {
  const clock = createFakeClock();
  const [client, nearClient] = await createSocketPair();
  const [nearServer, server] = await createSocketPair();
  const relayed = relay(nearClient, nearServer, { clock, halfOpenSilenceMs: HALF_OPEN_SILENCE_MS });
  return { client, server, clock, relayed };
}

/** The two ends of one connection. */
async function createSocketPair(): Promise<readonly [connecting: Socket, accepting: Socket]> {
  const server = createServer({ allowHalfOpen: true });
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  onTestFinished(() => closeServer(server));
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const connecting = connect({ host: '127.0.0.1', port: listeningPort(server), allowHalfOpen: true });
  const [accepting] = await accepted;
  for (const socket of [connecting, accepting]) {
    socket.on('error', () => socket.destroy());
    onTestFinished(() => void socket.destroy());
  }
  return [connecting, accepting];
}

test('carries bytes both ways and ends when both sides have', async () => {
  const { client, server, relayed } = await createRelayed();
  client.end('question');
  expect(String(await readToEnd(server))).toBe('question');
  server.end('answer');
  expect(String(await readToEnd(client))).toBe('answer');
  await relayed;
});

test('a side that has ended can go on receiving', async () => {
  const { client, server, relayed } = await createRelayed();
  client.end();
  await once(server.resume(), 'end');
  for (const part of ['one ', 'two ', 'three']) server.write(part);
  server.end();
  expect(String(await readToEnd(client))).toBe('one two three');
  await relayed;
});

test('carries megabytes unchanged, and no faster than they are read', async () => {
  const { client, server, relayed } = await createRelayed();
  const sent = randomBytes(8 << 20);
  server.end(sent);
  await once(client, 'readable');
  expect(server.writableLength).toBeGreaterThan(0);
  client.end();
  expect((await readToEnd(client)).equals(sent)).toBe(true);
  await relayed;
});

test.each(['client', 'server'] as const)('when the %s breaks off, the other side learns it', async (broken) => {
  const pair = await createRelayed();
  const other = broken === 'client' ? pair.server : pair.client;
  pair[broken].write('half a sent');
  await once(other, 'data');
  const closed = once(other.resume(), 'close');
  other.on('end', () => other.end());
  pair[broken].resetAndDestroy();
  await closed;
  await pair.relayed;
});

test('is not cut while both sides are open, however silent they are', async () => {
  const { client, server, clock } = await createRelayed();
  clock.advance(10 * HALF_OPEN_SILENCE_MS);
  client.end('still here');
  expect(String(await readToEnd(server))).toBe('still here');
});

test('is cut when one side has ended and the other says nothing', async () => {
  const { client, clock, relayed } = await createRelayed();
  client.end();
  await clock.whenArmed(HALF_OPEN_SILENCE_MS);
  clock.advance(HALF_OPEN_SILENCE_MS);
  await relayed;
  await once(client.resume(), 'close');
});

test('is not cut when one side has ended and the other still talks', async () => {
  const { client, server, clock, relayed } = await createRelayed();
  client.end();
  await clock.whenArmed(HALF_OPEN_SILENCE_MS);
  server.write('first');
  await once(client, 'data');
  clock.advance(HALF_OPEN_SILENCE_MS);
  server.end('last');
  expect(String(await readToEnd(client))).toBe('last');
  await relayed;
});

test('leaves no timer behind', async () => {
  const { client, server, clock, relayed } = await createRelayed();
  client.end();
  server.end();
  client.resume();
  server.resume();
  await relayed;
  expect(clock.waiting()).toEqual([]);
});

test('ends at once when a side has gone before it began', async () => {
  const clock = createFakeClock();
  const [client, nearClient] = await createSocketPair();
  const [nearServer, server] = await createSocketPair();
  client.destroy();
  nearClient.destroy();
  await relay(nearClient, nearServer, { clock, halfOpenSilenceMs: HALF_OPEN_SILENCE_MS });
  await once(server.resume(), 'end');
  expect(clock.waiting()).toEqual([]);
});
