import { createLabels } from '@hearth/model';
import { createEngine, createMemoryStorage, type MemoryStorage, MemoryStorageError, parseMetric } from '@hearth/promql';
import { beforeEach, describe, expect, test } from 'vitest';
import { createRuleQuery } from './create-rule-query.ts';
import { createGroupEvaluation, type GroupEvaluation } from './group-evaluation.ts';
import { parseRuleFile } from './parse-rule-file.ts';
import type { RuleStorage } from './rule-sample.ts';

const MINUTE_MS = 60_000;
const engine = createEngine({});

let storage: MemoryStorage;
let warnings: string[];

beforeEach(() => {
  storage = createMemoryStorage();
  warnings = [];
});

function refusing(write: () => void): string | undefined {
  try {
    write();
    return undefined;
  } catch (error) {
    if (error instanceof MemoryStorageError) return error.code;
    throw error;
  }
}

function ruleStorage(): RuleStorage {
  return {
    appender: () => ({
      append: (labels, t, value) => refusing(() => storage.append(labels, t, value)),
      appendStale: (labels, t) => refusing(() => storage.appendStale(labels, t)),
      commit: async () => undefined,
    }),
  };
}

function createGroup(rules: string, head = '', { awaitsRestore = false } = {}): GroupEvaluation {
  const [group] = parseRuleFile(`groups:\n- name: a\n${head}  rules:\n${rules}`, 'rules.yml');
  return createGroupEvaluation(group, {
    storage: ruleStorage(),
    query: createRuleQuery(engine, storage),
    externalLabels: createLabels({ region: 'eu' }),
    externalUrl: 'http://hearth.example',
    queryOffsetMs: 0,
    warn: (message) => warnings.push(message),
    pace: () => undefined,
    awaitsRestore,
  });
}

function append(metric: string, minute: number, value: number): void {
  storage.append(parseMetric(metric), minute * MINUTE_MS, value);
}

async function query(text: string, minute: number): Promise<string[]> {
  const samples = await createRuleQuery(engine, storage)(text, minute * MINUTE_MS);
  return samples.map(({ labels, value }) => `${labels.toMetricString()} ${value}`).sort();
}

describe('recording rules', () => {
  test('write what their queries result in, and see what those before them wrote', async () => {
    const group = createGroup(`
  - record: job:up:sum
    expr: sum by (job) (up)
    labels: {from: rule}
  - record: up:max
    expr: max(job:up:sum)`);
    append('up{job="a", i="1"}', 0, 1);
    append('up{job="a", i="2"}', 0, 1);
    append('up{job="b", i="3"}', 0, 0);
    const outcomes = await group.evaluate(0);
    expect(outcomes.map(({ samples, error }) => ({ samples, error }))).toEqual([
      { samples: 2, error: undefined },
      { samples: 1, error: undefined },
    ]);
    expect(await query('{__name__=~".+:.+"}', 0)).toEqual([
      'job:up:sum{from="rule", job="a"} 2',
      'job:up:sum{from="rule", job="b"} 0',
      'up:max 2',
    ]);
  });

  test('end series that are no longer there', async () => {
    const group = createGroup(`
  - record: seen
    expr: up`);
    append('up{i="1"}', 0, 1);
    append('up{i="2"}', 0, 1);
    await group.evaluate(0);
    storage.appendStale(parseMetric('up{i="1"}'), MINUTE_MS);
    await group.evaluate(MINUTE_MS);
    expect(await query('seen', 1)).toEqual(['seen{i="2"} 1']);
  });

  test('a scalar is one series', async () => {
    const group = createGroup(`
  - record: one
    expr: scalar(vector(1)) + 1`);
    await group.evaluate(0);
    expect(await query('one', 0)).toEqual(['one 2']);
  });

  test('look back by the offset of the group', async () => {
    const group = createGroup('\n  - record: then\n    expr: time()', '  query_offset: 1m\n');
    await group.evaluate(5 * MINUTE_MS);
    expect(await query('timestamp(then)', 4)).toEqual(['{} 240']);
    expect(await query('then', 4)).toEqual(['then 240']);
  });
});

describe('what does not work is said, and the rest goes on', () => {
  test.each([
    [
      'two series that become one',
      '{__name__=~"upp?"}',
      'vector contains metrics with the same labelset after applying rule labels',
    ],
    ['more than the limit', 'up', 'exceeded limit of 1 with 2 series'],
    ['a query that fails', 'up * on() up', 'found duplicate series for the match group'],
    ['a range', 'up[5m]', 'rule result is not a vector or scalar'],
  ])('%s', async (_, expr, message) => {
    const group = createGroup(
      `
  - record: bad
    expr: '${expr}'
  - record: good
    expr: vector(1)`,
      '  limit: 1\n',
    );
    append('up{i="1"}', 0, 1);
    append('up{i="2"}', 0, 1);
    append('upp{i="1"}', 0, 1);
    const [bad, good] = await group.evaluate(0);
    expect(bad.error?.message).toContain(message);
    expect(good.error).toBeUndefined();
    expect(await query('good', 0)).toEqual(['good 1']);
  });

  test('samples that the storage refuses', async () => {
    const group = createGroup(`
  - record: up
    expr: vector(1)`);
    append('up', 5, 0);
    const [outcome] = await group.evaluate(0);
    expect(outcome.error?.message).toBe('up: out_of_order');
  });
});

describe('alerting rules', () => {
  const RULE = `
  - alert: Down
    expr: up == 0
    for: 2m
    labels: {severity: page, who: '{{ $labels.i }}', empty: ''}
    annotations:
      summary: '{{ $labels.i }} of {{ $externalLabels.region }} is {{ $value }}, see {{ $externalURL }}'
      broken: '{{ humanize "x" }}'`;

  test('have alerts with expanded labels and annotations, and write what they are', async () => {
    const group = createGroup(RULE);
    for (let minute = 0; minute <= 2; minute++) {
      append('up{i="1"}', minute, 0);
      await group.evaluate(minute * MINUTE_MS);
    }
    const [alert] = group.alertsOf(group.group.rules[0]).values();
    expect(alert).toMatchObject({ state: 'firing', activeAtMs: 0, firedAtMs: 2 * MINUTE_MS, value: 0 });
    expect(alert.labels.toString()).toBe('{alertname="Down", i="1", severity="page", who="1"}');
    expect(alert.annotations.get('summary')).toBe('1 of eu is 0, see http://hearth.example');
    expect(alert.annotations.get('broken')).toContain(
      '<error expanding template: error executing template __alert_Down',
    );
    expect(warnings[0]).toContain('Down: broken: template: __alert_Down:1:');
    expect(await query('ALERTS', 1)).toEqual([
      'ALERTS{alertname="Down", alertstate="pending", i="1", severity="page", who="1"} 1',
    ]);
    expect(await query('ALERTS', 2)).toEqual([
      'ALERTS{alertname="Down", alertstate="firing", i="1", severity="page", who="1"} 1',
    ]);
    expect(await query('ALERTS_FOR_STATE', 2)).toEqual([
      'ALERTS_FOR_STATE{alertname="Down", i="1", severity="page", who="1"} 0',
    ]);
  });

  test('series of a resolved alert end', async () => {
    const group = createGroup(RULE);
    append('up{i="1"}', 0, 0);
    await group.evaluate(0);
    append('up{i="1"}', 1, 1);
    await group.evaluate(MINUTE_MS);
    expect(await query('{__name__=~"ALERTS.*"}', 1)).toEqual([]);
    expect([...group.alertsOf(group.group.rules[0]).values()]).toEqual([]);
  });

  test('are not written before what was known of them is restored', async () => {
    const group = createGroup(RULE, '', { awaitsRestore: true });
    append('up{i="1"}', 1, 0);
    await group.evaluate(MINUTE_MS);
    expect(await query('{__name__=~"ALERTS.*"}', 1)).toEqual([]);
    const [alert] = group.alertsOf(group.group.rules[0]).values();
    alert.activeAtMs = 0;
    group.markRestored();
    await group.evaluate(2 * MINUTE_MS);
    expect(await query('ALERTS_FOR_STATE', 2)).toEqual([
      'ALERTS_FOR_STATE{alertname="Down", i="1", severity="page", who="1"} 0',
    ]);
    expect(alert.state).toBe('firing');
  });

  test('refuse two alerts with the same labels', async () => {
    const group = createGroup(`
  - alert: Down
    expr: up == 0
    labels: {i: same}`);
    append('up{i="1"}', 0, 0);
    append('up{i="2"}', 0, 0);
    const [outcome] = await group.evaluate(0);
    expect(outcome.error?.message).toBe('vector contains metrics with the same labelset after applying alert labels');
  });

  test('forget all alerts above the limit', async () => {
    const group = createGroup('\n  - alert: Down\n    expr: up == 0', '  limit: 1\n');
    append('up{i="1"}', 0, 0);
    append('up{i="2"}', 0, 0);
    const [outcome] = await group.evaluate(0);
    expect(outcome.error?.message).toBe('exceeded limit of 1 with 2 alerts');
    expect(group.alertsOf(group.group.rules[0]).size).toBe(0);
  });

  test('a query in a template sees the time of the evaluation', async () => {
    const group = createGroup(`
  - alert: Down
    expr: up == 0
    annotations: {when: '{{ query "time()" | first | value }}'}`);
    append('up', 1, 0);
    await group.evaluate(MINUTE_MS);
    expect([...group.alertsOf(group.group.rules[0]).values()][0].annotations.get('when')).toBe('60');
  });
});

test('a group that replaces another takes its alerts over, and ends the series of rules that are gone', async () => {
  const before = createGroup(`
  - alert: Down
    expr: up == 0
    for: 2m
  - record: gone
    expr: up`);
  append('up', 0, 0);
  await before.evaluate(0);
  const after = createGroup(`
  - record: new
    expr: up
  - alert: Down
    expr: up == 0
    for: 1m`);
  after.adopt(before);
  append('up', 1, 0);
  await after.evaluate(MINUTE_MS);
  expect([...after.alertsOf(after.group.rules[1]).values()]).toMatchObject([{ state: 'firing', activeAtMs: 0 }]);
  expect(await query('{__name__=~"gone|new"}', 1)).toEqual(['new 0']);
});
