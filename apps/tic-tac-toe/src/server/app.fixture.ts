import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { Registry } from 'prom-client';
import { onTestFinished } from 'vitest';
import { type AppOptions, createApp } from './app.ts';

/** An application of its own for the running test: metrics of its own, and a computer that takes the first best square. */
export function createTestApp(options: AppOptions = {}): FastifyInstance {
  const app = createApp({
    hostname: 'replica-1',
    random: () => 0,
    reportError: (error) => {
      throw error;
    },
    ...options,
    metrics: { registry: new Registry(), runtimeMetrics: false, ...options.metrics },
  });
  onTestFinished(() => app.close());
  return app;
}

export function postJson(app: FastifyInstance, url: string, payload: object): Promise<LightMyRequestResponse> {
  return app.inject({ method: 'POST', url, payload });
}

/** The answer in one line: its status, and its body when it was not a success. */
export async function refusal(app: FastifyInstance, request: InjectOptions): Promise<object | string> {
  const response = await app.inject(request);
  const type = response.headers['content-type'];
  return type === 'application/problem+json' ? response.json<object>() : `${response.statusCode} ${String(type)}`;
}

/** The samples of one metric, as they stand on `/metrics`. */
export async function samplesOf(app: FastifyInstance, metric: string): Promise<readonly string[]> {
  const { body } = await app.inject({ url: '/metrics' });
  return body.split('\n').filter((line) => line.startsWith(metric));
}
