import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hearth, hearthUntil } from '../testing/run-hearth.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hearth-test-rules-'));
});

afterEach(() => rm(directory, { recursive: true }));

async function write(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

const RULES = `
groups:
  - name: first
    rules:
      - {record: 'job:up:sum', expr: sum by (job) (up)}
  - name: second
    rules:
      - alert: Down
        expr: up == 0
        for: 2m
        labels: {severity: page}
        annotations: {summary: '{{ $labels.instance }} of {{ $externalLabels.region }} is down'}
`;

const SERIES = `
rule_files: [rules.yml]
tests:
  - name: one goes down
    external_labels: {region: eu}
    input_series:
      - {series: 'up{job="a", instance="1"}', values: '1x2 0x10'}
      - {series: 'up{job="a", instance="2"}', values: '1x20'}
`;

/** Runs tests that follow the series, and gives the output without the path of the directory. */
async function run(tests: string, head = SERIES): Promise<{ code: number; lines: readonly string[] }> {
  await write('rules.yml', RULES);
  const file = await write('test.yml', head + tests);
  const { code, out } = await hearth('test', 'rules', file);
  return { code, lines: out.replaceAll(`${directory}/`, '').split('\n') };
}

const FIRING = `
    alert_rule_test:
      - eval_time: 4m
        alertname: Down
      - eval_time: 5m
        alertname: Down
        exp_alerts:
          - exp_labels: {job: a, instance: 1, severity: page}
            exp_annotations: {summary: 1 of eu is down}`;

test('what passes is counted', async () => {
  const queries = `
    promql_expr_test:
      - {expr: 'job:up:sum', eval_time: 2m, exp_samples: [{labels: 'job:up:sum{job="a"}', value: 2}]}
      - {expr: 'time()', eval_time: 90s, exp_samples: [{value: 90}]}
      - {expr: 'ALERTS', eval_time: 1m}`;
  expect(await run(FIRING + queries)).toEqual({ code: 0, lines: ['test.yml: 1 passed'] });
});

test('what fails is shown with its place, and expected against got', async () => {
  const tests = `
    alert_rule_test:
      - eval_time: 5m
        alertname: Down
        exp_alerts: [{exp_labels: {job: b}}]
      - {eval_time: 4m, alertname: Down, exp_alerts: [{}]}
    promql_expr_test:
      - {expr: 'sum(up)', eval_time: 4m, exp_samples: [{labels: '{}', value: 2}]}
      - {expr: 'up * on() up', eval_time: 4m}`;
  expect(await run(tests)).toEqual({
    code: 1,
    lines: [
      'test.yml: 0 passed, 1 failed',
      '  test.yml:14:9: one goes down: alert Down at 4m',
      '    expected',
      '      {alertname="Down"}',
      '    got nothing',
      '  test.yml:11:9: one goes down: alert Down at 5m',
      '    expected',
      '      {alertname="Down", job="b"}',
      '    got',
      '      {alertname="Down", instance="1", job="a", severity="page"}',
      '        summary: "1 of eu is down"',
      '  test.yml:16:9: one goes down: sum(up) at 4m',
      '    expected',
      '      {} 2',
      '    got',
      '      {} 1',
      expect.stringContaining('  test.yml:17:9: one goes down: up * on() up at 4m: found duplicate series'),
    ],
  });
});

test('groups are evaluated in the order that the file says', async () => {
  await write(
    'chain.yml',
    `groups:
  - {name: a, rules: [{record: later, expr: earlier + 1}]}
  - {name: b, rules: [{record: earlier, expr: time()}]}`,
  );
  const tests = `
tests:
  - promql_expr_test:
      - {expr: later, eval_time: 1m, exp_samples: [{labels: later, value: 61}]}`;
  expect((await run(tests, 'rule_files: [chain.yml]')).code).toBe(1);
  expect((await run(tests, 'rule_files: ["ch*.yml"]\ngroup_eval_order: [b, a]')).code).toBe(0);
});

test('time may start anywhere', async () => {
  const head = 'tests:\n  - start_timestamp: 2021-01-01T00:00:00Z\n    input_series: [{series: a, values: 1 2}]';
  const tests = `
    promql_expr_test:
      - {expr: 'time()', eval_time: 1m, exp_samples: [{value: 1609459260}]}
      - {expr: 'a', eval_time: 1m, exp_samples: [{labels: a, value: 2}]}`;
  expect(await run(tests, head)).toEqual({ code: 0, lines: ['test.yml: 1 passed'] });
});

test('fuzzy_compare forgives the last bit', async () => {
  const tests = `
tests:
  - input_series: [{series: a, values: 2.9999999999999996}]
    promql_expr_test: [{expr: a, exp_samples: [{labels: a, value: 3}]}]`;
  expect((await run(tests, '')).code).toBe(1);
  expect((await run(tests, 'fuzzy_compare: true')).code).toBe(0);
});

test('a rule that does not work ends its test', async () => {
  await write('bad.yml', 'groups: [{name: a, rules: [{record: b, expr: up * on() up}]}]');
  const head = SERIES.replace('rules.yml', 'bad.yml');
  const { code, lines } = await run('\n    promql_expr_test: [{expr: up, eval_time: 1m}]', head);
  expect(code).toBe(1);
  expect(lines[1]).toContain(
    '  test.yml:4:5: one goes down: rule b at 0s: found duplicate series for the match group {}',
  );
  expect(lines).toHaveLength(2);
});

describe('what cannot be run says why, and does not stop the others', () => {
  test.each<[string, string, string]>([
    ['an unknown field', 'test: []', '  test.yml:1:1: unknown field "test"; did you mean "tests"?'],
    [
      'a wrong duration',
      'tests: [{interval: 5}]',
      '  test.yml:1:20: not a valid duration string: "5"; did you mean "5s"?',
    ],
    [
      'a wrong series',
      'tests: [{input_series: [{series: "a{", values: 1}]}]',
      '  test.yml:1:34: column 3: found the end instead of a string',
    ],
    ['wrong values', 'tests: [{input_series: [{series: a, values: 1+}]}]', '  test.yml:1:45: "1+" is no value: '],
    [
      'native histograms',
      'tests: [{input_series: [{series: a, values: "{{count:1}}"}]}]',
      '  test.yml:1:45: native histograms are not supported',
    ],
    ['no name of an alert', 'tests: [{alert_rule_test: [{eval_time: 1m}]}]', '  test.yml:1:28: alertname must be set'],
    ['a group twice', 'group_eval_order: [a, a]', '  test.yml:1:19: the group a is there twice'],
    ['a wrong time', 'tests: [{start_timestamp: today}]', '  test.yml:1:27: "today" is no time; write it like'],
    ['a wrong rule file', 'rule_files: [test.yml]', '  test.yml:1:1: unknown field "rule_files"'],
  ])('%s', async (_, text, finding) => {
    const { code, lines } = await run('', text);
    expect(code).toBe(1);
    expect(lines[0]).toBe('test.yml: cannot be run');
    expect(lines[1].slice(0, finding.length)).toBe(finding);
  });

  test('several files', async () => {
    const good = await write('good.yml', 'tests: [{promql_expr_test: [{expr: 1, exp_samples: [{value: 1}]}]}]');
    const { code, out, err } = await hearth('test', 'rules', join(directory, 'absent.yml'), good);
    expect(code).toBe(1);
    expect(out.split('\n')).toEqual([
      `${directory}/absent.yml: cannot be run`,
      `  ${directory}/absent.yml: there is no such file`,
      `${good}: 1 passed`,
    ]);
    expect(err).toBe('error[HEARTH_TEST_FAILED]: 1 of 2 tests failed');
  });

  test('a pattern that matches nothing is a warning', async () => {
    const file = await write('test.yml', 'rule_files: [none*.yml]');
    const { code, err } = await hearth('test', 'rules', file);
    expect(code).toBe(0);
    expect(err).toBe(`${file}: warning: no file matches ${directory}/none*.yml`);
  });
});

test.each(['rules', 'promql'])('Ctrl-C stops hearth test %s', async (kind) => {
  await write('rules.yml', RULES);
  const file = await write(
    'test.yml',
    kind === 'rules' ? SERIES + FIRING : 'load 1m\n a 1\n\neval instant at 0 a\n a 1\n',
  );
  const { code, err } = await hearthUntil(AbortSignal.abort(), ['test', kind, file]);
  expect({ code, err }).toEqual({ code: 1, err: 'error[HEARTH_STOPPED]: stopped before it was done' });
});

describe('hearth check rules', () => {
  test('counts what is sound, and warns of duplicates', async () => {
    const file = await write('rules.yml', RULES);
    expect(await hearth('check', 'rules', file)).toEqual({
      code: 0,
      out: `${file}: sound: 2 rules in 2 groups`,
      err: '',
    });
    const twice = await write('twice.yml', 'groups: [{name: a, rules: [{record: b, expr: c}, {record: b, expr: d}]}]');
    expect((await hearth('check', 'rules', twice)).err).toContain('warning: b is there more than once');
  });

  test('shows everything that is wrong in all files', async () => {
    const bad = await write('bad.yml', 'groups: [{name: a, rules: [{record: b, exp: c}]}]');
    const { code, out, err } = await hearth('check', 'rules', bad, join(directory, 'absent.yml'));
    expect(code).toBe(1);
    expect(out.split('\n')).toEqual([
      `${bad}:1:28: expr must be set`,
      `${bad}:1:40: unknown field "exp"; did you mean "expr"?`,
      `${directory}/absent.yml: there is no such file`,
    ]);
    expect(err).toBe('error[HEARTH_BAD_CONFIG]: 2 of 2 files cannot be used');
  });
});

test.each([
  [['test', 'rules'], '$ hearth test rules alerts_test.yml'],
  [['check', 'rules'], '$ hearth check rules alerts.yml'],
  [['check'], '$ hearth check rules alerts.yml'],
])('%s explains itself, in 100 columns', async (argv, example) => {
  const { code, out } = await hearth(...argv, '--help');
  expect(code).toBe(0);
  expect(out).toContain(example);
  expect(out.split('\n').filter((line) => line.length > 100)).toEqual([]);
});
