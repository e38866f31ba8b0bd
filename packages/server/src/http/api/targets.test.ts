import { createLabels } from '@hearth/model';
import { expect, test } from 'vitest';
import { createTestApi, type TestApi } from '../testing/test-api.ts';
import { EMPTY_CONFIG, testTarget } from '../testing/views.ts';
import type { TargetsView } from '../views/targets-view.ts';

const UP = { metric: 'up', type: 'gauge', help: 'Alive.', unit: '' };
const BYTES = { metric: 'sent', type: 'counter', help: 'Sent.', unit: 'bytes' };

const TARGETS: TargetsView = {
  pools: () => ['web', 'api', 'empty'],
  active: () => [
    testTarget({ metadata: () => [UP, BYTES] }),
    testTarget({
      pool: 'api',
      labels: createLabels({ job: 'api', instance: 'b' }),
      scrapeUrl: 'http://10.0.0.7:8080/metrics?x=1',
      lastError: 'connection refused',
      health: 'down',
      lastScrapeMs: undefined,
      lastScrapeDurationMs: 0,
      notice: 'several processes answer behind this address',
      metadata: () => [{ ...UP, help: 'Is it?' }],
    }),
  ],
  dropped: () => [{ pool: 'web', discoveredLabels: createLabels({ __address__: 'c' }) }],
  droppedCounts: () => new Map([['web', 7]]),
};

function createApi(): Promise<TestApi> {
  return createTestApi([], {
    targets: TARGETS,
    externalUrl: new URL('https://hearth.example:8443/'),
    config: { ...EMPTY_CONFIG, poolYaml: (pool) => (pool === 'web' ? 'job_name: web\n' : undefined) },
  });
}

const WEB = {
  discoveredLabels: { __address__: '127.0.0.1:3000' },
  labels: { instance: '127.0.0.1:3000', job: 'web' },
  scrapePool: 'web',
  scrapeUrl: 'http://127.0.0.1:3000/metrics',
  globalUrl: 'http://hearth.example:3000/metrics',
  lastError: '',
  lastScrape: '2023-11-14T22:13:20.123Z',
  lastScrapeDuration: 0.0125,
  health: 'up',
  scrapeInterval: '15s',
  scrapeTimeout: '10s',
};

const API = {
  ...WEB,
  labels: { instance: 'b', job: 'api' },
  scrapePool: 'api',
  scrapeUrl: 'http://10.0.0.7:8080/metrics?x=1',
  globalUrl: 'http://10.0.0.7:8080/metrics?x=1',
  lastError: 'connection refused',
  lastScrape: '0001-01-01T00:00:00Z',
  lastScrapeDuration: 0,
  health: 'down',
  notice: 'several processes answer behind this address',
};

const DROPPED = { discoveredLabels: { __address__: 'c' }, scrapePool: 'web' };

test.each([
  ['', [API, WEB], [DROPPED], { web: 7 }],
  ['?state=any', [API, WEB], [DROPPED], { web: 7 }],
  ['?state=ACTIVE', [API, WEB], [], null],
  ['?state=dropped', [], [DROPPED], { web: 7 }],
  ['?state=x', [], [], null],
  ['?scrapePool=web', [WEB], [DROPPED], { web: 7 }],
  ['?scrapePool=nothing', [], [], { web: 7 }],
])('/targets%s', async (query, activeTargets, droppedTargets, droppedTargetCounts) => {
  const { ask } = await createApi();
  expect((await ask(`/api/v1/targets${query}`)).body).toEqual({
    status: 'success',
    data: { activeTargets, droppedTargets, droppedTargetCounts },
  });
});

test.each([
  ['/scrape_pools', { scrapePools: ['api', 'empty', 'web'] }],
  ['/scrape_pools/config?scrapePool=web', { yaml: 'job_name: web\n' }],
  [
    '/targets/metadata?match_target={job="web"}',
    [
      { target: WEB.labels, ...UP },
      { target: WEB.labels, ...BYTES },
    ],
  ],
  [
    '/targets/metadata?metric=up',
    [
      { target: WEB.labels, type: 'gauge', help: 'Alive.', unit: '' },
      { target: API.labels, type: 'gauge', help: 'Is it?', unit: '' },
    ],
  ],
  ['/targets/metadata?metric=up&limit=1', [{ target: WEB.labels, type: 'gauge', help: 'Alive.', unit: '' }]],
  [
    '/metadata',
    {
      sent: [{ type: 'counter', unit: 'bytes', help: 'Sent.' }],
      up: [
        { type: 'gauge', unit: '', help: 'Alive.' },
        { type: 'gauge', unit: '', help: 'Is it?' },
      ],
    },
  ],
  ['/metadata?metric=sent', { sent: [{ type: 'counter', unit: 'bytes', help: 'Sent.' }] }],
  ['/metadata?limit=1&limit_per_metric=1', { up: [{ type: 'gauge', unit: '', help: 'Alive.' }] }],
  ['/metadata?limit=0', {}],
  ['/metadata?metric=nothing', {}],
])('%s', async (path, data) => {
  const { ask } = await createApi();
  expect((await ask(`/api/v1${path}`)).body).toEqual({ status: 'success', data });
});

test.each([
  ['/scrape_pools/config', 'no scrapePool parameter provided'],
  ['/scrape_pools/config?scrapePool=x', 'error retrieving scrape config: scrape pool "x" not found'],
  ['/targets/metadata?limit=x', 'limit must be a number'],
  [
    '/targets/metadata?match_target={',
    'invalid parameter "match_target": 1:2: parse error: unexpected end of input inside braces',
  ],
  ['/metadata?limit_per_metric=x', 'limit_per_metric must be a number'],
])('%s is refused', async (path, error) => {
  const { ask } = await createApi();
  const { status, body } = await ask(`/api/v1${path}`);
  expect({ status, body }).toEqual({ status: 400, body: { status: 'error', errorType: 'bad_data', error } });
});

test('without an external URL others reach it by the name of the machine', async () => {
  const own = testTarget({ scrapeUrl: 'http://localhost:9090/metrics' });
  const targets = { ...TARGETS, active: () => [own] };
  const { ask } = await createTestApi([], { targets, machineName: 'box', listenPort: () => 9090 });
  expect((await ask('/api/v1/targets')).body).toMatchObject({
    data: { activeTargets: [{ globalUrl: 'http://box:9090/metrics' }] },
  });
});
