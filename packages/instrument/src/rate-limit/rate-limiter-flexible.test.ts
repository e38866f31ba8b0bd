import { Registry } from 'prom-client';
import {
  BurstyRateLimiter,
  RateLimiterCompatibleAbstract,
  RateLimiterMemory,
  RateLimiterQueue,
  RateLimiterRes,
  RateLimiterUnion,
  RLWrapperBlackAndWhite,
  RLWrapperTimeouts,
} from 'rate-limiter-flexible';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { describeObservedLimiter, samplesOf } from './limiter.suite.ts';
import { observeRateLimiter } from './rate-limiter-flexible.ts';

describeObservedLimiter('rate-limiter-flexible', async ({ registry, name, limit, windowMs }) => {
  const limiter = observeRateLimiter(
    { registry },
    { name },
    new RateLimiterMemory({ points: limit, duration: windowMs / 1000 }),
  );
  return {
    request: (client) =>
      limiter.consume(client).then(
        () => true,
        (reason: unknown) => {
          if (reason instanceof RateLimiterRes) return false;
          throw reason;
        },
      ),
  };
});

describe('a limiter of rate-limiter-flexible, observed', () => {
  let registry: Registry;
  const observe = <Limiter extends Parameters<typeof observeRateLimiter>[2]>(
    limiter: Limiter,
    limit?: number,
  ): Limiter => observeRateLimiter({ registry }, { name: 'api', limit }, limiter);
  const samples = () => samplesOf(registry, 'api');

  beforeEach(() => {
    registry = new Registry();
    vi.useFakeTimers({ toFake: ['Date'], now: 1_767_225_600_000 });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  /** A limiter whose store is down. */
  class Broken extends RateLimiterMemory {
    override consume(_key: string): Promise<RateLimiterRes> {
      return Promise.reject(new Error('store down'));
    }
  }

  it('is of the same type and class', () => {
    const limiter = new RateLimiterMemory({ points: 5, duration: 60 });
    const observed = observe(limiter);
    expectTypeOf(observed).toEqualTypeOf<RateLimiterMemory>();
    expect(observed).toBeInstanceOf(RateLimiterMemory);
    expect(observed.constructor).toBe(RateLimiterMemory);
    expect(observed.penalty).toBe(observed.penalty);
  });

  it('answers what the limiter answers', async () => {
    const observed = observe(new RateLimiterMemory({ points: 2, duration: 60 }));
    const plain = new RateLimiterMemory({ points: 2, duration: 60 });
    for (let i = 0; i < 2; i++) {
      expect((await observed.consume('ann')).toJSON()).toEqual((await plain.consume('ann')).toJSON());
    }
    const refusals = await Promise.all(
      [observed, plain].map((limiter) => limiter.consume('ann').catch((reason) => reason)),
    );
    expect(refusals[0]).toBeInstanceOf(RateLimiterRes);
    expect(refusals[0].toJSON()).toEqual(refusals[1].toJSON());
  });

  it('counts one request and shows the points that are left, however many it takes', async () => {
    const observed = observe(new RateLimiterMemory({ points: 10, duration: 60 }));
    await observed.consume('ann', 4);
    expect(await samples()).toMatchObject({ allowed: 1, limited: 0, remaining: 6, limit: 10 });
    await observed.consume('ann', 7).catch(() => undefined);
    expect(await samples()).toMatchObject({ allowed: 1, limited: 1, hits: 1, remaining: 0 });
  });

  it('passes the options of a call on', async () => {
    const observed = observe(new RateLimiterMemory({ points: 10, duration: 60 }));
    expect((await observed.consume('ann', 1, { customDuration: 5 })).msBeforeNext).toBe(5000);
    vi.setSystemTime(Date.now() + 5000);
    expect(await samples()).toMatchObject({ remaining: 10 });
  });

  it('leaves penalty, reward, get, block and delete alone', async () => {
    const limiter = new RateLimiterMemory({ points: 10, duration: 60 });
    const observed = observe(limiter);
    await observed.penalty('ann', 3);
    await observed.reward('ann', 1);
    expect((await limiter.get('ann'))?.consumedPoints).toBe(2);
    await observed.block('bob', 60);
    expect(await samples()).toMatchObject({ allowed: 0, limited: 0, remaining: 10 });
    expect(await observed.delete('ann')).toBe(true);
    await expect(observed.consume('bob')).rejects.toBeInstanceOf(RateLimiterRes);
    expect(await samples()).toMatchObject({ allowed: 0, limited: 1, remaining: 0 });
  });

  it('keeps showing a client as blocked for as long as it is', async () => {
    const observed = observe(new RateLimiterMemory({ points: 1, duration: 10, blockDuration: 300 }));
    await observed.consume('ann');
    await expect(observed.consume('ann')).rejects.toBeInstanceOf(RateLimiterRes);
    vi.setSystemTime(Date.now() + 299_000);
    expect((await samples()).remaining).toBe(0);
    // The ends of windows beyond four minutes are rounded up to eight seconds.
    vi.setSystemTime(Date.now() + 9000);
    expect((await samples()).remaining).toBe(1);
  });

  it('keeps showing what is left where points never come back', async () => {
    const observed = observe(new RateLimiterMemory({ points: 5, duration: 0 }));
    await observed.consume('ann', 2);
    vi.setSystemTime(Date.now() + 1e12);
    expect((await samples()).remaining).toBe(3);
  });

  it('counts a failure of the store as an error and passes it on', async () => {
    const observed = observe(new Broken({ points: 5, duration: 60 }));
    await expect(observed.consume('ann')).rejects.toThrow('store down');
    expect(await samples()).toMatchObject({ allowed: 0, limited: 0, errors: 1, remaining: 5 });
  });

  it('leaves what a limiter throws at once to the caller', () => {
    const observed = observe(new RateLimiterCompatibleAbstract());
    expect(() => observed.consume('ann')).toThrow("You have to implement the method 'consume'!");
  });

  it('counts what an insurance limiter decides', async () => {
    const insurance = new RateLimiterMemory({ points: 1, duration: 60 });
    const limiter = new RLWrapperTimeouts({
      limiter: new Broken({ points: 5, duration: 60 }),
      insuranceLimiter: insurance,
      timeoutMs: 1000,
    });
    const observed = observe(limiter);
    await observed.consume('ann');
    await expect(observed.consume('ann')).rejects.toBeInstanceOf(RateLimiterRes);
    expect(await samples()).toMatchObject({ allowed: 1, limited: 1, errors: 0, limit: 5 });
  });

  it('follows the points that are changed later', async () => {
    const observed = observe(new RateLimiterMemory({ points: 5, duration: 60 }));
    observed.points = 20;
    await observed.consume('ann');
    expect(await samples()).toMatchObject({ remaining: 19, limit: 20 });
  });

  it('takes the points of the limiter inside wrappers, and the limit that was said before both', async () => {
    const inner = new RateLimiterMemory({ points: 7, duration: 60 });
    const wrapped = new RLWrapperBlackAndWhite({ limiter: new RLWrapperTimeouts({ limiter: inner, timeoutMs: 1000 }) });
    observe(wrapped);
    expect(await samples()).toMatchObject({ remaining: 7, limit: 7 });
    observe(wrapped, 9);
    expect(await samples()).toMatchObject({ remaining: 9, limit: 9 });
  });

  it('counts clients on lists, but not as near to the limit', async () => {
    const limiter = new RateLimiterMemory({ points: 7, duration: 60 });
    const observed = observe(new RLWrapperBlackAndWhite({ limiter, whiteList: ['ann'], blackList: ['bob'] }));
    await observed.consume('ann');
    await expect(observed.consume('bob')).rejects.toBeInstanceOf(RateLimiterRes);
    expect(await samples()).toMatchObject({ allowed: 1, limited: 1, remaining: 7 });
  });

  it('works as a bursty limiter, in a queue and in a union', async () => {
    const slow = new RateLimiterMemory({ points: 1, duration: 60 });
    const bursty = observe(
      new BurstyRateLimiter(slow, new RateLimiterMemory({ keyPrefix: 'burst', points: 1, duration: 60 })),
    );
    await bursty.consume('ann');
    await bursty.consume('ann');
    await expect(bursty.consume('ann')).rejects.toBeInstanceOf(RateLimiterRes);
    expect(await samples()).toMatchObject({ allowed: 2, limited: 1, remaining: 0, limit: 1 });

    const member = observe(new RateLimiterMemory({ keyPrefix: 'member', points: 5, duration: 60 }));
    expect(await new RateLimiterQueue(member).removeTokens(2)).toBe(3);
    await new RateLimiterUnion(member).consume('cy');
    expect(await samples()).toMatchObject({ allowed: 4, limited: 1 });
  });

  it('lets a class keep its private fields', async () => {
    class Private extends RateLimiterMemory {
      #calls = 0;
      override consume(...args: Parameters<RateLimiterMemory['consume']>) {
        this.#calls++;
        return super.consume(...args);
      }
      calls() {
        return this.#calls;
      }
    }
    const observed = observe(new Private({ points: 5, duration: 60 }));
    await observed.consume('ann');
    expect(observed.calls()).toBe(1);
  });

  it('leaves a refusal that nobody handles unhandled', async () => {
    const observed = observe(new Broken({ points: 1, duration: 60 }));
    const listeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    const unhandled = new Promise((resolve) => process.once('unhandledRejection', resolve));
    try {
      void observed.consume('ann');
      expect(await unhandled).toEqual(new Error('store down'));
    } finally {
      for (const listener of listeners) process.on('unhandledRejection', listener);
    }
  });
});
