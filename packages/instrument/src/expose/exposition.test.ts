import { Counter, Gauge, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { MetricFactory } from '../metrics/metric-factory.ts';
import { registrySource, renderExposition } from './exposition.ts';

function setUp() {
  const registry = new Registry();
  const log: string[] = [];
  const yields: number[] = [];
  let now = 0;
  const context = {
    log: (message: string) => log.push(message),
    // Every look at the clock finds it a millisecond later.
    nowMs: () => now++,
    yieldToEventLoop: async () => {
      yields.push(now);
    },
  };
  const render = (options = {}) => renderExposition(registrySource(registry), options, context);
  const factory = new MetricFactory({ registry, maxSeries: 100_000, log: context.log });
  return { registry, factory, log, yields, render };
}

test('prints our metrics and those of prom-client side by side', async () => {
  const { registry, factory, render } = setUp();
  const ours = factory.counter({ name: 'ours_total', help: 'Ours', labelNames: ['a'] });
  ours.add(ours.table.seriesOf(['1']), 2);
  new Counter({ name: 'theirs_total', help: 'Theirs', labelNames: ['b'], registers: [registry] }).inc({ b: '2' }, 3);
  registry.setDefaultLabels({ team: 'red' });
  const { contentType, body } = await render();
  expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(body).toBe(
    [
      '# HELP ours_total Ours',
      '# TYPE ours_total counter',
      'ours_total{a="1",team="red"} 2',
      '# HELP theirs_total Theirs',
      '# TYPE theirs_total counter',
      'theirs_total{b="2",team="red"} 3',
      '',
    ].join('\n'),
  );
});

test('ends OpenMetrics with EOF', async () => {
  const { factory, render } = setUp();
  factory.gauge({ name: 'g', help: 'G', labelNames: [] }).table.seriesOf([]);
  const { contentType, body } = await render({ accept: 'application/openmetrics-text' });
  expect(contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  expect(body).toBe('# HELP g G\n# TYPE g gauge\ng 0\n# EOF\n');
});

test('prom-client can print the registry as well', async () => {
  const { registry, factory } = setUp();
  const histogram = factory.histogram({ name: 'h', help: 'H', labelNames: ['a'] }, [1]);
  histogram.observe(histogram.table.seriesOf(['x']), 0.5);
  expect(await registry.metrics()).toBe(
    [
      '# HELP h H',
      '# TYPE h histogram',
      'h_bucket{le="1.0",a="x"} 1',
      'h_bucket{le="+Inf",a="x"} 1',
      'h_sum{a="x"} 0.5',
      'h_count{a="x"} 1',
      '',
    ].join('\n'),
  );
});

test('one metric that cannot be collected does not hide the others', async () => {
  const { registry, factory, log, render } = setUp();
  new Gauge({
    name: 'broken',
    help: 'Broken',
    registers: [registry],
    collect() {
      throw new Error('no database');
    },
  });
  factory.gauge({ name: 'fine', help: 'Fine', labelNames: [] }).table.seriesOf([]);
  expect((await render()).body).toBe('# HELP fine Fine\n# TYPE fine gauge\nfine 0\n');
  expect(log).toEqual(['broken could not be collected and is missing from the metrics: Error: no database']);
});

test.each([
  [['a_total'], ['a_total']],
  [['b'], ['b_bucket', 'b_bucket', 'b_sum', 'b_count']],
  [['b_count'], ['b_count']],
  [
    ['b_sum', 'a_total'],
    ['a_total', 'b_sum'],
  ],
  [['nothing'], []],
])('?name[]=%j prints %j', async (names, samples) => {
  const { factory, render } = setUp();
  factory.counter({ name: 'a_total', help: 'A', labelNames: [] }).table.seriesOf([]);
  factory.histogram({ name: 'b', help: 'B', labelNames: [] }, [1]).table.seriesOf([]);
  const { body } = await render({ names });
  expect([...body.matchAll(/^(\w+)(?:\{.*\})? 0$/gm)].map(([, name]) => name)).toEqual(samples);
});

test('a large metric is printed with pauses', async () => {
  const { factory, yields, render } = setUp();
  const counter = factory.counter({ name: 'large_total', help: 'Large', labelNames: ['i'] });
  for (let i = 0; i < 10_000; i++) counter.table.seriesOf([String(i)]);
  const { body } = await render();
  expect(body.match(/^large_total\{i="\d+"\} 0$/gm)).toHaveLength(10_000);
  // 10,002 lines make 39 looks at a clock that moves a millisecond each, and a slice has 8.
  expect(yields.length).toBe(4);
});
