import { Gauge, Registry } from 'prom-client';
import { describe, expect, it, vi } from 'vitest';
import { rateLimitSamples, samplesOf } from './limiter.suite.ts';
import { createLimiterMetrics } from './limiter-metrics.ts';

describe('the metrics of a rate limiter', () => {
  it('have these names, types and help texts', async () => {
    const registry = new Registry();
    createLimiterMetrics({ registry }, { name: 'api', limit: 10 });
    const metrics = (await registry.getMetricsAsJSON()).map(({ name, type, help }) => [name, type, help]);
    expect(metrics).toEqual([
      ['rate_limit_requests_total', 'counter', 'Total number of requests that a rate limiter decided on'],
      ['rate_limit_hits_total', 'counter', 'Total number of rate limit hits'],
      ['rate_limit_errors_total', 'counter', 'Total number of errors of a rate limiter or its store'],
      ['rate_limit_remaining', 'gauge', 'Remaining requests in the current rate limit window'],
      ['rate_limit_limit', 'gauge', 'Requests that a rate limit window holds'],
    ]);
  });

  it('of several workers show the one nearest to its limit, and add up what is counted', async () => {
    const registry = new Registry();
    createLimiterMetrics({ registry }, { name: 'api' });
    const aggregators = (await registry.getMetricsAsJSON()).map(({ aggregator }) => aggregator);
    expect(aggregators).toEqual(['sum', 'sum', 'sum', 'min', 'min']);
  });

  it('are counted one by one', async () => {
    const registry = new Registry();
    const metrics = createLimiterMetrics({ registry }, { name: 'api' });
    metrics.allowed();
    metrics.allowed();
    metrics.limited();
    metrics.failed();
    expect(await samplesOf(registry, 'api')).toMatchObject({ allowed: 2, limited: 1, hits: 1, errors: 1 });
  });

  it('take the clock they are given', async () => {
    const registry = new Registry();
    let nowMs = 0;
    const metrics = createLimiterMetrics({ registry }, { name: 'api', limit: 5, nowMs: () => nowMs });
    metrics.observeWindow({ remaining: 1, endsInMs: 2000 });
    nowMs = 1999;
    expect((await samplesOf(registry, 'api')).remaining).toBe(1);
    nowMs = 2000;
    expect((await samplesOf(registry, 'api')).remaining).toBe(5);
  });

  it('are reset with their registry', async () => {
    const registry = new Registry();
    const metrics = createLimiterMetrics({ registry }, { name: 'api', limit: 5 });
    metrics.limited();
    metrics.observeWindow({ remaining: 0, limit: 5, endsInMs: 1000 });
    registry.resetMetrics();
    expect(await samplesOf(registry, 'api')).toMatchObject({ limited: 0, hits: 0, remaining: 5, limit: 5 });
  });

  it('come back when a limiter is made after the registry was cleared', async () => {
    const registry = new Registry();
    createLimiterMetrics({ registry }, { name: 'api', limit: 5 });
    registry.clear();
    createLimiterMetrics({ registry }, { name: 'api', limit: 5 });
    expect(await samplesOf(registry, 'api')).toMatchObject({ allowed: 0, remaining: 5 });
  });

  it('are kept apart by registry', async () => {
    const [one, other] = [new Registry(), new Registry()];
    createLimiterMetrics({ registry: one }, { name: 'api', limit: 5 }).limited();
    createLimiterMetrics({ registry: other }, { name: 'api', limit: 7 });
    expect(await samplesOf(one, 'api')).toMatchObject({ limited: 1, limit: 5 });
    expect(await samplesOf(other, 'api')).toMatchObject({ limited: 0, limit: 7 });
  });

  it.each(['rate_limit_remaining', 'rate_limit_limit', 'rate_limit_hits_total'])(
    'refuse a registry in which %s is something else',
    (name) => {
      const registry = new Registry();
      new Gauge({ name, help: 'the own one of an application', registers: [registry] });
      expect(() => createLimiterMetrics({ registry }, { name: 'api' })).toThrow(
        expect.objectContaining({
          code: 'name_taken',
          message: `the registry already holds another metric named ${name}`,
        }),
      );
    },
  );

  it.each([
    ['no name', { name: '' }, 'a rate limiter needs a name of 1 to 256 characters, not ""'],
    ['a name that is no text', { name: 7 as never }, 'a rate limiter needs a name of 1 to 256 characters, not 7'],
    ['a limit below 0', { name: 'api', limit: -1 }, 'the limit of a rate limiter must be a number from 0 on, not -1'],
    [
      'no limit at all',
      { name: 'api', limit: Number.NaN },
      'the limit of a rate limiter must be a number from 0 on, not NaN',
    ],
  ])('refuse %s', (_, options, message) => {
    expect(() => createLimiterMetrics({ registry: new Registry() }, options)).toThrow(
      expect.objectContaining({ code: 'invalid_option', message }),
    );
  });

  it('count limiters beyond a thousand together, and say so once', async () => {
    const registry = new Registry();
    const log = vi.fn();
    for (let i = 0; i < 1010; i++) {
      const metrics = createLimiterMetrics({ registry }, { name: `tenant-${i}`, limit: 5, log });
      metrics.limited();
    }
    expect(await samplesOf(registry, 'tenant-999')).toMatchObject({ allowed: 0, limited: 1, hits: 1, limit: 5 });
    expect(await samplesOf(registry, 'overflow')).toMatchObject({ allowed: 0, limited: 10, hits: 10, limit: 5 });
    expect(Object.keys(await rateLimitSamples(registry))).toHaveLength(1001 * 6);
    expect(log.mock.calls).toEqual([
      ['there are 1000 rate limiters; further ones count as "overflow". First of them: tenant-1000'],
    ]);
  });
});
