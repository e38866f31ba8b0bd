import express4 from 'express4';
import { describe, expect, it } from 'vitest';
import { type Layer, tryTake } from './express-layer.ts';
import { routerStack } from './express-route.ts';

/** A layer of Express 4 that was mounted at this path. */
function mounted(path: string | RegExp | string[]): Layer {
  const router = express4.Router();
  router.use(path as string, express4.Router());
  return routerStack(router)[0]!;
}

describe('a mount path of Express 4 is read back from its expression', () => {
  it.each([
    ['/', '/a/b', ''],
    ['/teams', '/teams/reds', '/teams'],
    ['/teams/', '/teams/reds', '/teams'],
    ['/Teams', '/tEAMS/reds', '/Teams'],
    ['/teams/:team', '/teams/reds/x', '/teams/:team'],
    ['/:a/:b', '/x/x/x', '/:a/:b'],
    ['/:a-:b', '/x-y/z', '/:a-:b'],
    ['/:a.:b', '/x.y/z', '/:a.:b'],
    ['/file.:ext', '/file.txt', '/file.:ext'],
    ['/v1.0', '/v1.0/x', '/v1.0'],
    ['/teams/:team?', '/teams', '/teams/:team'],
    ['/teams/:team(\\d+)', '/teams/7/x', '/teams/:team'],
    ['/teams/:team([^/]+)', '/teams/7/x', '/teams/:team'],
    ['/teams/:team(a|b)', '/teams/b/x', '/teams/:team'],
    ['/v(\\d+)', '/v7/x', '/v*'],
    ['*', '/anything/at/all', '*'],
    ['/files/*', '/files/a/b', '/files/*'],
  ])('%s', (path, target, template) => {
    const taken = tryTake(mounted(path), target);
    expect(taken?.template).toBe(template);
  });

  it('of a list it is the one that fits', () => {
    const layer = mounted(['/one/:a', '/two/:b', '/three']);
    expect(tryTake(layer, '/two/x/y')).toEqual({ path: '/two/x', template: '/two/:b' });
    expect(tryTake(layer, '/three/y')).toEqual({ path: '/three', template: '/three' });
    expect(tryTake(layer, '/four')).toBeUndefined();
  });

  it('an expression of the user’s own stands for itself', () => {
    expect(tryTake(mounted(/^\/v\d+/), '/v7/x')).toEqual({ path: '/v7', template: '/^\\/v\\d+' });
  });

  it('a path that cannot be decoded is not taken', () => {
    expect(tryTake(mounted('/:a'), '/%zz/x')).toBeUndefined();
  });
});

describe('a mount path of an early Express 5 is guessed from its parameters', () => {
  const early = (path: string, params: Record<string, unknown>): Layer => ({
    handle: { length: 3 },
    match: () => true,
    path,
    params,
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['/teams', {}, '/teams'],
    ['/Teams/', {}, '/teams'],
    ['/teams/reds', { team: 'reds' }, '/teams/:team'],
    ['/teams/teams', { team: 'teams' }, '/teams/:team'],
    ['/TEAMS/Reds', { team: 'Reds' }, '/teams/:team'],
    ['/x/x', { a: 'x', b: 'x' }, '/:a/:b'],
    ['/a%20b/c', { a: 'a b' }, '/:a/c'],
    ['/file.txt', { ext: 'txt' }, '*'],
    ['/teams', { team: undefined }, '/teams'],
    ['/files/a/b', { splat: ['a', 'b'] }, '*'],
    ['/teams/reds', { team: 'blues' }, '*'],
    ['/x/y/x/y', { a: 'y', b: 'y' }, '/x/:a/x/:b'],
  ])('%s with %o is %s', (path, params, template) => {
    expect(tryTake(early(path, params), path)?.template).toBe(template);
  });
});
