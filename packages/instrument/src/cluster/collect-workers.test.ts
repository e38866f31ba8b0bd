import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Counter, collectDefaultMetrics, Registry } from 'prom-client';
import { expect, onTestFinished, test } from 'vitest';
import { bearerToken } from '../expose/guard.ts';
import { send } from '../testing/http-client.ts';
import { parseSamples } from '../testing/text-format-parser.ts';
import { type CollectWorkersOptions, collectWorkers } from './collect-workers.ts';
import { reportToPrimary } from './report-to-primary.ts';

function collect(options: CollectWorkersOptions = {}) {
  const registry = new Registry();
  const metrics = collectWorkers({ registry, log: () => undefined, ...options });
  onTestFinished(() => metrics.close());
  return metrics;
}

test('shows the metrics of the primary where there are no workers, those that no aggregator can merge included', async () => {
  const { registry, render } = collect();
  new Counter({ name: 'c_total', help: 'C', registers: [registry] }).inc(2);
  const samples = parseSamples((await render()).body);
  expect(samples.get('c_total{}')).toBe(2);
  expect(samples.get('process_start_time_seconds{}')).toBeGreaterThan(1e9);
});

test('collects no runtime metrics if told so', async () => {
  expect((await collect({ runtimeMetrics: false }).render()).body).toBe('');
});

test('leaves runtime metrics alone that the application collects', () => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  expect(() => collect({ registry })).not.toThrow();
});

test('serves the totals on a port, behind a guard', async () => {
  const { server } = collect({ endpoint: { port: 0, path: '/totals', guard: bearerToken('secret') } });
  const { port } = (await server)!;
  expect((await send(port, 'GET /totals')).status).toBe(401);
  const { status, text } = await send(port, 'GET /totals', { headers: { authorization: 'Bearer secret' } });
  expect(status).toBe(200);
  expect(text).toContain('process_cpu_seconds_total');
});

test('opens no port unless told to, and others when asked to', async () => {
  const metrics = collect({ runtimeMetrics: false });
  expect(await metrics.server).toBeUndefined();
  const { port } = await metrics.listen({ port: 0 });
  expect((await send(port, 'GET /metrics')).status).toBe(200);
});

test('says when its port is taken, and goes on', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const log: string[] = [];
  const metrics = collect({ endpoint: { port }, runtimeMetrics: false, log: (line) => log.push(line) });
  expect(await metrics.server).toBeUndefined();
  expect(log.join()).toContain('EADDRINUSE');
  expect((await metrics.render()).body).toBe('');
});

test('may be called again once it is closed, not before', async () => {
  const first = collect();
  expect(() => collectWorkers()).toThrow('the workers are collected already; close() what collects them first');
  await first.close();
  const second = collect({ runtimeMetrics: false });
  await first.close();
  expect(() => collectWorkers()).toThrow(expect.objectContaining({ code: 'invalid_option' }));
  expect((await second.render()).body).toBe('');
});

test.each([0, -1, 5001, Number.NaN])('refuses %d ms of waiting for a worker', (workerTimeoutMs) => {
  expect(() => collectWorkers({ workerTimeoutMs })).toThrow(
    expect.objectContaining({
      code: 'invalid_option',
      message: `workerTimeoutMs must be above 0 and at most 5000, not ${workerTimeoutMs}`,
    }),
  );
});

test('reporting to the primary is for workers', () => {
  expect(() => reportToPrimary()).toThrow(expect.objectContaining({ code: 'not_a_worker' }));
});
