import fc from 'fast-check';
import { Counter, Gauge, Histogram, type OpenMetricsContentType, Registry, Summary } from 'prom-client';
import { expect, test } from 'vitest';
import { type RegistryMetric, registeredMetrics, type Sample } from '../../metrics/metric.ts';
import { tryReadNow } from './read-now.ts';

function flat({ labels, sharedLabels, value, metricName }: Sample) {
  return [metricName ?? '', { ...labels, ...sharedLabels }, value];
}

/** What the metric itself hands out, without quantiles. */
async function readByPromise(metric: RegistryMetric) {
  const { values } = await metric.get();
  return values.filter(({ labels }) => !('quantile' in labels)).map(flat);
}

test('reads what metrics of prom-client hand out, and in the same order', async () => {
  const observation = fc.tuple(fc.constantFrom('a', 'b', '1', '0'), fc.double({ min: 0, max: 20, noNaN: true }));
  await fc.assert(
    fc.asyncProperty(fc.array(observation), async (observations) => {
      const registry = new Registry();
      const options = { help: 'H', labelNames: ['l'], registers: [registry] };
      const counter = new Counter({ ...options, name: 'c' });
      const gauge = new Gauge({ ...options, name: 'g' });
      const histogram = new Histogram({ ...options, name: 'h', buckets: [0.1, 1, 10] });
      const summary = new Summary({ ...options, name: 's' });
      for (const [l, value] of observations) {
        counter.inc({ l }, value);
        gauge.set({ l }, value);
        histogram.observe({ l }, value);
        summary.observe({ l }, value);
      }
      for (const metric of registeredMetrics(registry)) {
        expect([...tryReadNow(metric)!.values].map(flat)).toEqual(await readByPromise(metric));
      }
    }),
  );
});

test('reads metrics without labels before anything is counted', async () => {
  const registry = new Registry();
  const options = { help: 'H', registers: [registry] };
  for (const Metric of [Counter, Gauge, Histogram, Summary])
    new Metric({ ...options, name: Metric.name.toLowerCase() });
  for (const metric of registeredMetrics(registry)) {
    expect([...tryReadNow(metric)!.values].map(flat)).toEqual(await readByPromise(metric));
  }
});

test('reads exemplars', () => {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const options = { help: 'H', registers: [registry], enableExemplars: true };
  const counter = new Counter({ ...options, name: 'c' });
  const histogram = new Histogram({ ...options, name: 'h', buckets: [1] });
  counter.inc({ value: 2, exemplarLabels: { trace_id: 'one' } });
  for (const value of [0.5, 3]) histogram.observe({ value, exemplarLabels: { trace_id: `${value}` } });
  const exemplars = registeredMetrics(registry as unknown as Registry).flatMap((metric) =>
    [...tryReadNow(metric)!.values].flatMap(({ exemplar }) => (exemplar ? [exemplar] : [])),
  );
  expect(exemplars).toMatchObject([
    { labelSet: { trace_id: 'one' }, value: 2 },
    { labelSet: { trace_id: '0.5' }, value: 0.5 },
    { labelSet: { trace_id: '3' }, value: 3 },
  ]);
});

test('leaves metrics alone that keep their values in another way', () => {
  const base = { name: 'x', help: 'X', aggregator: 'sum', get: () => Promise.reject(new Error('not asked')) };
  for (const metric of [
    { ...base, type: 'counter' },
    { ...base, type: 'counter', hashMap: { a: { labels: {}, n: 1 } } },
    { ...base, type: 'histogram', hashMap: { a: { labels: {}, sum: 1, count: 1 } } },
    { ...base, type: 'summary', hashMap: { a: { labels: {}, sum: 1 } } },
  ]) {
    expect(tryReadNow(metric as unknown as RegistryMetric)).toBeUndefined();
  }
});
