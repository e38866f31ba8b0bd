import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missing } from '../tsdb/prometheus-tools.ts';
import { ALERT_TEMPLATES, RULES, SERIES } from './cases.ts';
import { judgeWithHearth, judgeWithPromtool } from './run-tests.ts';

const why = missing('promtool');

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hearth-rules-'));
  await writeFile(join(directory, 'rules.yml'), RULES);
});

afterAll(() => rm(directory, { recursive: true, force: true }));

let count = 0;

/** Has both judge one file of tests, and gives the verdict that they have to share. */
async function judge(text: string) {
  const file = join(directory, `test-${count++}.yml`);
  await writeFile(file, text);
  const [ours, theirs] = [await judgeWithHearth(file), await judgeWithPromtool(file)];
  expect(ours).toEqual(theirs);
  return ours;
}

/** Groups that the order does not name would be evaluated by promtool in one order or the other. */
const HEAD = `rule_files: [rules.yml]\nevaluation_interval: 1m\ngroup_eval_order: [recording, alerts]\ntests:\n  - interval: 1m\n    input_series:\n${SERIES}`;

const minutes = (last: number) => Array.from({ length: last + 1 }, (_, minute) => `${minute}m`);

describe.skipIf(why !== '')(`the same verdicts as promtool test rules${why}`, () => {
  test('the alerts of every minute, with labels and annotations', async () => {
    const names = ['Down', 'Flapping', 'Slow', 'Templated', 'Nested'];
    const tests = names.flatMap((name) => minutes(40).map((at) => `      - {eval_time: ${at}, alertname: ${name}}`));
    const { passed, failures, alerts } = await judge(`${HEAD}    alert_rule_test:\n${tests.join('\n')}\n`);
    expect(passed).toBe(false);
    expect(failures.length).toBeGreaterThan(60);
    for (const found of alerts.values()) expect(found.length).toBeGreaterThan(0);
  });

  test('every function of templates', async () => {
    const annotations = ALERT_TEMPLATES.map((text, i) => `          a${i}: ${JSON.stringify(text)}`);
    const rule = `      - alert: Everything\n        expr: 'value > -1e300 or value != value'\n        annotations:\n`;
    await writeFile(
      join(directory, 'templates.yml'),
      `groups:\n  - name: templates\n    rules:\n${rule}${annotations.join('\n')}\n`,
    );
    const head = HEAD.replace('rules.yml', 'templates.yml');
    const tests = minutes(12).map((at) => `      - {eval_time: ${at}, alertname: Everything}`);
    const { failures } = await judge(`${head}    alert_rule_test:\n${tests.join('\n')}\n`);
    expect(failures).toHaveLength(13);
  });

  test('queries that are right, and queries that are not', async () => {
    const expected = ['right', 'wrong', 'missing', 'surplus'].map((kind) => {
      const value = kind === 'wrong' ? 1 : 2;
      const extra = kind === 'surplus' ? ', {labels: more, value: 1}' : '';
      const samples = kind === 'missing' ? '[]' : `[{labels: 'job:up:count{job="a"}', value: ${value}}${extra}]`;
      return `      - {expr: 'job:up:count{job="a"} * ${kind.length} / ${kind.length}', eval_time: 3m, exp_samples: ${samples}}`;
    });
    const plain = expected.map((line) => line.replace(/job:up:count\{job="a"\}', value/g, `{job="a"}', value`));
    const { failures } = await judge(`${HEAD}    promql_expr_test:\n${plain.join('\n')}\n`);
    expect(failures).toHaveLength(3);
  });

  test('what rules write: ALERTS, ALERTS_FOR_STATE, recorded series, and where they end', async () => {
    const queries = [
      'ALERTS',
      'ALERTS_FOR_STATE',
      'count(ALERTS) by (alertname, alertstate)',
      'job:up:count',
      'chained',
    ];
    for (const query of queries) {
      const tests = minutes(30).map((at) => `      - {expr: '${query}', eval_time: ${at}}`);
      const { failures } = await judge(`${HEAD}    promql_expr_test:\n${tests.join('\n')}\n`);
      expect(failures.length).toBeGreaterThan(10);
    }
  });

  test.each([
    ['a file with an unknown field', 'testing: []'],
    ['a rule file with an error', 'rule_files: [bad.yml]\ntests: [{promql_expr_test: [{expr: 1, eval_time: 0s}]}]'],
    ['a query that fails', `${HEAD}    promql_expr_test: [{expr: 'up * on() up', eval_time: 1m}]`],
    ['a query that does not parse', `${HEAD}    promql_expr_test: [{expr: 'up *', eval_time: 1m}]`],
    ['a group in the order twice', HEAD.replace('recording, alerts', 'alerts, alerts')],
    ['no name of an alert', `${HEAD}    alert_rule_test: [{eval_time: 1m}]`],
    ['a series that is none', 'tests: [{input_series: [{series: "a{", values: 1}], promql_expr_test: [{expr: 1}]}]'],
    ['values that are none', 'tests: [{input_series: [{series: a, values: x}], promql_expr_test: [{expr: a}]}]'],
  ])('%s is refused', async (_, text) => {
    await writeFile(join(directory, 'bad.yml'), 'groups: [{name: a, rules: [{record: a, expr: "sum("}]}]');
    const file = join(directory, `refused-${count++}.yml`);
    await writeFile(file, text);
    expect((await judgeWithPromtool(file)).passed).toBe(false);
    expect((await judgeWithHearth(file)).passed).toBe(false);
  });

  test.each([
    ['nothing at all', ''],
    ['no tests', 'rule_files: [rules.yml]'],
    ['a rule file that is not there', 'rule_files: [none.yml]\ntests: []'],
    ['an alert that nobody knows', `${HEAD}    alert_rule_test: [{eval_time: 1m, alertname: Unknown}]`],
  ])('%s passes', async (_, text) => {
    expect((await judge(text)).passed).toBe(true);
  });
});
