import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { prometheusIsMissing, prometheusSuite } from '../support/prometheus.ts';

const HEARTH = fileURLToPath(new URL('../../packages/server/dist/cli/main.js', import.meta.url));

const TEXTS: Readonly<Record<string, string>> = {
  nothing: '',
  'all well': '# HELP a_bytes_total h\n# TYPE a_bytes_total counter\na_bytes_total{b="c"} 1\n',
  'no help, no type': 'a 1\nb{c="d"} 2\n',
  'a counter without suffix': '# HELP a h\n# TYPE a counter\na 1\n',
  'a gauge like a counter': '# HELP a_total h\n# TYPE a_total gauge\na_total 1\n',
  'names of histograms': ['a_bucket', 'a_count', 'a_sum']
    .map((n) => `# HELP ${n} h\n# TYPE ${n} gauge\n${n} 1\n`)
    .join(''),
  'labels of histograms': '# HELP a h\n# TYPE a gauge\na{le="1"} 1\n# HELP c h\n# TYPE c counter\nc{quantile="1"} 1\n',
  'units and prefixes': [
    'a_milliseconds',
    'b_kilobytes_total',
    'c_hours',
    'd_fahrenheit',
    'e_bits',
    'f_bytes',
    'micro_seconds',
    'g_ms',
  ]
    .map((name) => `# HELP ${name} h\n# TYPE ${name} untyped\n${name} 1\n`)
    .join(''),
  'types in names':
    '# HELP a_gauge h\n# TYPE a_gauge gauge\na_gauge 1\n# HELP b_counter_c h\n# TYPE b_counter_c counter\nb_counter_c 1\n',
  'colons and capitals': '# HELP a:b h\n# TYPE a:b gauge\na:b 1\n# HELP cD h\n# TYPE cD gauge\ncD{eF="g"} 1\n',
  'a histogram':
    '# HELP a_seconds h\n# TYPE a_seconds histogram\na_seconds_bucket{le="1"} 1\na_seconds_bucket{le="+Inf"} 1\na_seconds_sum 1\na_seconds_count 1\n',
  'a summary':
    '# HELP a_seconds h\n# TYPE a_seconds summary\na_seconds{quantile="0.5"} 1\na_seconds_sum 1\na_seconds_count 1\n',
};

describe.skipIf(prometheusIsMissing)(prometheusSuite('problems of promtool check metrics'), () => {
  it.each(Object.entries(TEXTS))('the same in: %s', (_, input) => {
    const promtool = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
    const hearth = spawnSync(process.execPath, [HEARTH, 'check', 'metrics'], { input, encoding: 'utf8' });
    expect(linesOf(hearth.stdout)).toEqual(linesOf(`${promtool.stdout}${promtool.stderr}`));
    expect(hearth.status === 0).toBe(promtool.status === 0);
  });

  it.each(['a{ 1\n', 'a x\n', '1a 1\n', '# TYPE a thing\na 1\n', 'a{b="c" 1\n'])('both refuse %j', (input) => {
    const promtool = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
    const hearth = spawnSync(process.execPath, [HEARTH, 'check', 'metrics'], { input, encoding: 'utf8' });
    expect({ promtool: promtool.status, hearth: hearth.status }).toEqual({ promtool: 1, hearth: 1 });
    expect(hearth.stderr).toMatch(/stdin:1:\d+: \S/);
  });
});

function linesOf(text: string): readonly string[] {
  return [...new Set(text.split('\n').filter((line) => line !== ''))];
}
