import { expect } from 'vitest';

/** Asks again and again until the expectation that follows holds, for as long as a busy machine may need. */
export function eventually<T>(ask: () => T): ReturnType<typeof expect.poll<T>> {
  return expect.poll(ask, { timeout: 10_000, interval: 10 });
}
