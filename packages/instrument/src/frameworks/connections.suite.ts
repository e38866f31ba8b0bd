import { describe, expect, it } from 'vitest';
import { type Framework, PIECES } from '../testing/apps/framework.ts';
import { launch, type WatchedApp } from '../testing/launch.ts';

const get = (path: string, ...headers: string[]) =>
  [`GET ${path} HTTP/1.1`, 'Host: a', ...headers, '', ''].join('\r\n');
const post = (path: string, headers: string[], body: string) =>
  [`POST ${path} HTTP/1.1`, 'Host: a', ...headers, '', body].join('\r\n');

export function describeConnections(framework: Framework): void {
  const responseBytes = (app: WatchedApp) => app.rows('http_response_size_bytes_sum', 'method', 'endpoint');

  it('a slow request is in flight while it lasts, and not yet counted', async () => {
    const app = await launch(framework);
    const answer = app.send('GET /slow');
    await app.untilInFlight(1);
    expect((await app.metrics.render()).body).not.toContain('http_requests_total{');
    app.openGate();
    expect((await answer).text).toBe('slow');
    expect(await app.requests()).toEqual({ 'GET /slow 200': 1 });
    expect(await app.inFlight()).toBe(0);
  });

  it('as many are in flight as there are', async () => {
    const app = await launch(framework);
    const answers = Array.from({ length: 7 }, () => app.send('GET /slow'));
    await app.untilInFlight(7);
    app.openGate();
    await Promise.all(answers);
    expect(await app.requests()).toEqual({ 'GET /slow 200': 7 });
  });

  describe('a client that goes away', () => {
    it('before the headers is a 499', async () => {
      const app = await launch(framework);
      const client = await app.connect();
      client.write(get('/slow'));
      await app.untilInFlight(1);
      client.reset();
      expect(await app.requests()).toEqual({ 'GET /slow 499': 1 });
      expect(await responseBytes(app)).toEqual({ 'GET /slow': 0 });
      expect(await app.exceptions()).toEqual({});
    });

    it('before the headers is counted once, although the application answers later', async () => {
      const app = await launch(framework);
      const client = await app.connect();
      client.write(get('/slow'));
      await app.untilInFlight(1);
      client.reset();
      await app.untilInFlight(0);
      app.openGate();
      await app.send('GET /hello');
      expect(await app.requests()).toEqual({ 'GET /slow 499': 1, 'GET /hello 200': 1 });
    });

    it('in the middle of a stream is counted once, with the status it was sent', async () => {
      const app = await launch(framework);
      const client = await app.connect();
      client.write(get('/endless'));
      await client.received('tick');
      expect(await app.inFlight()).toBe(1);
      client.reset();
      expect(await app.requests()).toEqual({ 'GET /endless 200': 1 });
      expect(await responseBytes(app)).toEqual({ 'GET /endless': 4 });
      expect(await app.exceptions()).toEqual({});
    });

    it('in the middle of its own body is counted', async () => {
      const app = await launch(framework);
      const client = await app.connect();
      client.write(post('/echo', ['Content-Length: 100'], 'only this'));
      await app.untilInFlight(1);
      client.reset();
      const counted = await app.requests();
      expect(Object.values(counted)).toEqual([1]);
      expect(Object.keys(counted)[0]).toMatch(/^POST \/echo (?:499|400|500)$/);
    });
  });

  describe('a connection with several requests', () => {
    it('counts each, one after another', async () => {
      const app = await launch(framework);
      const client = await app.connect();
      client.write(get('/hello'));
      await client.received('hello');
      client.write(get('/stream'));
      await client.received(PIECES[2]);
      client.write(post('/echo', ['Content-Length: 3', 'Connection: close'], 'abc'));
      expect(await client.closed).toContain('got 3');
      expect(await app.requests()).toEqual({ 'GET /hello 200': 1, 'GET /stream 200': 1, 'POST /echo 200': 1 });
      expect(await responseBytes(app)).toEqual({ 'GET /hello': 5, 'GET /stream': 13, 'POST /echo': 5 });
    });

    it('counts each, sent at once', async () => {
      const app = await launch(framework);
      const client = await app.connect();
      const echo = post('/echo', ['Transfer-Encoding: chunked'], '3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n');
      client.write(get('/hello') + echo + get('/nowhere') + get('/hello', 'Connection: close'));
      expect(await client.closed).toContain('got 5');
      expect(await app.requests()).toEqual({ 'GET /hello 200': 2, 'POST /echo 200': 1, 'GET unmatched 404': 1 });
      expect(await app.rows('http_request_size_bytes_sum', 'method', 'endpoint')).toMatchObject({ 'POST /echo': 5 });
    });

    it('counts each, sent at once and dying behind a slow one', async () => {
      const app = await launch(framework);
      const client = await app.connect();
      client.write(get('/slow') + get('/hello') + get('/teams/reds/players/7') + get('/slow'));
      await app.untilInFlight(4);
      client.reset();
      const counted = await app.requests();
      expect(countsByEndpoint(counted)).toEqual({ '/slow': 2, '/hello': 1, '/teams/:team/players/:player': 1 });
      expect(counted['GET /slow 499']).toBe(2);
      app.openGate();
      await app.send('GET /hello');
      expect(countsByEndpoint(await app.requests())).toMatchObject({ '/slow': 2, '/hello': 2 });
    });
  });

  it('an answer to HTTP/1.0 is counted like any other', async () => {
    const app = await launch(framework);
    const client = await app.connect();
    client.write('GET /stream HTTP/1.0\r\nHost: a\r\n\r\n');
    expect(await client.closed).toContain(PIECES.join(''));
    expect(await app.requests()).toEqual({ 'GET /stream 200': 1 });
    expect(await responseBytes(app)).toEqual({ 'GET /stream': 13 });
  });

  it('a request that Node.js cannot read is none', async () => {
    const app = await launch(framework);
    const client = await app.connect();
    client.write('FROB /hello HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await client.closed).toMatch(/^HTTP\/1\.1 400 /);
    expect(await app.requests()).toEqual({});
  });

  const { injects } = framework.traits;
  const lack = injects ? '' : ` (skipped: ${framework.name} has no such calls)`;
  it.skipIf(!injects)(`a call without a connection is counted${lack}`, async () => {
    const app = await launch(framework);
    expect(await app.inject!('/hello')).toBe(200);
    expect(await app.inject!('/teams/reds/players/7')).toBe(200);
    expect(await app.inject!('/nowhere')).toBe(404);
    expect(await app.inject!('/throw')).toBe(500);
    expect(await app.requests()).toEqual({
      'GET /hello 200': 1,
      'GET /teams/:team/players/:player 200': 1,
      'GET unmatched 404': 1,
      'GET /throw 500': 1,
    });
    expect(await app.exceptions()).toEqual({ 'GET /throw': 1 });
  });

  it('two applications that share a registry share its metrics', async () => {
    const first = await launch(framework);
    const second = await launch(framework, { instrument: { registry: first.metrics.registry } });
    await Promise.all([first.send('GET /hello'), second.send('GET /hello'), second.send('GET /nowhere')]);
    expect(await first.requests()).toEqual({ 'GET /hello 200': 2, 'GET unmatched 404': 1 });
    expect(await second.requests()).toEqual(await first.requests());
  });

  it('an application that is instrumented twice counts once', async () => {
    const app = await launch(framework, { twice: true });
    await app.send('GET /hello');
    await app.send('GET /throw');
    expect(await app.requests()).toEqual({ 'GET /hello 200': 1, 'GET /throw 500': 1 });
    expect(await app.exceptions()).toEqual({ 'GET /throw': 1 });
  });
}

function countsByEndpoint(counted: Readonly<Record<string, number>>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [key, count] of Object.entries(counted)) {
    const endpoint = key.split(' ')[1]!;
    counts[endpoint] = (counts[endpoint] ?? 0) + count;
  }
  return counts;
}
