import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { RegisteredRoute } from './app-options.ts';
import { createTestApi } from './testing/test-api.ts';

test('the manual names every route', async () => {
  const manual = await readFile(new URL('../../../../docs/http-api.md', import.meta.url), 'utf8');
  const named = new Map<string, string>();
  for (const [, paths, methods] of manual.matchAll(/^\| (`\/.+?) \| ([A-Z, ]+) \|/gm)) {
    for (const [, path] of paths.matchAll(/`([^`]+)`/g)) named.set(path, methods);
  }
  const routes: RegisteredRoute[] = [];
  await createTestApi([], { watchRoute: (route) => routes.push(route) });
  const known = new Map<string, string[]>();
  for (const { url, method } of routes) known.set(url, [...(known.get(url) ?? []), method]);
  for (const url of ['/-/reload', '/-/quit'])
    known.set(
      url,
      known.get(url)!.filter((method) => method !== 'GET'),
    );
  expect(Object.fromEntries(named)).toEqual(
    Object.fromEntries([...known].map(([url, methods]) => [url, methods.toSorted().join(', ')])),
  );
});

test.each([
  ['GET', '/nothing', 404, '404 page not found\n', undefined],
  ['GET', '/api/v1/nothing', 404, '404 page not found\n', undefined],
  ['DELETE', '/api/v1/query', 405, 'Method Not Allowed\n', 'GET, POST'],
  ['POST', '/api/v1/label/job/values', 405, 'Method Not Allowed\n', 'GET'],
  ['POST', '/-/healthy', 405, 'Method Not Allowed\n', 'GET, HEAD'],
  ['GET', '/-/reload', 405, 'Only POST or PUT requests allowed\n', 'POST, PUT'],
  ['GET', '/api/v1/admin/tsdb/snapshot', 405, 'Method Not Allowed\n', 'POST, PUT'],
  ['POST', '/-/reload', 403, 'Lifecycle API is not enabled.\n', undefined],
] as const)('%s %s is answered %i', async (method, url, status, body, allow) => {
  const { app } = await createTestApi();
  const answer = await app.inject({ method, url });
  expect([answer.statusCode, answer.body, answer.headers.allow]).toEqual([status, body, allow]);
});

test('health', async () => {
  const { ask } = await createTestApi();
  expect(await ask('/-/healthy')).toEqual({ status: 200, body: 'Hearth is Healthy.\n' });
  expect(await ask('/-/ready')).toEqual({ status: 200, body: 'Hearth is Ready.\n' });
  expect(await ask({ method: 'HEAD', url: '/-/ready' })).toEqual({ status: 200, body: '' });
});

test('a reload that fails says why, and one that works says nothing', async () => {
  let problem: Error | undefined;
  const reload = async () => {
    if (problem !== undefined) throw problem;
  };
  const { ask } = await createTestApi([], { lifecycle: { reload, quit: () => true } });
  expect(await ask({ method: 'POST', url: '/-/reload' })).toEqual({ status: 200, body: '' });
  problem = new Error('line 3: unknown field "x"');
  const body = 'failed to reload config: line 3: unknown field "x"\n';
  expect(await ask({ method: 'PUT', url: '/-/reload' })).toEqual({ status: 500, body });
});

test('asking twice to quit is fine', async () => {
  const answers = [true, false];
  const lifecycle = { reload: async () => {}, quit: () => answers.shift()! };
  const { ask } = await createTestApi([], { lifecycle });
  const quit = { method: 'POST', url: '/-/quit' } as const;
  expect((await ask(quit)).body).toBe('Requesting termination... Goodbye!');
  expect((await ask(quit)).body).toBe('Termination already in progress.');
});

test('everything may lie below a prefix', async () => {
  const { ask } = await createTestApi([], { routePrefix: '/hearth' });
  expect((await ask('/hearth/-/healthy')).status).toBe(200);
  expect((await ask('/hearth/api/v1/query?query=1')).status).toBe(200);
  expect((await ask('/-/healthy')).status).toBe(404);
});

test.each([
  ['*', 'https://a.example', '*'],
  [{ matches: (origin: string) => origin === 'https://a.example' }, 'https://a.example', 'https://a.example'],
  [{ matches: () => false }, 'https://a.example', undefined],
  ['*', undefined, undefined],
] as const)('with origins %j a page of %s may read: %s', async (corsOrigin, origin, allowed) => {
  const { app } = await createTestApi([], { corsOrigin });
  const headers = origin === undefined ? {} : { origin };
  for (const method of ['GET', 'OPTIONS'] as const) {
    const answer = await app.inject({ method, url: '/api/v1/query?query=1', headers });
    expect(answer.statusCode).toBe(method === 'GET' ? 200 : 204);
    expect(answer.headers['access-control-allow-origin']).toBe(allowed);
    expect(answer.headers.vary).toContain('Origin');
    if (origin !== undefined) expect(answer.headers['access-control-allow-methods']).toBe('GET, POST, OPTIONS');
  }
});

test('its own metrics, those of its requests among them', async () => {
  const { ask } = await createTestApi();
  await ask('/api/v1/label/job/values');
  await ask('/api/v1/label/instance/values?start=x');
  await ask('/nothing');
  const { body } = await ask('/metrics');
  expect(body).toContain('prometheus_http_requests_total{handler="/api/v1/label/:name/values",code="200"} 1\n');
  expect(body).toContain('prometheus_http_requests_total{handler="/api/v1/label/:name/values",code="400"} 1\n');
  expect(body).toContain('prometheus_http_request_duration_seconds_count{handler="/api/v1/label/:name/values"} 2\n');
  expect(body).toContain('prometheus_http_response_size_bytes_count{handler="/api/v1/label/:name/values"} 2\n');
  expect(body).not.toContain('nothing');
});
