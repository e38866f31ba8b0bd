import { describe, expect, test } from 'vitest';
import type { LabelValues, MetricType, Sample } from '../metrics/metric.ts';
import type { ExpositionFormat } from './accept.ts';
import { metricLines } from './text-format.ts';

interface Case {
  readonly name?: string;
  readonly type?: MetricType;
  readonly help?: string;
  readonly values: readonly Sample[];
  readonly format?: ExpositionFormat;
  readonly defaultLabels?: LabelValues;
}

function linesOf({
  name = 'x',
  type = 'gauge',
  help = 'Help',
  values,
  format = 'prometheus',
  defaultLabels = {},
}: Case) {
  return [...metricLines({ name, help, type, values, aggregator: 'sum' }, format, defaultLabels)].map((line) =>
    line.trimEnd(),
  );
}

/** The one sample line of a case. */
function sampleOf(value: Case): string {
  return linesOf(value)[2]!;
}

describe('a counter', () => {
  const counter = { name: 'requests_total', type: 'counter', values: [{ labels: {}, value: 3 }] } as const;

  test('has one name in the older format', () => {
    expect(linesOf(counter)).toEqual([
      '# HELP requests_total Help',
      '# TYPE requests_total counter',
      'requests_total 3',
    ]);
  });

  test('belongs to a family without _total in OpenMetrics', () => {
    expect(linesOf({ ...counter, format: 'openmetrics' })).toEqual([
      '# HELP requests Help',
      '# TYPE requests counter',
      'requests_total 3',
    ]);
  });

  test('gets its _total in OpenMetrics if its name has none', () => {
    expect(linesOf({ ...counter, name: 'requests', format: 'openmetrics' })[2]).toBe('requests_total 3');
  });
});

describe('values', () => {
  test.each([
    [0, '0'],
    [-0, '0'],
    [1.5, '1.5'],
    [1e21, '1e+21'],
    [1e-7, '1e-7'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
    [Number.NaN, 'NaN'],
  ])('%d is %s', (value, text) => {
    expect(sampleOf({ values: [{ labels: {}, value }] })).toBe(`x ${text}`);
  });
});

describe('labels', () => {
  test.each<[string, Omit<Sample, 'value'>, LabelValues, string]>([
    ['are escaped', { labels: { a: 'q"b\\n\n' } }, {}, 'x{a="q\\"b\\\\n\\n"} 1'],
    ['come before those they share', { labels: { le: '1.0' }, sharedLabels: { a: 'b' } }, {}, 'x{le="1.0",a="b"} 1'],
    ['may all be shared', { labels: {}, sharedLabels: { a: 'b' } }, {}, 'x{a="b"} 1'],
    ['get the default ones', { labels: { a: 'b' } }, { team: 'red' }, 'x{a="b",team="red"} 1'],
    ['override the default ones', { labels: { team: 'blue' } }, { team: 'red' }, 'x{team="blue"} 1'],
    [
      'that are shared override them too',
      { labels: {}, sharedLabels: { team: 'blue' } },
      { team: 'red' },
      'x{team="blue"} 1',
    ],
  ])('%s', (_what, sample, defaultLabels, line) => {
    expect(sampleOf({ values: [{ ...sample, value: 1 }], defaultLabels })).toBe(line);
  });
});

test('help escapes quotes in OpenMetrics only', () => {
  const values: Sample[] = [];
  const help = 'a "b" \\ \n c';
  expect(linesOf({ help, values })[0]).toBe('# HELP x a "b" \\\\ \\n c');
  expect(linesOf({ help, values, format: 'openmetrics' })[0]).toBe('# HELP x a \\"b\\" \\\\ \\n c');
});

test('exemplars are shown in OpenMetrics only', () => {
  const exemplar = { labelSet: { trace_id: 'abc' }, value: 0.2, timestamp: 12.5 };
  const values = [{ labels: { le: '1.0' }, value: 1, metricName: 'x_bucket', exemplar }];
  expect(sampleOf({ type: 'histogram', values })).toBe('x_bucket{le="1.0"} 1');
  expect(sampleOf({ type: 'histogram', values, format: 'openmetrics' })).toBe(
    'x_bucket{le="1.0"} 1 # {trace_id="abc"} 0.2 12.5',
  );
});
