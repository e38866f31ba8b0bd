import { describe, expect, onTestFinished, test } from 'vitest';
import { CredentialUrl } from '../config/secret.ts';
import { createHttpClient } from '../http-client/create-http-client.ts';
import { PLAIN_HTTP } from '../scrape/testing/scrape-config.ts';
import { eventually } from '../testing/eventually.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import type { DiscoveryFailure, OnFailure } from './discoverer.ts';
import { createHttpDiscoverer } from './http-discoverer.ts';
import type { TargetGroup } from './target-group.ts';
import { testDiscoverer } from './testing/discoverer.suite.ts';
import { startHttpServer } from './testing/http-server.ts';

const REFRESH_MS = 60_000;

function createFor(url: string, clock = createFakeClock(), onFailure: OnFailure = () => {}) {
  const client = createHttpClient({ config: PLAIN_HTTP });
  const refreshing = { httpClient: PLAIN_HTTP, refreshIntervalMs: REFRESH_MS };
  const config = { kind: 'http', url: new CredentialUrl(url), ...refreshing } as const;
  return createHttpDiscoverer({ config, client, userAgent: 'Hearth/test', clock, onFailure });
}

testDiscoverer('HTTP discovery', async () => {
  let count = 2;
  let status = 200;
  const { origin } = await startHttpServer((_, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify([{ targets: ['a:1', 'b:2'].slice(0, count) }]));
  });
  return {
    addresses: ['a:1', 'b:2'],
    createDiscoverer: (clock, onFailure) => createFor(origin, clock, onFailure),
    world: {
      refreshIntervalMs: REFRESH_MS,
      show(wanted) {
        count = wanted;
        status = 200;
      },
      fail() {
        status = 500;
      },
      failure: /^http:\/\/127\.0\.0\.1:\d+: server returned HTTP status 500 Internal Server Error$/,
    },
  };
});

test('a list is asked for as Prometheus does, and read with its labels', async () => {
  const server = await startHttpServer((_, response) => {
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.end('[{"targets": ["a:1"], "labels": {"team": "x"}}, {"targets": ["b:1"]}]');
  });
  const url = `${server.origin}/list`;
  const discoverer = createFor(url);
  onTestFinished(() => discoverer.stop());
  const groups = await new Promise<readonly TargetGroup[]>((resolve) => discoverer.start(resolve));
  expect(groups.map(({ source, labels }) => [source, labels.toString()])).toEqual([
    [`${url}:0`, `{__meta_url="${url}", team="x"}`],
    [`${url}:1`, `{__meta_url="${url}"}`],
  ]);
  expect(server.requests[0]?.headers).toMatchObject({
    accept: 'application/json',
    'user-agent': 'Hearth/test',
    'x-prometheus-refresh-interval-seconds': '60',
  });
});

describe('what is no list', () => {
  test.each([
    ['text/html', '<html>', 'unsupported Content-Type "text/html"'],
    ['application/json', '{"targets": []}', 'does not list targets: expected a list of target groups, got an object'],
    ['application/json', '[', 'Unexpected end of JSON input'],
  ])('%s %s: %s', async (type, body, reason) => {
    const server = await startHttpServer((_, response) => void response.setHeader('Content-Type', type).end(body));
    const failures: DiscoveryFailure[] = [];
    const discoverer = createFor(server.origin, createFakeClock(), (failure) => void failures.push(failure));
    onTestFinished(() => discoverer.stop());
    discoverer.start(() => {});
    await eventually(() => failures[0]?.message).toContain(reason);
  });
});
