import { createLabels } from '@hearth/model';
import { expect, test } from 'vitest';
import { loadConfig } from '../../config/load-config.ts';
import type { ActiveTarget } from '../../scrape/targets/target.ts';
import { createTestApi } from '../testing/test-api.ts';
import { createConfigView } from './config-view.ts';
import { createTargetsView } from './targets-view.ts';

const YAML = `
global:
  external_labels: { region: eu }
scrape_configs:
  - job_name: web
    basic_auth: { username: ann, password: hunter2 }
    static_configs: [{ targets: ['127.0.0.1:3000'] }]
    relabel_configs:
      - { source_labels: [__address__], regex: '(.*):.*', target_label: host }
      - { action: drop, source_labels: [host], regex: 'gone' }
      - { action: labeldrop, regex: 'x.*' }
`;

async function createApi() {
  const host = { readFile: async () => YAML, listDirectory: async () => [], env: {} };
  const { config } = await loadConfig('/etc/prometheus.yml', host);
  return createTestApi([], { config: createConfigView('/etc/prometheus.yml', () => config) });
}

test('the configuration is shown without its secrets', async () => {
  const { app, ask } = await createApi();
  for (const path of ['/api/v1/status/config', '/api/v1/scrape_pools/config?scrapePool=web']) {
    const { body } = await app.inject(path);
    expect(body).toContain('job_name: web');
    expect(body).toContain('password: <secret>');
    expect(body).not.toContain('hunter2');
  }
  expect((await ask('/api/v1/scrape_pools/config?scrapePool=x')).status).toBe(400);
});

function stepsPath(labels: object): string {
  return `/api/v1/targets/relabel_steps?scrapePool=web&labels=${encodeURIComponent(JSON.stringify(labels))}`;
}

test('relabelling is shown step by step', async () => {
  const { ask } = await createApi();
  const host = {
    source_labels: ['__address__'],
    separator: ';',
    regex: '(.*):.*',
    target_label: 'host',
    replacement: '$1',
    action: 'replace',
  };
  const { body } = await ask(stepsPath({ __address__: 'a:1', x1: 'y' }));
  expect(body).toMatchObject({
    data: {
      steps: [
        { rule: host, output: { __address__: 'a:1', host: 'a', x1: 'y' }, keep: true },
        { rule: { action: 'drop' }, output: { __address__: 'a:1', host: 'a', x1: 'y' }, keep: true },
        { rule: { action: 'labeldrop' }, output: { __address__: 'a:1', host: 'a' }, keep: true },
      ],
    },
  });
  const dropped = await ask(stepsPath({ __address__: 'gone:1' }));
  expect(dropped.body).toMatchObject({
    data: { steps: [{ keep: true }, { output: {}, keep: false }, { output: {}, keep: false }] },
  });
});

test.each([
  ['', 'no scrapePool parameter provided'],
  ['?scrapePool=web', 'no labels parameter provided'],
  ['?scrapePool=x&labels={}', 'error retrieving scrape config: scrape pool "x" not found'],
  ['?scrapePool=web&labels=[]', 'error parsing labels: it is no object'],
  ['?scrapePool=web&labels={"a":1}', 'error parsing labels: the value of "a" is no string'],
])('/targets/relabel_steps%s is refused', async (query, error) => {
  const { ask } = await createApi();
  expect((await ask(`/api/v1/targets/relabel_steps${query}`)).body).toEqual({
    status: 'error',
    errorType: 'bad_data',
    error,
  });
});

test('targets of a scrape manager', async () => {
  const up = { metric: 'up', type: 'gauge', help: '', unit: '' } as const;
  const target: ActiveTarget = {
    scrapePool: 'web',
    discoveredLabels: createLabels({ __address__: 'a:1' }),
    labels: createLabels({ job: 'web', instance: 'a:1' }),
    scrapeUrl: 'http://a:1/metrics',
    scrapeIntervalMs: 60_000,
    scrapeTimeoutMs: 10_500,
    health: 'up',
    lastError: '',
    warnings: ['one', 'two'],
    lastScrapeMs: 1_700_000_000_000,
    lastScrapeDurationMs: 5,
    metadata: { size: 1, byteLength: 5, get: () => up, [Symbol.iterator]: () => [up][Symbol.iterator]() },
  };
  const dropped = { scrapePool: 'web', discoveredLabels: createLabels({ __address__: 'b:1' }) };
  const jobs = () => [
    { job: 'web', active: [target], dropped: [dropped], droppedCount: 3 },
    { job: 'api', active: [], dropped: [], droppedCount: 0 },
  ];
  const { ask } = await createTestApi([], { targets: createTargetsView({ jobs }) });
  expect((await ask('/api/v1/targets')).body).toMatchObject({
    data: {
      activeTargets: [
        { scrapePool: 'web', scrapeInterval: '1m', scrapeTimeout: '10s500ms', notice: 'one; two', health: 'up' },
      ],
      droppedTargets: [{ scrapePool: 'web', discoveredLabels: { __address__: 'b:1' } }],
      droppedTargetCounts: { web: 3, api: 0 },
    },
  });
  expect((await ask('/api/v1/scrape_pools')).body).toMatchObject({ data: { scrapePools: ['api', 'web'] } });
  expect((await ask('/api/v1/metadata')).body).toMatchObject({ data: { up: [{ type: 'gauge' }] } });
});
