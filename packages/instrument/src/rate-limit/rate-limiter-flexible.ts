import {
  createLimiterMetrics,
  type LimiterMetrics,
  type LimiterOptions,
  type MetricsTarget,
} from './limiter-metrics.ts';
import { overlay } from './overlay.ts';

/** `limit` is for limiters that have no `points` of their own. */
export type RateLimiterOptions = LimiterOptions;

/** The part of a limiter that is used here: a `RateLimiterAbstract`, a wrapper around one, or a `BurstyRateLimiter`. */
export interface ConsumableLimiter {
  consume(key: string | number, points?: number, options?: never): Promise<ConsumeResult>;
}

/** What `rate-limiter-flexible` calls `RateLimiterRes`: fulfilled with it if there were points left, rejected if not. */
interface ConsumeResult {
  readonly remainingPoints: number;
  readonly consumedPoints: number;
  /** -1 where points never come back. */
  readonly msBeforeNext: number;
}

/**
 * Returns the limiter with its `consume()` observed; use it instead of the one given. Each call is one request, however many
 * points it takes; what is left is counted in points. Limits, penalties, rewards and everything else are the limiter's own,
 * and so is what `consume()` answers.
 *
 * Observe the members of a `RateLimiterUnion`, not the union.
 */
export function observeRateLimiter<Limiter extends ConsumableLimiter>(
  metrics: MetricsTarget,
  options: RateLimiterOptions,
  limiter: Limiter,
): Limiter {
  const currentLimit = (): number | undefined => options.limit ?? tryPointsOf(limiter);
  const series = createLimiterMetrics(metrics, options);
  series.setLimit(currentLimit());
  const consume = (...args: Parameters<Limiter['consume']>): Promise<ConsumeResult> =>
    (Reflect.apply(limiter.consume, limiter, args) as Promise<ConsumeResult>).then(
      (result) => {
        series.allowed();
        observe(series, result, currentLimit());
        return result;
      },
      (reason: unknown) => {
        if (isConsumeResult(reason)) {
          series.limited();
          observe(series, reason, currentLimit());
        } else series.failed();
        throw reason;
      },
    );
  return overlay<ConsumableLimiter>(limiter, { consume }) as Limiter;
}

function observe(series: LimiterMetrics, result: unknown, limit: number | undefined): void {
  // Nothing consumed: a client on a list, blocked in memory, or only asking. None of them says anything about a window.
  if (!isConsumeResult(result) || result.consumedPoints === 0) return;
  const { remainingPoints: remaining, msBeforeNext } = result;
  series.observeWindow({ remaining, limit, endsInMs: msBeforeNext === -1 ? Number.POSITIVE_INFINITY : msBeforeNext });
}

function isConsumeResult(value: unknown): value is ConsumeResult {
  return typeof (value as Partial<ConsumeResult> | null | undefined)?.msBeforeNext === 'number';
}

const MAX_WRAPPERS = 8;

/**
 * The points of a limiter, or of that inside its wrappers, whose own points do not count; undefined if it has none or does not
 * want to tell.
 */
function tryPointsOf(limiter: object): number | undefined {
  try {
    let inner = limiter as { readonly limiter?: object | null; readonly points?: unknown };
    for (let i = 0; i < MAX_WRAPPERS && typeof inner.limiter === 'object' && inner.limiter; i++) inner = inner.limiter;
    return typeof inner.points === 'number' ? inner.points : undefined;
  } catch {
    return undefined;
  }
}
