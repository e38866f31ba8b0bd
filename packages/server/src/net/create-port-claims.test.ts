import { expect, test } from 'vitest';
import { closeServer, freePort, occupyPort } from '../testing/ports.ts';
import { createPortClaims } from './create-port-claims.ts';

const host = '127.0.0.1';

test('gives the wanted port, and gives it once', async () => {
  const ports = createPortClaims({ host, reserved: [] });
  const wanted = await freePort();
  expect(await ports.claim(wanted)).toBe(wanted);
  expect(await ports.claim(wanted)).toBeGreaterThan(wanted);
});

test('passes over a port that is taken', async () => {
  const taken = await occupyPort();
  expect(await createPortClaims({ host, reserved: [] }).claim(taken.port)).toBeGreaterThan(taken.port);
  await closeServer(taken.server);
});

test('passes over a port that is reserved for somebody else, who still gets it', async () => {
  const taken = await occupyPort();
  const next = taken.port + 1;
  const ports = createPortClaims({ host, reserved: [taken.port, next] });
  expect(await ports.claim(taken.port)).toBeGreaterThan(next);
  expect(await ports.claim(next)).toBeGreaterThanOrEqual(next);
  await closeServer(taken.server);
});

test('claims that overlap get different ports', async () => {
  const ports = createPortClaims({ host, reserved: [] });
  const wanted = await freePort();
  const claimed = await Promise.all([1, 2, 3, 4, 5].map(() => ports.claim(wanted)));
  expect(new Set(claimed).size).toBe(5);
});

test('gives up after a hundred ports', async () => {
  const reserved = Array.from({ length: 100 }, (_, index) => 20_000 + index);
  const ports = createPortClaims({ host, reserved });
  const taken = await Promise.all(reserved.map((port) => ports.claim(port).catch(() => undefined)));
  expect(taken.length).toBe(100);
  await expect(ports.claim(20_000)).rejects.toMatchObject({
    code: 'HEARTH_NO_FREE_PORT',
    message: 'every port from 20000 to 20099 is taken',
  });
});
