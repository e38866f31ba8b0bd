import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { createTestApp } from './app.fixture.ts';

async function portOf(app: FastifyInstance): Promise<number> {
  await app.listen({ port: 0, host: '127.0.0.1' });
  return (app.server.address() as AddressInfo).port;
}

test('a connection that was opened in advance and never used is cut', async () => {
  const app = createTestApp();
  const silent = connect(await portOf(app), '127.0.0.1');
  await once(app.server, 'connection');
  await app.close();
  expect(await text(silent)).toBe('');
});

test('an answer with metrics that is under way is finished, and then its connection too', async () => {
  let asked = () => {};
  let admit = (_verdict: boolean) => {};
  const underWay = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const admitted = new Promise<boolean>((resolve) => {
    admit = resolve;
  });
  const guard = () => {
    asked();
    return admitted;
  };
  const app = createTestApp({ metrics: { endpoint: { guard } } });
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());

  const request = get({ port: await portOf(app), path: '/metrics', agent });
  await underWay;
  const closed = app.close();
  await expect.poll(() => app.server.listening, { timeout: 10_000 }).toBe(false);
  admit(true);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  expect([response.statusCode, response.headers.connection]).toEqual([200, 'keep-alive']);
  expect(await text(response)).toContain('tictactoe_games_finished_total');
  await closed;
});
