import { parseExposition } from '@hearth/model';
import { expect, it } from 'vitest';
import { lintMetrics } from './lint-metrics.ts';

const lint = (text: string) =>
  lintMetrics(parseExposition(new TextEncoder().encode(text), 'text/plain; version=0.0.4').families).map(
    ({ metric, text: problem }) => `${metric} ${problem}`,
  );

const typed = (type: string, name: string, series = name) => `# HELP ${name} h\n# TYPE ${name} ${type}\n${series} 1\n`;

it.each<[string, ...string[]]>([
  [typed('counter', 'a_total')],
  [typed('counter', 'a_bytes_total')],
  [typed('histogram', 'a_seconds', 'a_seconds_bucket{le="1"}')],
  ['# HELP a h\na_total 1\n', 'a_total no help text'],
  ['a 1\n', 'a no help text'],
  ['# HELP b h\n# TYPE b gauge\n'],
  [typed('counter', 'a'), 'a counter metrics should have "_total" suffix'],
  [typed('gauge', 'a_total'), 'a_total non-counter metrics should not have "_total" suffix'],
  [typed('untyped', 'a_total')],
  [typed('gauge', 'a_milliseconds'), 'a_milliseconds use base unit "seconds" instead of "milliseconds"'],
  [typed('gauge', 'a_kilobytes_free'), 'a_kilobytes_free use base unit "bytes" instead of "kilobytes"'],
  [typed('gauge', 'a_hours'), 'a_hours use base unit "seconds" instead of "hours"'],
  [typed('gauge', 'micro_a')],
  [typed('gauge', 'a_ms'), 'a_ms metric names should not contain abbreviated units'],
  [typed('gauge', 'a_mb_free'), 'a_mb_free metric names should not contain abbreviated units'],
  [typed('gauge', 'a_bucket'), 'a_bucket non-histogram metrics should not have "_bucket" suffix'],
  [typed('gauge', 'a_count'), 'a_count non-histogram and non-summary metrics should not have "_count" suffix'],
  [typed('gauge', 'a_sum'), 'a_sum non-histogram and non-summary metrics should not have "_sum" suffix'],
  [typed('gauge', 'a', 'a{le="1"}'), 'a non-histogram metrics should not have "le" label'],
  [typed('gauge', 'a', 'a{quantile="1"}'), 'a non-summary metrics should not have "quantile" label'],
  [typed('gauge', 'a_gauge_x'), "a_gauge_x metric name should not include type 'gauge'"],
  [typed('gauge', 'a:b'), "a:b metric names should not contain ':'"],
  [
    typed('gauge', 'aB', 'aB{cD="e"}'),
    "aB label names should be written in 'snake_case' not 'camelCase'",
    "aB metric names should be written in 'snake_case' not 'camelCase'",
  ],
  [`${typed('gauge', 'a', 'a{b="c"}')}a{b="c"} 2\n`, 'a metric not unique'],
  ['b 1\na 1\n', 'a no help text', 'b no help text'],
])('%j', (text, ...expected) => {
  expect(lint(text)).toEqual(expected);
});
