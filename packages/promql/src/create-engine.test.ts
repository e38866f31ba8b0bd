import { createLabels, type Queryable } from '@hearth/model';
import { describe, expect, it } from 'vitest';
import { createEngine } from './create-engine.ts';
import type { EngineOptions } from './engine.ts';
import { PromqlError, type PromqlErrorCode } from './errors.ts';
import { createMemoryStorage } from './memory/create-memory-storage.ts';
import type { Value } from './value.ts';

const SCRAPE_MS = 15_000;

/** `requests_total{job="a" | "b", instance="0" | "1" | "2"}` and `temperature`, for ten minutes. */
function sampleData() {
  const storage = createMemoryStorage();
  for (const job of ['a', 'b']) {
    for (const instance of ['0', '1', '2']) {
      const labels = createLabels({ __name__: 'requests_total', job, instance });
      for (let i = 0; i <= 40; i++) storage.append(labels, i * SCRAPE_MS, i * (Number(instance) + 1));
    }
  }
  const temperature = createLabels({ __name__: 'temperature' });
  for (let i = 0; i <= 40; i++) storage.append(temperature, i * SCRAPE_MS, i % 2 === 0 ? 20 : 21);
  return storage;
}

const storage = sampleData();

async function instant(text: string, options: EngineOptions = {}) {
  return createEngine(options).instant(storage, { text, timestampMs: 600_000 });
}

function print(value: Value): readonly string[] {
  switch (value.kind) {
    case 'scalar':
    case 'string':
      return [String(value.value)];
    case 'vector':
      return value.samples.map(({ labels, value: number }) => `${labels.toMetricString()} ${number}`);
    case 'matrix':
      return value.series.map(({ labels, values }) => `${labels.toMetricString()} ${[...values].join(' ')}`);
  }
}

describe('an instant query', () => {
  it.each<[string, string[]]>([
    ['1 + 2 * 3', ['7']],
    ['"text"', ['text']],
    ['temperature', ['temperature 20']],
    ['-temperature', ['{} -20']],
    ['sum by (job) (requests_total)', ['{job="a"} 240', '{job="b"} 240']],
    ['topk(1, requests_total{job="a"})', ['requests_total{instance="2", job="a"} 120']],
    [
      'bottomk by (job) (1, requests_total)',
      ['requests_total{instance="0", job="a"} 40', 'requests_total{instance="0", job="b"} 40'],
    ],
    [
      'sort_desc(requests_total{job="a"})',
      [
        'requests_total{instance="2", job="a"} 120',
        'requests_total{instance="1", job="a"} 80',
        'requests_total{instance="0", job="a"} 40',
      ],
    ],
    ['count_values("v", requests_total)', ['{v="40"} 2', '{v="80"} 2', '{v="120"} 2']],
    ['absent(nothing{job="x", le=~".*"})', ['{job="x"} 1']],
    ['temperature[30s]', ['temperature 21 20']],
    ['temperature[30s:15s]', ['temperature 21 20']],
    ['scalar(temperature) + 1', ['21']],
    [
      'requests_total{job="a"} / on (job) group_left sum by (job) (requests_total) == 0.5',
      ['{instance="2", job="a"} 0.5'],
    ],
  ])('%s', async (text, printed) => {
    expect(print((await instant(text)).value)).toEqual(printed);
  });
});

describe('a range query', () => {
  const range = { startMs: 0, endMs: 60_000, stepMs: SCRAPE_MS };

  it.each<[string, string[]]>([
    ['temperature', ['temperature 20 21 20 21 20']],
    ['time()', ['{} 0 15 30 45 60']],
    ['temperature @ 15', ['temperature 21 21 21 21 21']],
    ['temperature > 20', ['temperature 21 21']],
    ['temperature offset -15s', ['temperature 21 20 21 20 21']],
    ['step() + range()', ['{} 75 75 75 75 75']],
    ['sum(requests_total) by (job) and on () temperature > 20', ['{job="a"} 6 18', '{job="b"} 6 18']],
  ])('%s', async (text, printed) => {
    const engine = createEngine({ experimentalFunctions: true });
    expect(print((await engine.range(storage, { text, ...range })).value)).toEqual(printed);
  });

  it('gives each series its own times', async () => {
    const { value } = await createEngine().range(storage, { text: 'temperature > 20', ...range });
    expect(value.kind === 'matrix' && [...value.series[0].timestamps]).toEqual([15_000, 45_000]);
  });
});

describe('annotations', () => {
  it('say what looks wrong, and where', async () => {
    const { annotations } = await instant('rate(temperature[1m]) + quantile(2, temperature)');
    expect(annotations.map(({ level, message }) => [level, message])).toEqual([
      [
        'info',
        'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "temperature" (1:6)',
      ],
      ['warning', 'PromQL warning: quantile value should be between 0 and 1, got 2 (1:34)'],
    ]);
  });

  it('carry what the storage says', async () => {
    const warned: Queryable = {
      querier: async (range) =>
        Object.assign(Object.create(await storage.querier(range)), { warnings: ['a block is lost'] }),
    };
    const { annotations } = await createEngine().instant(warned, { text: 'temperature', timestampMs: 0 });
    expect(annotations).toEqual([{ level: 'warning', message: 'a block is lost', position: undefined }]);
  });
});

describe('a query that cannot be answered', () => {
  it.each<[string, PromqlErrorCode, string]>([
    ['sum(', 'parse', '1:5: parse error: unclosed left parenthesis'],
    ['limitk(1, temperature)', 'not_supported', '1:1: parse error: '],
    [
      'requests_total + on (job) requests_total',
      'execution',
      'found duplicate series for the match group {job="a"} on the right hand-side of the operation: [' +
        '{__name__="requests_total", instance="0", job="a"}, {__name__="requests_total", instance="1", job="a"}]' +
        ';many-to-many matching not allowed: matching labels must be unique on one side',
    ],
    [
      'requests_total + on (job) sum by (job) (requests_total)',
      'execution',
      'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
    ],
    ['rate({job="a"}[1m]) + rate({job=~".*", instance=~".+"}[1m])', 'execution', ''],
    [
      'label_replace(requests_total, "instance", "", "", "")',
      'execution',
      'vector cannot contain metrics with the same labelset',
    ],
    ['topk(NaN, temperature)', 'execution', 'Parameter value is NaN'],
  ])('%s', async (text, code, message) => {
    const error = await instant(text).catch((reason: unknown) => reason);
    if (message === '' && !(error instanceof Error)) return;
    expect(error).toBeInstanceOf(PromqlError);
    expect(error).toMatchObject({ code });
    expect((error as Error).message.slice(0, message.length)).toBe(message);
  });

  it.each<[Partial<NonNullable<EngineOptions['limits']>>, string, PromqlErrorCode, string]>([
    [
      { maxSamples: 100 },
      'sum(requests_total)',
      'too_many_samples',
      'query processing would load too many samples into memory in query execution: the limit is 100, reached at requests_total (1:5)',
    ],
    [
      { maxBytes: 900 },
      'sum(requests_total)',
      'too_much_memory',
      'query processing would need too much memory in query execution: the limit is 900 bytes, reached at requests_total (1:5)',
    ],
    [{ maxResultSamples: 5 }, 'requests_total', 'result_too_large', 'the result has 6 samples or more, the limit is 5'],
    [
      { maxSteps: 100 },
      'sum_over_time(temperature[10m:1s])',
      'too_many_steps',
      'a subquery has 600 steps, the limit is 100: use a longer step or a shorter range',
    ],
  ])('because of a limit: %j', async (limits, text, code, message) => {
    await expect(instant(text, { limits })).rejects.toMatchObject({ code, message });
  });

  it.each([
    [{ startMs: 0, endMs: 1000, stepMs: 0 }, 'the step has to be positive, it is 0 ms'],
    [{ startMs: 1, endMs: 0, stepMs: 1 }, 'the end is before the start'],
    [{ startMs: 0, endMs: 1000, stepMs: Infinity }, 'the step has to be a finite number, it is Infinity ms'],
    [{ startMs: 0, endMs: Number.NaN, stepMs: 1 }, 'the end has to be a finite number, it is NaN ms'],
  ])('because of its times: %j', async (times, message) => {
    const query = createEngine().range(storage, { text: 'temperature', ...times });
    await expect(query).rejects.toMatchObject({ code: 'bad_parameter', message });
  });

  it('because of a label that would be too long', async () => {
    const query = instant(`label_join(temperature, "long", "${'-'.repeat(40_000)}", "a", "b", "c")`);
    const message = 'the value of the label "long" could become 80000 characters long, the limit is 65536';
    await expect(query).rejects.toMatchObject({ code: 'execution', message });
  });

  it('because the storage cannot be read', async () => {
    const broken: Queryable = { querier: () => Promise.reject(new Error('disk on fire')) };
    const query = createEngine().instant(broken, { text: 'temperature', timestampMs: 0 });
    await expect(query).rejects.toMatchObject({ code: 'storage', message: 'disk on fire' });
  });
});

describe('the end of a query', () => {
  /** A storage whose series never come. */
  function hanging(): { readonly queryable: Queryable; readonly isClosed: () => boolean } {
    let closed = 0;
    const queryable: Queryable = {
      querier: async (range) => ({
        ...(await storage.querier(range)),
        select: (_, signal) => ({
          [Symbol.asyncIterator]: () => ({
            next: () =>
              new Promise((_resolve, reject) => {
                signal?.addEventListener('abort', () => reject(signal.reason));
              }),
          }),
        }),
        close: async () => {
          closed++;
        },
      }),
    };
    return { queryable, isClosed: () => closed === 1 };
  }

  /** A clock that stands still until it is told to go on. */
  function fakeClock() {
    let nowMs = 0;
    const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
    return {
      nowMs: () => nowMs,
      after: (delayMs: number, callback: () => void) => {
        const timer = { at: nowMs + delayMs, callback };
        timers.add(timer);
        return { cancel: () => void timers.delete(timer) };
      },
      pass(ms: number) {
        nowMs += ms;
        for (const timer of timers) if (timer.at <= nowMs) timer.callback();
      },
      timers,
    };
  }

  it('comes when its caller goes away, and nothing stays open', async () => {
    const { queryable, isClosed } = hanging();
    const caller = new AbortController();
    const query = createEngine().instant(queryable, { text: 'temperature', timestampMs: 0, signal: caller.signal });
    await Promise.resolve();
    caller.abort(new Error('gone'));
    await expect(query).rejects.toMatchObject({ code: 'canceled' });
    expect(isClosed()).toBe(true);
  });

  it('comes when its time is over', async () => {
    const clock = fakeClock();
    const { queryable, isClosed } = hanging();
    const engine = createEngine({ clock, limits: { timeoutMs: 1000 } });
    const query = engine.instant(queryable, { text: 'temperature', timestampMs: 0, timeoutMs: 5000 });
    await Promise.resolve();
    clock.pass(1000);
    await expect(query).rejects.toMatchObject({ code: 'timeout', message: 'query timed out in expression evaluation' });
    expect(isClosed()).toBe(true);
    expect(clock.timers.size).toBe(0);
  });

  it('lets the next one in, in order, or lets it give up', async () => {
    const clock = fakeClock();
    const { queryable } = hanging();
    const engine = createEngine({ clock, limits: { maxConcurrentQueries: 1 } });
    const ask = (timeoutMs: number) => engine.instant(queryable, { text: 'temperature', timestampMs: 0, timeoutMs });
    const first = ask(1000);
    const second = ask(500);
    const third = engine.instant(storage, { text: 'temperature', timestampMs: 600_000 });
    await Promise.resolve();
    clock.pass(500);
    await expect(second).rejects.toMatchObject({ code: 'timeout' });
    clock.pass(500);
    await expect(first).rejects.toMatchObject({ code: 'timeout' });
    expect(print((await third).value)).toEqual(['temperature 20']);
  });
});

describe('explain', () => {
  const explain = (text: string) =>
    createEngine().explain({ text, startMs: 0, endMs: 3_600_000, stepMs: 15_000 }).split('\n');

  it('shows one scan for selectors that have a selection in common', () => {
    expect(explain('sum(rate(errors_total{status=~"5.."}[5m])) / sum(rate(errors_total[5m]))')).toEqual([
      '241 steps of 15s from 1970-01-01T00:00:00.000Z',
      '  / ignoring () one-to-one',
      '    sum by ()',
      '      scan 0 where status=~"5..": rate over 5m',
      '    sum by ()',
      '      scan 0: rate over 5m',
      'scan 0: {__name__="errors_total"} from 1969-12-31T23:55:00.001Z to 1970-01-01T01:00:00.000Z',
    ]);
  });

  it('shows two scans where the times are far from each other', () => {
    expect(explain('a - a offset 1d').filter((line) => line.startsWith('scan'))).toEqual([
      'scan 0: {__name__="a"} from 1969-12-31T23:55:00.001Z to 1970-01-01T01:00:00.000Z',
      'scan 1: {__name__="a"} from 1969-12-30T23:55:00.001Z to 1969-12-31T01:00:00.000Z',
    ]);
  });

  it.each([
    ['a{x="1"} / b', ['{x="1", __name__="a"}', '{__name__="b", x="1"}']],
    [
      'sum by (x) (rate(a{x="1", y="2"}[5m])) and sum by (x) (b{z="3"})',
      ['{x="1", y="2", __name__="a"}', '{z="3", __name__="b", x="1"}'],
    ],
    ['a{x="1"} unless b{y="2"}', ['{x="1", __name__="a"}', '{y="2", __name__="b", x="1"}']],
    ['a{x="1"} or b', ['{x="1", __name__="a"}', '{__name__="b"}']],
    ['a{x="1"} + on (x) b', ['{x="1", __name__="a"}', '{__name__="b"}']],
    ['{x="1"} + b', ['{x="1"}', '{__name__="b"}']],
    ['a{x="1"} * scalar(b{y="2"}) + c', ['{x="1", __name__="a"}', '{y="2", __name__="b"}', '{__name__="c", x="1"}']],
    ['absent(a{x="1"}) + b', ['{x="1", __name__="a"}', '{__name__="b"}']],
  ])('%s reads no more than it has to', (text, matchers) => {
    const scans = explain(text).filter((line) => line.startsWith('scan'));
    expect(scans.map((line) => line.slice(8, line.indexOf('} from') + 1)).sort()).toEqual(matchers.toSorted());
  });

  it('shows what is constant, and what is evaluated once', () => {
    expect(explain('a * (1 + 2) > scalar(b @ 60)')).toEqual([
      '241 steps of 15s from 1970-01-01T00:00:00.000Z',
      '  vector > scalar',
      '    vector * scalar',
      '      scan 0: last samples within 5m',
      '      3',
      '    once, for every step',
      '      vector as scalar',
      '        scan 1: last samples within 5m at 1970-01-01T00:01:00.000Z',
      'scan 0: {__name__="a"} from 1969-12-31T23:55:00.001Z to 1970-01-01T01:00:00.000Z',
      'scan 1: {__name__="b"} from 1969-12-31T23:56:00.001Z to 1970-01-01T00:01:00.000Z',
    ]);
  });
});
