import fc from 'fast-check';
import { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { renderExposition } from '../../expose/exposition.ts';
import { MetricFactory } from '../../metrics/metric-factory.ts';
import { parseSamples, type SampleValues } from '../../testing/text-format-parser.ts';
import { connect, ownSamples, PLAIN, type ReportingProcess } from '../testing/reporting-process.ts';
import { MergedMetrics } from './merged-metrics.ts';
import type { ProcessMetrics } from './process-metrics.ts';

function setUp({ maxLinesLeftBehind = 10_000 } = {}) {
  const log: string[] = [];
  const merged = new MergedMetrics({
    maxMetricsPerProcess: 100,
    maxLinesPerProcess: 10_000,
    maxLinesLeftBehind,
    log: (message) => log.push(message),
  });
  let processes = 0;
  const start = (registry = new Registry(), { isPrimary = false } = {}) => {
    const metrics = merged.join({ name: `process ${++processes}`, isPrimary });
    return { registry, metrics, ...connect(registry, metrics) };
  };
  const text = async (accept?: string) => {
    const source = { metrics: () => merged.metrics(), defaultLabels: {} };
    return (await renderExposition(source, { accept }, PLAIN)).body;
  };
  const samples = async (): Promise<SampleValues> => {
    const body = await text();
    return body === '' ? new Map() : parseSamples(body);
  };
  return { log, start, text, samples };
}

describe('counters, histograms and summaries', () => {
  test('are added up by name and labels', async () => {
    const { start, samples } = setUp();
    for (const amount of [1, 2, 4]) {
      const { registry, reportAll } = start();
      const counter = new Counter({ name: 'c_total', help: 'C', labelNames: ['a', 'b'], registers: [registry] });
      counter.inc(amount === 1 ? { a: 'x', b: 'y' } : { b: 'y', a: 'x' }, amount);
      if (amount === 4) counter.inc({ a: 'other' }, 8);
      await reportAll();
    }
    expect(Object.fromEntries(await samples())).toEqual({ 'c_total{a="x",b="y"}': 7, 'c_total{a="other"}': 8 });
  });

  test('keep what a process has counted that is gone, and the next one adds to it', async () => {
    const { start, samples } = setUp();
    for (const amount of [1, 2, 4]) {
      const { registry, metrics, reportAll } = start();
      new Counter({ name: 'c_total', help: 'C', registers: [registry] }).inc(amount);
      await reportAll();
      metrics.leave();
    }
    expect((await samples()).get('c_total{}')).toBe(7);
  });

  test('show the quantiles of no process', async () => {
    const { start, text } = setUp();
    const { registry, reportAll } = start();
    new Summary({ name: 's_seconds', help: 'S', registers: [registry] }).observe(2);
    await reportAll();
    expect(await text()).toBe('# HELP s_seconds S\n# TYPE s_seconds summary\ns_seconds_sum 2\ns_seconds_count 1\n');
  });

  test('keep the buckets of a series in order, also when a process brings further ones', async () => {
    const { start, text } = setUp();
    for (const buckets of [
      [1, 10],
      [0.5, 1, 2, 10],
    ]) {
      const { registry, reportAll } = start();
      const histogram = new Histogram({ name: 'h', help: 'H', labelNames: ['a'], buckets, registers: [registry] });
      histogram.observe({ a: 'x' }, 0.7);
      histogram.observe({ a: 'y' }, 3);
      await reportAll();
    }
    expect((await text()).split('\n').filter((line) => line.includes('"x"'))).toEqual([
      'h_bucket{le="0.5",a="x"} 0',
      'h_bucket{le="1",a="x"} 2',
      'h_bucket{le="2",a="x"} 1',
      'h_bucket{le="10",a="x"} 2',
      'h_bucket{le="+Inf",a="x"} 2',
      'h_sum{a="x"} 1.4',
      'h_count{a="x"} 2',
    ]);
  });

  test('go on from what was counted when a process sets its metrics back', async () => {
    const { start, samples } = setUp();
    const { registry, reportAll } = start();
    const counter = new Counter({ name: 'c_total', help: 'C', registers: [registry] });
    const histogram = new Histogram({ name: 'h', help: 'H', buckets: [1], registers: [registry] });
    counter.inc(5);
    histogram.observe(0.25);
    histogram.observe(0.25);
    await reportAll();
    registry.resetMetrics();
    counter.inc(2);
    histogram.observe(4);
    await reportAll();
    expect(Object.fromEntries(await samples())).toMatchObject({
      'c_total{}': 7,
      'h_sum{}': 4.5,
      'h_count{}': 3,
      'h_bucket{le="1"}': 2,
    });
  });

  test('add up sums that become less', async () => {
    const { start, samples } = setUp();
    for (const _ of [1, 2]) {
      const { registry, reportAll } = start();
      const histogram = new Histogram({ name: 'celsius', help: 'T', buckets: [0], registers: [registry] });
      histogram.observe(3);
      await reportAll();
      histogram.observe(-5);
      await reportAll();
    }
    expect((await samples()).get('celsius_sum{}')).toBe(-4);
  });

  test('have the latest exemplar, and keep it', async () => {
    const { start, text } = setUp();
    for (const timestamp of [20, 10]) {
      const { registry, metrics, reportAll } = start();
      const factory = new MetricFactory({ registry, maxSeries: 10, log: () => undefined });
      const counter = factory.counter({ name: 'c_total', help: 'C', labelNames: [] });
      const series = counter.table.seriesOf([]);
      counter.add(series, 1);
      counter.setExemplar(series, { labelSet: { trace_id: `t${timestamp}` }, value: 1, timestamp });
      await reportAll();
      metrics.leave();
    }
    expect(await text('application/openmetrics-text')).toContain('c_total 2 # {trace_id="t20"} 1 20\n');
  });

  test('with another aggregator than the sum are merged by it, and go with their process', async () => {
    const { start, samples } = setUp();
    const processes = [3, 5].map((value) => {
      const process = start();
      new Counter({ name: 'c_total', help: 'C', registers: [process.registry], aggregator: 'max' }).inc(value);
      return process;
    });
    for (const { reportAll } of processes) await reportAll();
    expect((await samples()).get('c_total{}')).toBe(5);
    processes[1]!.metrics.leave();
    expect((await samples()).get('c_total{}')).toBe(3);
  });
});

describe('gauges', () => {
  const cases = [
    ['sum', 13],
    ['first', 3],
    ['min', 2],
    ['max', 8],
    ['average', 5],
  ] as const;
  for (const [aggregator, expected] of cases) {
    test(`are merged by ${aggregator}`, async () => {
      const { start, samples } = setUp();
      for (const value of [3, 8, 2]) {
        const { registry, reportAll } = start(new Registry(), { isPrimary: value === 3 });
        new Gauge({ name: 'g', help: 'G', registers: [registry], aggregator }).set(value);
        await reportAll();
      }
      expect((await samples()).get('g{}')).toBe(expected);
    });
  }

  test('of the primary count in an average only if no worker has them', async () => {
    const { start, samples } = setUp();
    const { registry, reportAll } = start(new Registry(), { isPrimary: true });
    new Gauge({ name: 'lag', help: 'G', registers: [registry], aggregator: 'average' }).set(3);
    await reportAll();
    expect((await samples()).get('lag{}')).toBe(3);
  });

  test('that are to be omitted come from no worker', async () => {
    const { start, text } = setUp();
    const { registry, reportAll } = start();
    new Gauge({ name: 'g', help: 'G', registers: [registry], aggregator: 'omit' }).set(3);
    await reportAll();
    expect(await text()).toBe('');
  });

  test('go with their process', async () => {
    const { start, text, samples } = setUp();
    const processes = [1, 2].map((value) => {
      const process = start();
      new Gauge({ name: 'g', help: 'G', labelNames: ['w'], registers: [process.registry] }).set(
        { w: `${value}` },
        value,
      );
      return process;
    });
    for (const { reportAll } of processes) await reportAll();
    processes[0]!.metrics.leave();
    expect(Object.fromEntries(await samples())).toEqual({ 'g{w="2"}': 2 });
    processes[1]!.metrics.leave();
    expect(await text()).toBe('');
  });

  test('may be of any value', async () => {
    const { start, text } = setUp();
    const { registry, reportAll } = start();
    const factory = new MetricFactory({ registry, maxSeries: 10, log: () => undefined });
    const gauge = factory.gauge({ name: 'g', help: 'G', labelNames: ['v'] });
    for (const value of [Number.NaN, Infinity, -Infinity, 0, -0.5])
      gauge.set(gauge.table.seriesOf([`${value}`]), value);
    await reportAll();
    expect((await text()).split('\n').slice(2, -1)).toEqual([
      'g{v="NaN"} NaN',
      'g{v="Infinity"} +Inf',
      'g{v="-Infinity"} -Inf',
      'g{v="0"} 0',
      'g{v="-0.5"} -0.5',
    ]);
  });
});

describe('what an application takes back', () => {
  test('a removed series goes with the last process that has it', async () => {
    const { start, samples } = setUp();
    const processes = [1, 2].map((amount) => {
      const process = start();
      const counter = new Counter({ name: 'c_total', help: 'C', labelNames: ['t'], registers: [process.registry] });
      for (const t of ['a', 'b', 'c']) counter.inc({ t }, amount);
      return { ...process, counter };
    });
    for (const { reportAll } of processes) await reportAll();
    processes[0]!.counter.remove({ t: 'b' });
    processes[0]!.counter.inc({ t: 'd' });
    await processes[0]!.reportAll();
    expect(Object.fromEntries(await samples())).toEqual({
      'c_total{t="a"}': 3,
      'c_total{t="b"}': 3,
      'c_total{t="c"}': 3,
      'c_total{t="d"}': 1,
    });
    processes[1]!.counter.remove({ t: 'b' });
    await processes[1]!.reportAll();
    expect([...(await samples()).keys()]).toEqual(['c_total{t="a"}', 'c_total{t="c"}', 'c_total{t="d"}']);
  });

  test('a metric that leaves its registry goes with the last process that has it', async () => {
    const { start, text } = setUp();
    const { registry, reportAll } = start();
    new Counter({ name: 'c_total', help: 'C', registers: [registry] }).inc();
    await reportAll();
    registry.removeSingleMetric('c_total');
    await reportAll();
    expect(await text()).toBe('');
    new Gauge({ name: 'c_total', help: 'G', registers: [registry] }).set(4);
    await reportAll();
    expect(await text()).toBe('# HELP c_total G\n# TYPE c_total gauge\nc_total 4\n');
  });

  test('default labels that are set later are those of every series', async () => {
    const { start, samples } = setUp();
    const { registry, reportAll } = start();
    new Counter({ name: 'c_total', help: 'C', registers: [registry] }).inc(3);
    await reportAll();
    registry.setDefaultLabels({ zone: 'eu' });
    await reportAll();
    expect(Object.fromEntries(await samples())).toEqual({ 'c_total{zone="eu"}': 3 });
  });
});

describe('limits', () => {
  test('a metric of another type under the same name is left out, and the log says whose', async () => {
    const { start, samples, log } = setUp();
    const one = start();
    new Counter({ name: 'x', help: 'X', registers: [one.registry] }).inc();
    await one.reportAll();
    const other = start();
    new Gauge({ name: 'x', help: 'X', registers: [other.registry] }).set(5);
    await other.reportAll();
    expect((await samples()).get('x{}')).toBe(1);
    expect(log).toEqual([
      'x of process 2 is not in the totals: it is a gauge merged by sum, and another process has a counter merged by sum under this name',
    ]);
  });

  test('what too many gone processes leave is counted under overflow, and nothing is lost', async () => {
    const { start, samples, log } = setUp({ maxLinesLeftBehind: 12 });
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      const { registry, metrics, reportAll } = start();
      new Histogram({ name: 'h', help: 'H', labelNames: ['n'], buckets: [1], registers: [registry] }).observe(
        { n: name },
        3,
      );
      await reportAll();
      metrics.leave();
    }
    const counts = [...(await samples())].filter(([key]) => key.startsWith('h_count'));
    expect(counts).toEqual([
      ['h_count{n="a"}', 1],
      ['h_count{n="b"}', 1],
      ['h_count{n="c"}', 1],
      ['h_count{n="overflow"}', 2],
    ]);
    expect((await samples()).get('h_bucket{le="+Inf",n="overflow"}')).toBe(2);
    expect(log[0]).toBe(
      'h has more than 12 lines of workers that are gone; what further ones leave is counted under "overflow"',
    );
  });
});

/** A process whose metrics are of every kind, of ours and of `prom-client`. */
class RandomProcess {
  readonly registry = new Registry();
  readonly metrics: ProcessMetrics;
  /** What it would have shown when it last reported. */
  reported: SampleValues = new Map();
  readonly #counter = new Counter({ name: 'c_total', help: 'C', labelNames: ['l'], registers: [this.registry] });
  readonly #histogram = new Histogram({
    name: 'h',
    help: 'H',
    labelNames: ['l'],
    buckets: [0, 1, 2],
    registers: [this.registry],
  });
  readonly #gauge = new Gauge({ name: 'g', help: 'G', labelNames: ['l'], registers: [this.registry] });
  readonly #factory = new MetricFactory({ registry: this.registry, maxSeries: 3, log: () => undefined });
  readonly #ours = this.#factory.histogram({ name: 'ours', help: 'O', labelNames: ['l'] }, [0, 1, 2]);
  readonly #connection: ReportingProcess;

  constructor(metrics: ProcessMetrics, maxWeight: number) {
    this.metrics = metrics;
    this.#connection = connect(this.registry, metrics, maxWeight);
  }

  work(label: string, amount: number): void {
    this.#counter.inc({ l: label }, amount);
    this.#histogram.observe({ l: label }, amount);
    this.#gauge.set({ l: label }, amount);
    this.#ours.observe(this.#ours.table.seriesOf([label]), amount);
  }

  async report(): Promise<void> {
    await this.#connection.reportAll();
    this.reported = await ownSamples(this.registry);
  }

  async reportCounts(): Promise<void> {
    this.#connection.reportCounts();
    const gauges = [...this.reported].filter(([key]) => key.startsWith('g{'));
    const counts = [...(await ownSamples(this.registry))].filter(([key]) => !key.startsWith('g{'));
    this.reported = new Map([...gauges, ...counts]);
  }
}

function add(totals: Map<string, number>, samples: SampleValues, isWanted: (key: string) => boolean): void {
  for (const [key, value] of samples) if (isWanted(key)) totals.set(key, (totals.get(key) ?? 0) + value);
}

test('totals are the naive sums and never decrease, over any sequence of work, reports, exits and restarts', async () => {
  const at = fc.nat(3);
  const step = fc.oneof(
    fc.record({
      act: fc.constant('work' as const),
      at,
      label: fc.constantFrom('', 'a', 'b', 'c', 'd', 'overflow'),
      // Quarters add up exactly in any order.
      amount: fc.nat(12).map((n) => n / 4),
    }),
    fc.record({ act: fc.constantFrom('report' as const, 'reportCounts' as const, 'exit' as const), at }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60, size: 'max' }),
      fc.integer({ min: 1, max: 2000 }),
      async (steps, maxWeight) => {
        const { start, samples, log } = setUp();
        const fork = () => new RandomProcess(start().metrics, maxWeight);
        const living = Array.from({ length: 4 }, fork);
        const gone: RandomProcess[] = [];
        let before: SampleValues = new Map();
        for (const { at: i, ...does } of steps) {
          const process = living[i]!;
          if (does.act === 'work') process.work(does.label, does.amount);
          else if (does.act === 'report') await process.report();
          else if (does.act === 'reportCounts') await process.reportCounts();
          else {
            process.metrics.leave();
            gone.push(process);
            living[i] = fork();
          }
          const expected = new Map<string, number>();
          for (const other of [...living, ...gone]) add(expected, other.reported, (key) => !key.startsWith('g{'));
          for (const other of living) add(expected, other.reported, (key) => key.startsWith('g{'));
          const now = await samples();
          expect(now).toEqual(expected);
          for (const [key, value] of before)
            if (!key.startsWith('g{')) expect(now.get(key)).toBeGreaterThanOrEqual(value);
          before = now;
        }
        expect(log).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});

test('totals of any positive numbers never decrease, whatever rounding does', async () => {
  const step = fc.record({ at: fc.nat(2), amount: fc.double({ min: 0, max: 1e6, noNaN: true }), exits: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
      const { start, samples } = setUp();
      const fork = () => {
        const process = start();
        return { ...process, counter: new Counter({ name: 'c_total', help: 'C', registers: [process.registry] }) };
      };
      const living = [fork(), fork(), fork()];
      let before = 0;
      let sum = 0;
      for (const { at, amount, exits } of steps) {
        const process = living[at]!;
        process.counter.inc(amount);
        sum += amount;
        await process.reportAll();
        if (exits) {
          process.metrics.leave();
          living[at] = fork();
        }
        const total = (await samples()).get('c_total{}')!;
        expect(total).toBeGreaterThanOrEqual(before);
        expect(Math.abs(total - sum)).toBeLessThanOrEqual(1e-12 * sum);
        before = total;
      }
    }),
  );
});
