import type { RateLimitPluginOptions } from '@fastify/rate-limit';
import { observeWithStores } from './fastify-limiter.ts';
import { tryStoreClass } from './fastify-stores.ts';
import type { LimiterOptions, MetricsTarget } from './limiter-metrics.ts';

/** `limit` is for a limiter whose `max` is a function; a number is read from the options. */
export type FastifyRateLimitOptions = LimiterOptions;

/**
 * Returns the options with what observes the limiter filled in: for `app.register(rateLimit, …)`, and for `config.rateLimit`
 * of a route that is a limiter of its own. Hooks and a store that the options have are used as before. For
 * `@fastify/rate-limit` from 10.2 on.
 *
 * A request on the `allowList` did not meet the limiter and is counted nowhere. One that passes because the store failed
 * (`skipOnError`) counts as allowed and as an error.
 *
 * Decisions are counted by the hooks. What clients have left is read from the store, so it does not depend on headers; the
 * store of a route is the plugin's. Observe the plugin's options too, or `rate_limit_remaining` of the route stays unknown, and
 * a route without hooks of its own does not call those that were given to the plugin. A line in the log says so.
 */
export function observeFastifyRateLimit<Options extends RateLimitPluginOptions>(
  metrics: MetricsTarget,
  limiter: FastifyRateLimitOptions,
  options: Options,
): Options {
  return observeWithStores(tryStoreClass, metrics, limiter, options);
}
