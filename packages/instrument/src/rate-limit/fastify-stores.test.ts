import { describe, expect, it, vi } from 'vitest';
import { tryStoreClass } from './fastify-stores.ts';

/** The part of an ioredis client that the plugin uses. */
function createRedis() {
  const redis = {
    calls: [] as unknown[][],
    rateLimit(...args: unknown[]) {
      redis.calls.push(args.slice(0, -1));
      const callback = args.at(-1) as (error: null, result: number[]) => void;
      callback(null, [4, 1500]);
    },
    rateLimitRead: () => undefined,
  };
  return redis;
}

const PARAMS = { continueExceeding: true, exponentialBackoff: false };

describe('the store that the plugin uses', () => {
  it("is the application's own if it has one", () => {
    const store = class {
      incr = vi.fn();
      child = vi.fn();
    };
    expect(tryStoreClass({ store, redis: createRedis() })).toBe(store);
  });

  it('is in memory, with as many clients as the options say', () => {
    const store = new (tryStoreClass({ cache: 2 })!)(PARAMS);
    const current = (key: string) => {
      const callback = vi.fn();
      store.incr(key, callback, 60_000, 10);
      return callback.mock.calls[0]![1].current;
    };
    expect(['ann', 'ann', 'bob', 'cy', 'ann'].map(current)).toEqual([1, 2, 1, 1, 1]);
  });

  it('goes on counting a window in memory when the options say so', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const store = new (tryStoreClass({})!)(PARAMS);
    const ttl = () => {
      const callback = vi.fn();
      store.incr('ann', callback, 60_000, 1);
      vi.setSystemTime(Date.now() + 1000);
      return callback.mock.calls[0]![1].ttl;
    };
    expect([ttl(), ttl(), ttl()]).toEqual([60_000, 60_000, 60_000]);
    vi.useRealTimers();
  });

  it('is Redis, under the name space of the options', () => {
    const redis = createRedis();
    const callback = vi.fn();
    new (tryStoreClass({ redis, nameSpace: 'limits-' })!)(PARAMS).incr('ann', callback, 60_000, 10);
    new (tryStoreClass({ redis })!)(PARAMS).incr('ann', callback, 60_000, 10);
    expect(redis.calls).toEqual([
      ['limits-ann', 60_000, 10, true, false],
      ['fastify-rate-limit-ann', 60_000, 10, true, false],
    ]);
    expect(callback).toHaveBeenCalledWith(null, { current: 4, ttl: 1500 });
  });

  it.each([
    [
      'is not there',
      () => {
        throw new Error('no such module');
      },
    ],
    ['is no class', () => ({})],
    [
      'takes other parameters',
      () =>
        (_continueExceeding: boolean, _cache = 5000) =>
          undefined,
    ],
  ])('is not known when its file %s', (_, load) => {
    expect(tryStoreClass({}, load)).toBeUndefined();
    expect(tryStoreClass({ redis: createRedis() }, load)).toBeUndefined();
  });
});
