import { expect, it } from 'vitest';
import type { Framework } from '../testing/apps/framework.ts';
import { launch } from '../testing/launch.ts';

export function describeErrors(framework: Framework): void {
  it.each([
    ['thrown at once', '/throw', '/throw'],
    ['from a promise', '/reject', '/reject'],
    ['from a router of its own', '/teams/reds/throw', '/teams/:team/throw'],
    ['from the same router, deeper', '/leagues/uk/teams/reds/throw', '/leagues/:league/teams/:team/throw'],
    ['under a value that is also a segment', '/leagues/teams/teams/teams/throw', '/leagues/:league/teams/:team/throw'],
  ])('an error %s is a 500 and an exception of its route', async (_which, path, endpoint) => {
    const app = await launch(framework);
    expect((await app.send(`GET ${path}`)).status).toBe(500);
    expect(await app.requests()).toEqual({ [`GET ${endpoint} 500`]: 1 });
    expect(await app.exceptions()).toEqual({ [`GET ${endpoint}`]: 1 });
  });

  it('an error with a status below 500 is an answer, not an exception', async () => {
    const app = await launch(framework);
    expect((await app.send('GET /forbidden')).status).toBe(403);
    expect(await app.requests()).toEqual({ 'GET /forbidden 403': 1 });
    expect(await app.exceptions()).toEqual({});
  });

  const { handledError } = framework.traits;
  it(`an error that the application's own handler answers is ${handledError === 'unseen' ? 'no' : 'an'} exception`, async () => {
    const app = await launch(framework, { errorHandler: true });
    expect((await app.send('GET /throw')).text).toBe('handled');
    expect((await app.send('GET /leagues/uk/teams/reds/throw')).text).toBe('handled');
    expect((await app.send('GET /hello')).text).toBe('hello');
    expect(await app.requests()).toEqual({
      'GET /throw 500': 1,
      'GET /leagues/:league/teams/:team/throw 500': 1,
      'GET /hello 200': 1,
    });
    expect(await app.exceptions()).toEqual(
      handledError === 'unseen' ? {} : { 'GET /throw': 1, 'GET /leagues/:league/teams/:team/throw': 1 },
    );
  });

  it('the exceptions of a route exist as 0 before the first', async () => {
    const app = await launch(framework);
    await app.send('GET /hello');
    expect(await app.rows('http_request_exceptions_total', 'method', 'endpoint')).toEqual({ 'GET /hello': 0 });
  });
}
