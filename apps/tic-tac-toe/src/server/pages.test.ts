import { describe, expect, test } from 'vitest';
import { createTestApp } from './app.fixture.ts';
import { VERSION } from './version.ts';

test.each([
  ['/', 'text/html; charset=utf-8', '<!doctype html>'],
  ['/index.html', 'text/html; charset=utf-8', '<!doctype html>'],
  ['/style.css', 'text/css; charset=utf-8', '--paper'],
  ['/favicon.svg', 'image/svg+xml', '<svg'],
  ['/assets/browser/main.js', 'application/javascript; charset=utf-8', 'createBoardView'],
  ['/assets/game/board.js', 'application/javascript; charset=utf-8', 'parseBoard'],
  ['/assets/browser/main.js.map', 'application/json; charset=utf-8', '"sourcesContent"'],
])('%s is served as %s', async (url, type, content) => {
  const response = await createTestApp().inject({ url });
  expect([response.statusCode, response.headers['content-type']]).toEqual([200, type]);
  expect(response.body).toContain(content);
});

test('a browser keeps the files but asks whether they are still right', async () => {
  const app = createTestApp();
  for (const url of ['/', '/style.css', '/assets/browser/main.js']) {
    const { headers } = await app.inject({ url });
    expect([url, headers['cache-control']]).toEqual([url, 'no-cache']);
    const again = await app.inject({ url, headers: { 'if-none-match': headers.etag } });
    expect([url, again.statusCode, again.body]).toEqual([url, 304, '']);
  }
});

describe('headers', () => {
  test.each(['/', '/assets/browser/main.js', '/api/about', '/nothing', '/healthz'])('on %s', async (url) => {
    const { headers } = await createTestApp().inject({ url });
    expect(headers).toMatchObject({
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-served-by': 'replica-1',
    });
  });

  test('a listening replica is told from its neighbours by its port', async () => {
    const app = createTestApp();
    const origin = await app.listen({ port: 0, host: '127.0.0.1' });
    const response = await fetch(`${origin}/healthz`);
    expect(response.headers.get('x-served-by')).toBe(`replica-1:${new URL(origin).port}`);
  });
});

test('the page keeps the strict policy: nothing inline, nothing from elsewhere', async () => {
  const { body } = await createTestApp().inject({ url: '/' });
  expect(body).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=/);
  expect(body).not.toMatch(/(?:src|href)="(?!\/)/);
});

describe('/api/about', () => {
  test.each([
    ['by default', {}, '/metrics'],
    ['under another path', { endpoint: { path: '/internal/metrics' } }, '/internal/metrics'],
    ['behind a guard', { endpoint: { guard: () => false } }, null],
    ['on a port of their own', { endpoint: { port: 0 } }, null],
    ['nowhere', { endpoint: false }, null],
  ] as const)('where the metrics are: %s', async (_title, metrics, path) => {
    const response = await createTestApp({ metrics }).inject({ url: '/api/about' });
    expect(response.json()).toEqual({ version: VERSION, metrics: path });
    expect(response.headers['cache-control']).toBe('no-store');
  });
});
