import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { send } from '../testing/http-client.ts';
import { everybody } from './guard.ts';
import { createMetricsHandler } from './handler.ts';
import { MetricsUnavailable } from './metrics-unavailable.ts';

async function answerTo(error: Error) {
  const handle = createMetricsHandler({
    render: () => Promise.reject(error),
    guard: everybody(),
    log: () => undefined,
  });
  const server = createServer((req, res) => void handle(req, res)).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return send((server.address() as AddressInfo).port, 'GET /metrics');
}

test('is answered 503 with its message', async () => {
  const { status, text } = await answerTo(new MetricsUnavailable('Not now.'));
  expect([status, text]).toEqual([503, 'Not now.\n']);
});

test('is the only error whose message is shown', async () => {
  const { status, text } = await answerTo(new Error('secret'));
  expect([status, text]).toEqual([500, 'The metrics could not be shown; the log of the application says why.\n']);
});
