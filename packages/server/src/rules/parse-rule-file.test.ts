import { describe, expect, test } from 'vitest';
import { ConfigError } from '../config/config-error.ts';
import { findDuplicates } from './find-duplicates.ts';
import { parseRuleFile } from './parse-rule-file.ts';

function findingsOf(text: string): readonly string[] {
  try {
    parseRuleFile(text, 'rules.yml');
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

test('a file with everything', () => {
  const [group, other] = parseRuleFile(
    `
groups:
  - name: api
    interval: 30s
    query_offset: 10s
    limit: 5
    labels: {team: web}
    rules:
      - record: job:up:sum
        expr: sum by (job) (up)
        labels: {team: core, tier: 1}
      - alert: TargetDown
        expr: up == 0
        for: 5m
        keep_firing_for: 1m
        labels: {severity: page}
        annotations:
          summary: '{{ $labels.instance }} is down'
  - name: empty
`,
    'rules.yml',
  );
  expect(group).toMatchObject({ name: 'api', file: 'rules.yml', intervalMs: 30_000, queryOffsetMs: 10_000, limit: 5 });
  const [recording, alerting] = group.rules;
  expect(recording).toMatchObject({ kind: 'recording', record: 'job:up:sum', query: 'sum by (job) (up)' });
  expect(recording.kind === 'recording' && recording.labels.toString()).toBe('{team="core", tier="1"}');
  expect(alerting).toMatchObject({
    kind: 'alerting',
    alert: 'TargetDown',
    forMs: 300_000,
    keepFiringForMs: 60_000,
    labels: [
      { name: 'team', text: 'web' },
      { name: 'severity', text: 'page' },
    ],
    annotations: [{ name: 'summary', text: '{{ $labels.instance }} is down' }],
  });
  expect(other).toMatchObject({ name: 'empty', intervalMs: undefined, limit: undefined, rules: [] });
});

test.each(['', 'groups:', 'groups: []', '# nothing'])('%j has no groups', (text) => {
  expect(parseRuleFile(text, 'rules.yml')).toEqual([]);
});

describe('what is wrong has its place', () => {
  const rule = (text: string) => `groups:\n- name: a\n  rules:\n  - ${text.replaceAll('\n', '\n    ')}\n`;
  test.each<[string, string, readonly string[]]>([
    ['no YAML', 'groups: [', ['rules.yml:1:10: ']],
    ['an unknown field', 'group: []', ['rules.yml:1:1: unknown field "group"; did you mean "groups"?']],
    ['a group without a name', 'groups:\n- rules: []', ['rules.yml:2:3: the name of a group must not be empty']],
    ['a name twice', 'groups:\n- name: a\n- name: a', ['rules.yml:3:9: the group "a" is there twice in this file']],
    ['neither record nor alert', rule('expr: up'), ['rules.yml:4:5: one of record and alert must be set']],
    ['both', rule('record: a\nalert: b\nexpr: up'), ['rules.yml:5:12: only one of record and alert must be set']],
    ['no query', rule('record: a'), ['rules.yml:4:5: expr must be set']],
    [
      'no right query',
      rule('record: a\nexpr: sum(up'),
      ['rules.yml:5:11: could not parse expression: 1:7: parse error: '],
    ],
    [
      'a wrong field of a rule',
      rule('alert: a\nexpr: up\nfro: 5m'),
      ['rules.yml:6:5: unknown field "fro"; did you mean "for"?'],
    ],
    ['a field for alerts', rule('record: a\nexpr: up\nfor: 5m'), ['rules.yml:6:10: for is for alerting rules']],
    [
      'a wrong duration',
      rule('alert: a\nexpr: up\nfor: 5'),
      ['rules.yml:6:10: not a valid duration string: "5"; did you mean "5s"?'],
    ],
    [
      'braces in a name',
      rule('record: a{b="c"}\nexpr: up'),
      ['rules.yml:4:13: braces in the name of a recording rule'],
    ],
    [
      'a wrong label name',
      rule('record: a\nexpr: up\nlabels: {__name__: b}'),
      ['rules.yml:6:14: invalid label name: __name__'],
    ],
    [
      'a wrong template',
      rule('alert: a\nexpr: up\nannotations:\n  summary: "{{ $lables.x }}"'),
      ['rules.yml:7:16: template: __alert_a:1: undefined variable "$lables"'],
    ],
    [
      'several things',
      rule('alert: a\nexpr: up ==\nannotation: {}\nlabels: {x: "{{ nope }}"}'),
      [
        'rules.yml:5:11: could not parse expression: 1:6: parse error: unexpected end of input',
        'rules.yml:7:17: template: __alert_a:1: function "nope" not defined',
        'rules.yml:6:5: unknown field "annotation"; did you mean "annotations"?',
      ],
    ],
  ])('%s', (_, text, expected) => {
    const findings = findingsOf(text);
    expect(findings).toHaveLength(expected.length);
    for (const [i, finding] of findings.entries()) expect(finding.slice(0, expected[i].length)).toBe(expected[i]);
  });
});

test('anchors and merge keys', () => {
  const [group] = parseRuleFile(
    `
groups:
  - name: a
    rules:
      - &base
        alert: A
        expr: up == 0
        labels: &labels {severity: page}
      - <<: *base
        alert: B
        annotations: *labels
`,
    'rules.yml',
  );
  expect(group.rules[1]).toMatchObject({ alert: 'B', query: 'up == 0', annotations: [{ text: 'page' }] });
});

test('rules that write the same series are found', () => {
  const text = `
groups:
  - name: a
    rules:
      - {record: x, expr: up, labels: {a: b}}
      - {record: x, expr: down, labels: {a: b}}
      - {record: x, expr: down, labels: {a: c}}
`;
  expect(findDuplicates(parseRuleFile(text, 'rules.yml'))).toEqual(['x']);
});
