import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { closeServer, freePort, occupyPort } from '../testing/ports.ts';
import { ANY_PORT, isPortTaken, listenOnFreePort } from './listen.ts';

const host = '127.0.0.1';

test('takes the wanted port when it is free', async () => {
  const server = createServer();
  const wanted = await freePort();
  expect(await listenOnFreePort(server, { host, port: wanted })).toBe(wanted);
  await closeServer(server);
});

test('takes a later port when the wanted one is taken', async () => {
  const taken = await occupyPort();
  const server = createServer();
  const port = await listenOnFreePort(server, { host, port: taken.port });
  expect(port).toBeGreaterThan(taken.port);
  expect(port).toBeLessThan(taken.port + 100);
  await closeServer(server);
  await closeServer(taken.server);
});

test('two servers that want the same port at the same time both get one', async () => {
  const [first, second] = [createServer(), createServer()];
  const port = await freePort();
  const ports = await Promise.all([first, second].map((server) => listenOnFreePort(server, { host, port })));
  expect(new Set(ports).size).toBe(2);
  await Promise.all([first, second].map(closeServer));
});

test('leaves the choice to the system when asked to', async () => {
  const server = createServer();
  expect(await listenOnFreePort(server, { host, port: ANY_PORT })).toBeGreaterThan(0);
  await closeServer(server);
});

test('says which ports it tried when all are taken', async () => {
  const taken = await listenOnLastPort();
  await expect(listenOnFreePort(createServer(), { host, port: 65_535 })).rejects.toMatchObject({
    code: 'HEARTH_NO_FREE_PORT',
    message: 'every port from 65535 to 65535 is taken',
  });
  await taken();
});

test('does not go on to other ports for a reason that another port would not cure', async () => {
  // 192.0.2.0/24 is for documentation (RFC 5737): no machine has an address in it.
  await expect(listenOnFreePort(createServer(), { host: '192.0.2.1', port: 4000 })).rejects.toMatchObject({
    code: 'HEARTH_LISTEN',
    message: expect.stringMatching(/^cannot listen on 192\.0\.2\.1:4000: .*EADDRNOTAVAIL/),
    cause: expect.objectContaining({ code: 'EADDRNOTAVAIL' }),
  });
});

test('knows a taken port from a free one', async () => {
  const { server, port } = await occupyPort();
  expect(await isPortTaken({ host, port })).toBe(true);
  await closeServer(server);
  expect(await isPortTaken({ host, port })).toBe(false);
});

/** Makes sure that the highest port is taken, by this test or by somebody else. */
async function listenOnLastPort(): Promise<() => Promise<void>> {
  const server = createServer();
  const isOurs = await new Promise<boolean>((resolve) => {
    server.once('listening', () => resolve(true)).once('error', () => resolve(false));
    server.listen({ host, port: 65_535 });
  });
  return async () => {
    if (isOurs) await closeServer(server);
  };
}
