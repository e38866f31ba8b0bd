import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { MetricFactory } from '../../metrics/metric-factory.ts';
import { ManualScheduler } from '../testing/manual-scheduler.ts';
import { takeAll } from '../testing/reporting-process.ts';
import { RegistryReader } from './registry-reader.ts';
import { ReportWriter } from './report-writer.ts';

function setUp({ includesOmitted = false } = {}) {
  const registry = new Registry();
  const log: string[] = [];
  const scheduler = new ManualScheduler();
  const registries = new Set([registry]);
  const reader = new RegistryReader({ registries, includesOmitted, scheduler, log: (line) => log.push(line) });
  const writer = new ReportWriter(100_000);
  return {
    registry,
    registries,
    log,
    scheduler,
    all: async () => {
      await reader.writeAll(writer);
      return takeAll(writer).flat();
    },
    counts: () => {
      reader.writeCountsNow(writer);
      return takeAll(writer).flat();
    },
  };
}

test('writes a metric in full once, then only what has changed', async () => {
  const { registry, all } = setUp();
  const counter = new Counter({ name: 'c_total', help: 'C', labelNames: ['l'], registers: [registry] });
  for (const l of ['a', 'b', 'c']) counter.inc({ l });
  expect(await all()).toEqual([
    {
      id: 0,
      definition: { name: 'c_total', help: 'C', type: 'counter', aggregator: 'sum' },
      lines: [
        [0, '', 'l', 'a'],
        [1, '', 'l', 'b'],
        [2, '', 'l', 'c'],
      ],
      values: [0, 1, 1, 1, 2, 1],
    },
  ]);
  expect(await all()).toEqual([]);
  counter.inc({ l: 'b' }, 2);
  expect(await all()).toEqual([{ id: 0, values: [1, 3] }]);
});

test('writes new series of a histogram of ours without those that were there', async () => {
  const { registry, all } = setUp();
  const factory = new MetricFactory({ registry, maxSeries: 10, log: () => undefined });
  const histogram = factory.histogram({ name: 'h', help: 'H', labelNames: ['l'] }, [1]);
  histogram.observe(histogram.table.seriesOf(['a']), 0.5);
  await all();
  histogram.observe(histogram.table.seriesOf(['b']), 2);
  expect(await all()).toEqual([
    {
      id: 0,
      lines: [
        [4, 'h_bucket', 'le', '1.0', 'l', 'b'],
        [5, 'h_bucket', 'le', '+Inf', 'l', 'b'],
        [6, 'h_sum', 'l', 'b'],
        [7, 'h_count', 'l', 'b'],
      ],
      values: [5, 1, 6, 2, 7, 1],
    },
  ]);
});

test('uses the places of removed series again', async () => {
  const { registry, all } = setUp();
  const gauge = new Gauge({ name: 'g', help: 'G', labelNames: ['l'], registers: [registry] });
  for (const l of ['a', 'b', 'c']) gauge.set({ l }, 7);
  await all();
  gauge.remove({ l: 'b' });
  gauge.set({ l: 'd' }, 8);
  expect(await all()).toEqual([{ id: 0, removed: [1], lines: [[1, '', 'l', 'd']], values: [1, 8] }]);
});

test('says that a metric was set back', async () => {
  const { registry, all } = setUp();
  const counter = new Counter({ name: 'c_total', help: 'C', registers: [registry] });
  counter.inc(5);
  await all();
  counter.reset();
  counter.inc(2);
  expect(await all()).toEqual([{ id: 0, isReset: true, values: [0, 2] }]);
});

test('says that a metric is gone, or a whole registry', async () => {
  const { registry, registries, all } = setUp();
  for (const name of ['a_total', 'b_total']) new Counter({ name, help: 'C', registers: [registry] });
  await all();
  registry.removeSingleMetric('a_total');
  expect(await all()).toEqual([{ id: 0, isGone: true }]);
  registries.delete(registry);
  expect(await all()).toEqual([{ id: 1, isGone: true }]);
});

test('counts are those of metrics that are added up, and that need not be asked for their values', async () => {
  const { registry, counts } = setUp();
  const registers = [registry];
  new Counter({ name: 'plain_total', help: 'C', registers }).inc();
  new Histogram({ name: 'h', help: 'H', buckets: [1], registers });
  new Gauge({ name: 'g', help: 'G', registers }).set(1);
  new Counter({ name: 'max_total', help: 'C', registers, aggregator: 'max' }).inc();
  new Counter({
    name: 'asked_total',
    help: 'C',
    registers,
    collect() {
      throw new Error('asked');
    },
  });
  expect(counts().map(({ definition }) => definition?.name)).toEqual(['plain_total', 'h']);
});

test('metrics that cannot be merged are passed over, unless they are of interest', async () => {
  for (const includesOmitted of [false, true]) {
    const { registry, all } = setUp({ includesOmitted });
    new Gauge({ name: 'g', help: 'G', registers: [registry], aggregator: 'omit' });
    expect(await all()).toHaveLength(includesOmitted ? 1 : 0);
  }
});

test('a metric that cannot be collected is left out with a line in the log, the others are not', async () => {
  const { registry, all, log } = setUp();
  new Gauge({
    name: 'broken',
    help: 'G',
    registers: [registry],
    collect: () => Promise.reject(new Error('no database')),
  });
  new Gauge({ name: 'fine', help: 'G', registers: [registry] });
  expect((await all()).map(({ definition }) => definition?.name)).toEqual(['fine']);
  expect(log).toEqual(['broken could not be collected and keeps its last values: Error: no database']);
});

test('waits for metrics that collect their values asynchronously', async () => {
  const { registry, all } = setUp();
  new Gauge({
    name: 'g',
    help: 'G',
    registers: [registry],
    async collect() {
      await new Promise((resolve) => setImmediate(resolve));
      this.set(42);
    },
  });
  expect(await all()).toMatchObject([{ values: [0, 42] }]);
});

test('lets others use the event loop after 10 ms', async () => {
  const { registry, scheduler, all } = setUp();
  for (let i = 0; i < 6; i++) {
    new Gauge({ name: `g${i}`, help: 'G', registers: [registry], collect: () => scheduler.spend(4) });
  }
  let isDone = false;
  const done = all().then((updates) => {
    isDone = true;
    return updates;
  });
  let turns = 0;
  for (; !isDone; turns++) await scheduler.advance(0);
  expect(turns).toBeGreaterThanOrEqual(2);
  expect(await done).toHaveLength(6);
});

test('counts that are read while everything is being read are in the same order as they were counted', async () => {
  const { registry, registries } = setUp();
  const counter = new Counter({ name: 'c_total', help: 'C', registers: [registry] });
  let letGo: () => void = () => undefined;
  new Gauge({
    name: 'slow',
    help: 'G',
    registers: [registry],
    collect: () =>
      new Promise<void>((resolve) => {
        letGo = resolve;
      }),
  });
  const scheduler = new ManualScheduler();
  const reader = new RegistryReader({ registries, includesOmitted: false, scheduler, log: () => undefined });
  const writer = new ReportWriter(100_000);
  counter.inc();
  const reading = reader.writeAll(writer);
  await scheduler.advance(0);
  counter.inc();
  reader.writeCountsNow(writer);
  letGo();
  await reading;
  const counts = takeAll(writer)
    .flat()
    .filter(({ id }) => id === 0);
  expect(counts.map(({ values }) => values)).toEqual([
    [0, 1],
    [0, 2],
  ]);
});

test('reads the metrics of the process that prom-client has', async () => {
  const { registry, all, log } = setUp();
  collectDefaultMetrics({ register: registry });
  const names = (await all()).map(({ definition }) => definition?.name);
  expect(names).toContain('process_cpu_seconds_total');
  expect(names).toContain('nodejs_gc_duration_seconds');
  expect(names).not.toContain('process_start_time_seconds');
  expect(log).toEqual([]);
});
