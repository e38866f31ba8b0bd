import fc from 'fast-check';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/** One observed limiter at work. */
export interface ObservedLimiter {
  /** Sends one request of a client; whether it was let through, as the client sees it. */
  request(client: string): Promise<boolean>;
  close?(): Promise<void>;
}

export interface LimiterSetup {
  readonly registry: Registry;
  readonly name: string;
  readonly limit: number;
  readonly windowMs: number;
}

/** Makes a limiter with fixed windows that begin at a client's first request, kept in memory by the clock `Date.now`. */
export type MakeLimiter = (setup: LimiterSetup) => Promise<ObservedLimiter>;

/** Every `rate_limit_…` sample of a registry, as `name{labels}`. */
export async function rateLimitSamples(registry: Registry): Promise<Record<string, number>> {
  const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith('rate_limit_'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

/** The samples of one limiter under short names; what is not there is undefined. */
export async function samplesOf(registry: Registry, name: string) {
  const samples = await rateLimitSamples(registry);
  return {
    allowed: samples[`rate_limit_requests_total{limiter="${name}",outcome="allowed"}`],
    limited: samples[`rate_limit_requests_total{limiter="${name}",outcome="limited"}`],
    hits: samples[`rate_limit_hits_total{limiter="${name}"}`],
    errors: samples[`rate_limit_errors_total{limiter="${name}"}`],
    remaining: samples[`rate_limit_remaining{limiter="${name}"}`],
    limit: samples[`rate_limit_limit{limiter="${name}"}`],
  };
}

const START = Date.parse('2026-01-01T00:00:00Z');
const CLIENTS = ['ann', 'bob', 'cy', 'dee'];

/** What fixed windows come to, by the book. */
class NaiveLimiter {
  readonly #setup: LimiterSetup;
  readonly #windows = new Map<string, { endsAtMs: number; used: number }>();
  allowed = 0;
  limited = 0;

  constructor(setup: LimiterSetup) {
    this.#setup = setup;
  }

  request(client: string): boolean {
    const window = this.#openWindow(client) ?? { endsAtMs: Date.now() + this.#setup.windowMs, used: 0 };
    this.#windows.set(client, window);
    window.used++;
    const isAllowed = window.used <= this.#setup.limit;
    if (isAllowed) this.allowed++;
    else this.limited++;
    return isAllowed;
  }

  get remaining(): number {
    const { limit } = this.#setup;
    const used = CLIENTS.map((client) => this.#openWindow(client)?.used ?? 0);
    return Math.max(0, limit - Math.max(...used));
  }

  #openWindow(client: string) {
    const window = this.#windows.get(client);
    return window !== undefined && window.endsAtMs > Date.now() ? window : undefined;
  }
}

type Step = { readonly client: string } | { readonly seconds: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ client: fc.constantFrom(...CLIENTS) }) },
    { weight: 1, arbitrary: fc.record({ seconds: fc.integer({ min: 1, max: 25 }) }) },
  ),
  { maxLength: 40 },
);

/** What holds for every observed limiter. */
export function describeObservedLimiter(library: string, makeLimiter: MakeLimiter): void {
  describe(`${library}, observed`, () => {
    const open: ObservedLimiter[] = [];
    const make = async (setup: Partial<LimiterSetup> & { readonly registry: Registry }) => {
      const limiter = await makeLimiter({ name: 'api', limit: 3, windowMs: 20_000, ...setup });
      open.push(limiter);
      return limiter;
    };

    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['Date'], now: START });
    });

    afterEach(async () => {
      vi.useRealTimers();
      for (const limiter of open.splice(0)) await limiter.close?.();
    });

    it('shows its series as soon as it is made', async () => {
      const registry = new Registry();
      await make({ registry });
      const samples = await rateLimitSamples(registry);
      expect(samples).toMatchObject({
        'rate_limit_requests_total{limiter="api",outcome="allowed"}': 0,
        'rate_limit_requests_total{limiter="api",outcome="limited"}': 0,
        'rate_limit_hits_total{limiter="api"}': 0,
        'rate_limit_errors_total{limiter="api"}': 0,
        'rate_limit_remaining{limiter="api"}': 3,
        'rate_limit_limit{limiter="api"}': 3,
      });
      expect(Object.keys(samples)).toHaveLength(6);
    });

    it('counts every request once, and follows the nearest client, over any sequence of requests', async () => {
      await fc.assert(
        fc.asyncProperty(steps, fc.integer({ min: 1, max: 6 }), async (sequence, limit) => {
          const setup = { registry: new Registry(), name: 'api', limit, windowMs: 20_000 };
          const limiter = await make(setup);
          const naive = new NaiveLimiter(setup);
          for (const step of sequence) {
            if ('seconds' in step) vi.setSystemTime(Date.now() + step.seconds * 1000);
            else expect(await limiter.request(step.client)).toBe(naive.request(step.client));
            const { remaining } = await samplesOf(setup.registry, 'api');
            expect(remaining).toBe(naive.remaining);
          }
          const requests = sequence.filter((step) => 'client' in step).length;
          const { allowed, limited, hits, errors } = await samplesOf(setup.registry, 'api');
          expect(allowed! + limited!).toBe(requests);
          expect({ allowed, limited, hits, errors }).toEqual({
            allowed: naive.allowed,
            limited: naive.limited,
            hits: naive.limited,
            errors: 0,
          });
        }),
        { numRuns: 20 },
      );
    });

    it('counts requests that overlap as their clients see them', async () => {
      const registry = new Registry();
      const limiter = await make({ registry });
      const answers = await Promise.all(CLIENTS.flatMap((client) => Array(5).fill(client)).map(limiter.request));
      // How many are let through is the limiter's affair: @fastify/rate-limit in memory refuses all that meet in one turn.
      const allowed = answers.filter((isAllowed) => isAllowed).length;
      const limited = answers.length - allowed;
      expect(limited).toBeGreaterThan(0);
      expect(await samplesOf(registry, 'api')).toMatchObject({ allowed, limited, hits: limited, remaining: 0 });
    });

    it('shows what is left, and the whole limit again when the window has ended', async () => {
      const registry = new Registry();
      const limiter = await make({ registry });
      const remaining = async () => (await samplesOf(registry, 'api')).remaining;
      await limiter.request('ann');
      expect(await remaining()).toBe(2);
      vi.setSystemTime(START + 10_000);
      await limiter.request('bob');
      await limiter.request('bob');
      expect(await remaining()).toBe(1);
      vi.setSystemTime(START + 29_999);
      expect(await remaining()).toBe(1);
      vi.setSystemTime(START + 30_000);
      expect(await remaining()).toBe(3);
    });

    it('keeps two limiters apart', async () => {
      const registry = new Registry();
      const api = await make({ registry });
      const login = await make({ registry, name: 'login', limit: 1 });
      await api.request('ann');
      await login.request('ann');
      await login.request('ann');
      expect(await samplesOf(registry, 'api')).toMatchObject({ allowed: 1, limited: 0, remaining: 2, limit: 3 });
      expect(await samplesOf(registry, 'login')).toMatchObject({ allowed: 1, limited: 1, remaining: 0, limit: 1 });
    });

    it('adds up limiters of the same name', async () => {
      const registry = new Registry();
      const first = await make({ registry });
      const second = await make({ registry });
      await first.request('ann');
      await first.request('ann');
      await second.request('ann');
      expect(await samplesOf(registry, 'api')).toMatchObject({ allowed: 3, limited: 0, remaining: 1 });
    });
  });
}
