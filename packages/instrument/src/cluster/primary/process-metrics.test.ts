import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderExposition } from '../../expose/exposition.ts';
import { parseSamples } from '../../testing/text-format-parser.ts';
import { PLAIN } from '../testing/reporting-process.ts';
import type { MetricUpdate } from '../wire/messages.ts';
import { toPrimary } from '../wire/messages.ts';
import { readFromWorker } from '../wire/read-message.ts';
import { MergedMetrics } from './merged-metrics.ts';

function setUp() {
  const log = new Set<string>();
  const merged = new MergedMetrics({
    maxMetricsPerProcess: 3,
    maxLinesPerProcess: 4,
    maxLinesLeftBehind: 10,
    log: (message) => log.add(message),
  });
  const text = async () =>
    (await renderExposition({ metrics: () => merged.metrics(), defaultLabels: {} }, {}, PLAIN)).body;
  return { merged, worker: merged.join({ name: 'worker 1', isPrimary: false }), log, text };
}

const define = (id: number, name = `m${id}_total`): MetricUpdate => ({
  id,
  definition: { name, help: '', type: 'counter', aggregator: 'sum' },
});

describe('leaves out, with a line in the log,', () => {
  const cases: [string, MetricUpdate[], string][] = [
    ['numbers of an unknown metric', [{ id: 9, values: [0, 1] }], 'numbers of a metric it never named'],
    ['a second metric of one number', [define(0), define(0, 'b')], 'b under a number that another metric has'],
    ['metrics beyond the limit', [define(0), define(1), define(2), define(3)], 'more than 3 metrics'],
    ['a name that is none', [define(0, 'a b')], 'a metric named "a b"'],
    [
      'lines beyond the limit',
      [{ ...define(0), lines: [0, 1, 2, 3, 4].map((place) => [place, '', 'l', `${place}`] as const) }],
      'more than 4 lines',
    ],
    [
      'two lines at one place',
      [
        {
          ...define(0),
          lines: [
            [0, '', 'l', 'a'],
            [0, '', 'l', 'b'],
          ],
        },
      ],
      'a line of m0_total at a place that another line has',
    ],
    [
      'labels that are none',
      [{ ...define(0), lines: [[0, '', 'a-b', 'x']] }],
      'a line of m0_total with names that are not allowed',
    ],
    [
      'lines of another metric',
      [{ ...define(0), lines: [[0, 'other']] }],
      'a line of m0_total with names that are not allowed',
    ],
    [
      'lines that would break the text',
      [{ ...define(0), lines: [[0, 'm0_total 1\nfake']] }],
      'a line of m0_total with names that are not allowed',
    ],
  ];
  for (const [what, updates, said] of cases) {
    test(what, () => {
      const { worker, log } = setUp();
      worker.apply(updates);
      expect([...log][0]).toBe(`worker 1 reports ${said}; that is not in the totals`);
    });
  }
});

test('lines that were taken back make room for others', async () => {
  const { worker, log, text } = setUp();
  worker.apply([{ ...define(0), lines: [0, 1, 2, 3].map((place) => [place, '', 'l', `${place}`] as const) }]);
  worker.apply([{ id: 0, removed: [1, 1, 8], lines: [[1, '', 'l', 'new']], values: [1, 5] }]);
  expect([...log]).toEqual([]);
  expect(await text()).toContain('m0_total{l="new"} 5\n');
  worker.apply([
    { id: 0, isGone: true },
    { ...define(1), lines: [[0, '', 'l', 'x']] },
  ]);
  expect([...log]).toEqual([]);
  expect(await text()).toBe('# HELP m1_total \n# TYPE m1_total counter\nm1_total{l="x"} 0\n');
});

test('a label named like a member of all objects is a label', async () => {
  const { worker, text } = setUp();
  worker.apply([{ ...define(0), lines: [[0, '', 'constructor', 'a', '__proto__', 'b']], values: [0, 1] }]);
  expect(await text()).toContain('m0_total{constructor="a",__proto__="b"} 1\n');
});

test('neither throws nor breaks the text nor touches what others have, whatever is reported', async () => {
  const place = fc.nat(5);
  const text = fc.oneof(
    fc.constantFrom('m', 'm_sum', 'm_bucket', 'le', 'a', '', '1', '+Inf'),
    fc.string({ maxLength: 3 }),
  );
  const value = fc.oneof(fc.double(), fc.constantFrom('NaN', '+Inf', '-Inf'));
  const pairs = fc.array(fc.tuple(text, text), { maxLength: 2 }).map((list) => list.flat());
  const update = fc.record(
    {
      id: fc.nat(4),
      definition: fc.record({
        name: fc.constantFrom('m', 'other', 'm m', ''),
        help: text,
        type: fc.constantFrom('counter', 'gauge', 'histogram', 'summary'),
        aggregator: fc.constantFrom('sum', 'first', 'min', 'max', 'average', 'omit'),
      }),
      isGone: fc.constant(true),
      isReset: fc.constant(true),
      removed: fc.array(place),
      lines: fc.array(fc.tuple(place, text, pairs).map(([at, name, labels]) => [at, name, ...labels])),
      values: fc.array(fc.tuple(place, value)).map((list) => list.flat()),
      exemplars: fc.array(fc.tuple(place, value, value, pairs).map(([at, v, t, labels]) => [at, v, t, ...labels])),
    },
    { requiredKeys: ['id'] },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(update, fc.constant('leave' as const)), { maxLength: 30, size: 'max' }),
      async (steps) => {
        const { merged, text: render } = setUp();
        const other = merged.join({ name: 'worker 2', isPrimary: false });
        other.apply([{ ...define(0, 'untouched_total'), lines: [[0, '']], values: [0, 7] }]);
        let worker = merged.join({ name: 'worker 1', isPrimary: false });
        for (const step of steps) {
          if (step === 'leave') {
            worker.leave();
            worker = merged.join({ name: 'worker 1', isPrimary: false });
            continue;
          }
          const message = {
            ...toPrimary({ kind: 'hello' }),
            kind: 'report',
            session: '',
            sequence: 0,
            metrics: [step],
          };
          const reading = readFromWorker(JSON.parse(JSON.stringify(message)));
          if (reading.kind === 'message' && reading.message.kind === 'report') worker.apply(reading.message.metrics);
        }
        expect(parseSamples(await render()).get('untouched_total{}')).toBe(7);
      },
    ),
    { numRuns: 300 },
  );
});
