import { hashSync } from '@node-rs/bcrypt';
import { expect, test } from 'vitest';
import type { RegisteredRoute } from '../app-options.ts';
import { createTestApi, type TestApi } from '../testing/test-api.ts';
import { type AccessConfig, OPEN_ACCESS } from './access-config.ts';

const ACCESS: AccessConfig = {
  ...OPEN_ACCESS,
  users: new Map(['ann', 'vic'].map((user) => [user, hashSync(`${user}s-secret`, { cost: 4 })])),
  viewers: new Set(['vic']),
  headers: { 'x-frame-options': 'deny' },
};

const ADMIN_ROUTES = [
  'POST /-/quit',
  'POST /-/reload',
  'POST /api/v1/admin/tsdb/clean_tombstones',
  'POST /api/v1/admin/tsdb/delete_series',
  'POST /api/v1/admin/tsdb/snapshot',
  'PUT /-/quit',
  'PUT /-/reload',
  'PUT /api/v1/admin/tsdb/clean_tombstones',
  'PUT /api/v1/admin/tsdb/delete_series',
  'PUT /api/v1/admin/tsdb/snapshot',
];

interface GuardedApi extends TestApi {
  readonly routes: readonly RegisteredRoute[];
  readonly reloads: readonly string[];
}

async function createGuardedApi(access: AccessConfig = ACCESS): Promise<GuardedApi> {
  const routes: RegisteredRoute[] = [];
  const reloads: string[] = [];
  const api = await createTestApi([], {
    access: () => access,
    isAdminApiEnabled: true,
    watchRoute: (route) => routes.push(route),
    lifecycle: {
      reload: async () => void reloads.push('reload'),
      quit: () => {
        reloads.push('quit');
        return true;
      },
    },
  });
  return { ...api, routes, reloads };
}

function requestOf({ method, url }: Pick<RegisteredRoute, 'method' | 'url'>, headers: Record<string, string> = {}) {
  const path = url.replace(':name', 'job').replace('*', 'query');
  return { method: method as 'GET', url: path, headers };
}

function basic(user: string): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${user}:${user}s-secret`).toString('base64')}` };
}

test('nothing answers who does not say who they are', async () => {
  const { app, routes, reloads } = await createGuardedApi();
  expect(routes.length).toBeGreaterThan(50);
  const unknown = ['/', '/nothing', '/api/v1/nothing'].map((url) => ({ method: 'GET', url }));
  for (const route of [...routes, ...unknown]) {
    const answer = await app.inject(requestOf(route));
    const name = `${route.method} ${route.url}`;
    expect(answer.statusCode, name).toBe(401);
    if (route.method !== 'HEAD') expect(answer.body, name).toBe('Unauthorized\n');
    expect(answer.headers['www-authenticate'], name).toBe('Basic');
    expect(answer.headers['x-frame-options'], name).toBe('deny');
  }
  expect(reloads).toEqual([]);
});

test('a viewer sees everything and changes nothing', async () => {
  const { app, routes, reloads } = await createGuardedApi();
  const refused: string[] = [];
  for (const route of routes) {
    const answer = await app.inject(requestOf(route, basic('vic')));
    const name = `${route.method} ${route.url}`;
    expect(answer.statusCode, name).not.toBe(401);
    if (answer.statusCode === 403) refused.push(name);
  }
  expect(refused.sort()).toEqual(ADMIN_ROUTES);
  expect(reloads).toEqual([]);
});

test('an administrator may do everything', async () => {
  const { app, routes, reloads } = await createGuardedApi();
  for (const route of routes) {
    const answer = await app.inject(requestOf(route, basic('ann')));
    expect([401, 403], `${route.method} ${route.url}`).not.toContain(answer.statusCode);
  }
  expect(reloads.toSorted()).toEqual(['quit', 'quit', 'reload', 'reload']);
});

test('a refusal says what is missing, in the form that its client reads', async () => {
  const { ask } = await createGuardedApi();
  const message = 'this needs an administrator; you are a viewer';
  expect(await ask({ method: 'POST', url: '/api/v1/admin/tsdb/snapshot', headers: basic('vic') })).toEqual({
    status: 403,
    body: { status: 'error', errorType: 'forbidden', error: message },
  });
  expect(await ask({ method: 'POST', url: '/-/reload', headers: basic('vic') })).toEqual({
    status: 403,
    body: `${message}\n`,
  });
});

test('no method that reads changes anything', async () => {
  const { routes } = await createGuardedApi();
  expect(routes.filter(({ method, role }) => role === 'admin' && !['POST', 'PUT'].includes(method))).toEqual([]);
});

test.each([
  { origin: 'https://evil.example' },
  { 'sec-fetch-site': 'cross-site' },
  { origin: 'http://evil.example:9090', host: 'evil.example:9090' },
])('a page of another site changes nothing: %j', async (headers) => {
  const { app, routes, reloads } = await createGuardedApi(OPEN_ACCESS);
  for (const route of routes.filter(({ role }) => role === 'admin')) {
    const answer = await app.inject(requestOf(route, headers as unknown as Record<string, string>));
    expect(answer.statusCode, `${route.method} ${route.url}`).toBe(403);
  }
  expect(reloads).toEqual([]);
});

test('the rate limit of the web configuration file holds for all requests', async () => {
  const { ask } = await createGuardedApi({ ...OPEN_ACCESS, rateLimit: { intervalMs: 1e9, burst: 2 } });
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await ask('/-/healthy')).status);
  expect(statuses).toEqual([200, 200, 429, 429]);
});
