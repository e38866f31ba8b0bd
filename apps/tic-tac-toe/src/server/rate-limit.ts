import type { RateLimitPluginOptions } from '@fastify/rate-limit';
import { Problem } from './problems.ts';

/** Far more than a person can click, and far less than a loop can send. */
export const DEFAULT_RATE_LIMIT_MAX = 120;

const WINDOW_MS = 10_000;

/** The limit per client address. The plugin adds `Retry-After` and its `X-RateLimit-…` headers. */
export function rateLimitOptions(max: number): RateLimitPluginOptions {
  return {
    max,
    timeWindow: WINDOW_MS,
    errorResponseBuilder: (_request, { ttl }) =>
      new Problem('too_many_requests', `More than ${max} requests in ten seconds; try again in ${seconds(ttl)}.`),
  };
}

function seconds(ms: number): string {
  const count = Math.ceil(ms / 1000);
  return count === 1 ? '1 second' : `${count} seconds`;
}
