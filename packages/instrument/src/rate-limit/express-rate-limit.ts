import type { RateLimitRequestHandler } from 'express-rate-limit';
import {
  createLimiterMetrics,
  type LimiterMetrics,
  type LimiterOptions,
  type MetricsTarget,
} from './limiter-metrics.ts';

export interface ExpressRateLimitOptions extends LimiterOptions {
  /** The option of the same name that the limiter was made with. Default: `rateLimit`. */
  readonly requestPropertyName?: string;
  /** Length of a window, for a store that does not say when one ends. Default: 60 000, which is the limiter's own default. */
  readonly windowMs?: number;
}

/** What the limiter leaves on a request that it has counted. */
interface RateLimitInfo {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  readonly resetTime: Date | undefined;
}

type Next = (...args: unknown[]) => unknown;

/**
 * Returns the middleware with its decisions observed; use it instead of the one given, which it is like in everything else,
 * `resetKey` and `getKey` included. For `express-rate-limit` 7 and 8.
 *
 * Requests that the limiter skips (`skip`) or lets pass because its store failed (`passOnStoreError`) did not meet it and are
 * counted nowhere; when it hands an error on instead, that counts in `rate_limit_errors_total`.
 */
export function observeExpressRateLimit<Limiter extends RateLimitRequestHandler>(
  metrics: MetricsTarget,
  options: ExpressRateLimitOptions,
  limiter: Limiter,
): Limiter {
  const series = createLimiterMetrics(metrics, options);
  const { requestPropertyName = 'rateLimit', windowMs = 60_000 } = options;
  return new Proxy(limiter, {
    apply: (target, self: unknown, [request, response, next, ...rest]: [Record<string, unknown>, unknown, Next]) => {
      const earlier = request[requestPropertyName];
      let isOver = false;
      const end = (isError: boolean): void => {
        if (isOver) return;
        isOver = true;
        const info = request[requestPropertyName];
        if (info !== earlier && isRateLimitInfo(info)) record(series, info, windowMs);
        else if (isError) series.failed();
      };
      const observedNext: Next = (...args) => {
        // What comes next may be another limiter, which puts its own numbers where those of this one are.
        end(Boolean(args[0]));
        return next(...args);
      };
      const returned: unknown = Reflect.apply(target, self, [request, response, observedNext, ...rest]);
      // A request that was refused does not go on to `next`.
      return returned instanceof Promise ? returned.finally(() => end(false)) : returned;
    },
  });
}

function record(series: LimiterMetrics, info: RateLimitInfo, windowMs: number): void {
  const { limit, used, remaining, resetTime } = info;
  if (used > limit) series.limited();
  else series.allowed();
  const endsInMs = resetTime instanceof Date ? resetTime.getTime() - series.nowMs() : windowMs;
  series.observeWindow({ remaining, limit, endsInMs });
}

function isRateLimitInfo(value: unknown): value is RateLimitInfo {
  const { limit, used } = (value ?? {}) as Partial<RateLimitInfo>;
  return typeof limit === 'number' && typeof used === 'number';
}
