import { createHash } from 'node:crypto';
import { createLabels, Labels } from '@hearth/model';
import { expect, test } from 'vitest';
import { createTestApi } from '../testing/test-api.ts';
import type { RuleGroupView, RulesView } from '../views/rules-view.ts';

const COMMON = { health: 'ok', lastError: '', evaluationMs: 2.5, lastEvaluationMs: 1_700_000_000_000 } as const;

const GROUPS: readonly RuleGroupView[] = [
  {
    name: 'api',
    file: '/rules/api.yml',
    intervalMs: 60_000,
    limit: 0,
    evaluationMs: 3,
    lastEvaluationMs: 1_700_000_000_000,
    rules: [
      { ...COMMON, kind: 'recording', name: 'job:up:sum', query: 'sum by (job) (up)', labels: Labels.empty },
      {
        ...COMMON,
        kind: 'alerting',
        name: 'Down',
        query: 'up == 0',
        labels: createLabels({ severity: 'page' }),
        state: 'firing',
        holdMs: 300_000,
        keepFiringMs: 0,
        annotations: createLabels({ summary: 'It is down' }),
        alerts: [
          {
            labels: createLabels({ alertname: 'Down', job: 'api' }),
            annotations: createLabels({ summary: 'It is down' }),
            state: 'firing',
            activeAtMs: 1_699_999_000_000,
            keepFiringSinceMs: undefined,
            value: 0.25,
          },
        ],
      },
    ],
  },
  {
    name: 'web',
    file: '/rules/web.yml',
    intervalMs: 15_000,
    limit: 5,
    evaluationMs: 0,
    lastEvaluationMs: undefined,
    rules: [
      {
        kind: 'recording',
        name: 'broken',
        query: 'x',
        labels: createLabels({ team: 'web' }),
        health: 'err',
        lastError: 'it failed',
        evaluationMs: 0,
        lastEvaluationMs: undefined,
      },
    ],
  },
];

const RULES: RulesView = { groups: () => GROUPS };

const ALERT = {
  labels: { alertname: 'Down', job: 'api' },
  annotations: { summary: 'It is down' },
  state: 'firing',
  activeAt: '2023-11-14T21:56:40.000Z',
  value: '2.5e-01',
};

const RECORDED = {
  name: 'job:up:sum',
  query: 'sum by (job) (up)',
  labels: {},
  health: 'ok',
  evaluationTime: 0.0025,
  lastEvaluation: '2023-11-14T22:13:20.000Z',
  type: 'recording',
};

const ALERTING = {
  state: 'firing',
  name: 'Down',
  query: 'up == 0',
  duration: 300,
  keepFiringFor: 0,
  labels: { severity: 'page' },
  annotations: { summary: 'It is down' },
  alerts: [ALERT],
  health: 'ok',
  evaluationTime: 0.0025,
  lastEvaluation: '2023-11-14T22:13:20.000Z',
  type: 'alerting',
};

test('rules by group', async () => {
  const { ask } = await createTestApi([], { rules: RULES });
  expect((await ask('/api/v1/rules?rule_group[]=api')).body).toEqual({
    status: 'success',
    data: {
      groups: [
        {
          name: 'api',
          file: '/rules/api.yml',
          rules: [RECORDED, ALERTING],
          interval: 60,
          limit: 0,
          evaluationTime: 0.003,
          lastEvaluation: '2023-11-14T22:13:20.000Z',
        },
      ],
    },
  });
});

test('alerts', async () => {
  const { ask } = await createTestApi([], { rules: RULES });
  expect((await ask('/api/v1/alerts')).body).toEqual({ status: 'success', data: { alerts: [ALERT] } });
});

test.each([
  ['', ['job:up:sum', 'Down', 'broken']],
  ['?type=alert', ['Down']],
  ['?type=RECORD', ['job:up:sum', 'broken']],
  ['?rule_name[]=Down&rule_name[]=broken', ['Down', 'broken']],
  ['?file[]=/rules/web.yml', ['broken']],
  ['?match[]={severity="page"}', ['Down']],
  ['?match[]={severity="page"}&match[]={team=~"w.*"}', ['Down', 'broken']],
  ['?rule_group[]=nothing', []],
])('/rules%s has %j', async (query, names) => {
  const { ask } = await createTestApi([], { rules: RULES });
  const { body } = await ask(`/api/v1/rules${query}`);
  const { groups } = (body as { readonly data: { readonly groups: readonly { rules: { name: string }[] }[] } }).data;
  expect(groups.flatMap(({ rules }) => rules.map(({ name }) => name))).toEqual(names);
});

test('alerts may be left out', async () => {
  const { ask } = await createTestApi([], { rules: RULES });
  expect((await ask('/api/v1/rules?type=alert&exclude_alerts=TRUE')).body).toMatchObject({
    data: { groups: [{ rules: [{ name: 'Down', alerts: null }] }] },
  });
});

test('pages of groups', async () => {
  const { ask } = await createTestApi([], { rules: RULES });
  const token = createHash('sha256').update('/rules/web.yml;web').digest('hex');
  const first = await ask('/api/v1/rules?group_limit=1');
  expect(first.body).toMatchObject({ data: { groups: [{ name: 'api' }], groupNextToken: token } });
  const second = await ask(`/api/v1/rules?group_limit=1&group_next_token=${token}`);
  expect(second.body).toMatchObject({ data: { groups: [{ name: 'web' }] } });
  expect(second.body).not.toHaveProperty('data.groupNextToken');
});

test.each([
  ['?type=x', 'invalid parameter "type": not supported value "x"'],
  ['?match[]={}', 'match[] must contain at least one non-empty matcher'],
  [
    '?exclude_alerts=x',
    'invalid parameter "exclude_alerts": error converting exclude_alerts: strconv.ParseBool: parsing "x": invalid syntax',
  ],
  [
    '?group_limit=x',
    'invalid parameter "group_limit": group_limit needs to be a valid number: strconv.ParseInt: parsing "x": invalid syntax',
  ],
  ['?group_limit=0', 'invalid parameter "group_limit": group_limit needs to be greater than 0'],
  [
    '?group_next_token=x',
    'invalid parameter "group_next_token": group_limit needs to be present in order to paginate over the groups',
  ],
  [
    '?group_limit=1&group_next_token=x',
    `invalid parameter "group_next_token": invalid group_next_token 'x'. were rule groups changed?`,
  ],
])('/rules%s is refused', async (query, error) => {
  const { ask } = await createTestApi([], { rules: RULES });
  const { status, body } = await ask(`/api/v1/rules${query}`);
  expect({ status, body }).toEqual({ status: 400, body: { status: 'error', errorType: 'bad_data', error } });
});

test('Alertmanagers', async () => {
  const alertmanagers = { active: () => ['http://a:9093/api/v2/alerts'], dropped: () => [] };
  const { ask } = await createTestApi([], { alertmanagers });
  expect((await ask('/api/v1/alertmanagers')).body).toEqual({
    status: 'success',
    data: { activeAlertmanagers: [{ url: 'http://a:9093/api/v2/alerts' }], droppedAlertmanagers: [] },
  });
});
