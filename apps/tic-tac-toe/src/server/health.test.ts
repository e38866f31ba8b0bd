import { expect, test } from 'vitest';
import { createTestApp } from './app.fixture.ts';
import { VERSION } from './version.ts';

test('a healthy replica says so, with the version of its package', async () => {
  const response = await createTestApp().inject({ url: '/healthz' });
  expect(response.statusCode).toBe(200);
  expect(response.headers['cache-control']).toBe('no-store');
  expect(response.body).toBe(`{"status":"ok","version":"${VERSION}"}`);
  expect(VERSION).toMatch(/^\d+\.\d+\.\d+$/);
});

test('a draining replica turns unhealthy but goes on answering, and asks its clients to connect elsewhere', async () => {
  let draining = false;
  const app = createTestApp({ isDraining: () => draining });
  expect((await app.inject({ url: '/' })).headers.connection).toBe('keep-alive');

  draining = true;
  const health = await app.inject({ url: '/healthz' });
  expect([health.statusCode, health.body]).toEqual([503, `{"status":"draining","version":"${VERSION}"}`]);
  for (const url of ['/', '/healthz', '/nothing', '/api/about']) {
    expect([url, (await app.inject({ url })).headers.connection]).toEqual([url, 'close']);
  }
  expect((await app.inject({ url: '/' })).statusCode).toBe(200);
});
