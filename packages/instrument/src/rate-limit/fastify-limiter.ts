import type { FastifyRateLimitStore, FastifyRateLimitStoreCtor, RateLimitPluginOptions } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import { createBoundedLog, logToConsole } from '../log.ts';
import {
  createLimiterMetrics,
  type LimiterMetrics,
  type LimiterOptions,
  type MetricsTarget,
} from './limiter-metrics.ts';
import { overlay } from './overlay.ts';

type Hook = (request: FastifyRequest, key: string) => unknown;

interface Hooks {
  readonly onExceeding?: Hook | undefined;
  readonly onExceeded?: Hook | undefined;
}

/** The observed limiter that a plugin or route is; on its options. */
const LIMITER = Symbol('hearth.instrument.limiter');
/** The hooks that the application gave to the plugin, which routes without their own inherit. */
const PLUGIN_HOOKS = Symbol('hearth.instrument.hooks');

/** What the plugin merges from its own options and those of a route; it is `this` of every hook. */
interface MergedOptions {
  readonly max?: unknown;
  readonly [LIMITER]?: Limiter;
  [PLUGIN_HOOKS]?: Hooks;
}

interface Limiter {
  readonly series: LimiterMetrics;
  /** Said to be the limit by who observes it. */
  readonly limit: number | undefined;
}

/** Finds the class of the store that the plugin will use; undefined if it cannot be had. */
export type StoreFinder = (options: RateLimitPluginOptions) => FastifyRateLimitStoreCtor | undefined;

/** See `observeFastifyRateLimit`. */
export function observeWithStores<Options extends RateLimitPluginOptions>(
  tryStoreClass: StoreFinder,
  metrics: MetricsTarget,
  limiterOptions: LimiterOptions,
  options: Options,
): Options {
  const { limit, ...seriesOptions } = limiterOptions;
  const log = createBoundedLog(limiterOptions.log ?? logToConsole);
  // The limit stays unknown until a store is observed: without one, the whole of it would be shown as what is left.
  const limiter: Limiter = { series: createLimiterMetrics(metrics, seriesOptions), limit };
  const Store = tryStoreClass(options);
  if (Store === undefined) {
    log('the store of @fastify/rate-limit is not known in this release: rate_limit_remaining stays unknown');
  }
  const warnOfPlainPlugin = () => {
    if (Store === undefined) return;
    log(
      `the route of the rate limiter "${limiterOptions.name}" is observed but its plugin is not: rate_limit_remaining stays unknown and hooks of the plugin are not called`,
    );
  };
  const countingHook = (name: keyof Hooks, count: () => void) => {
    const own = options[name];
    return function (this: MergedOptions, ...args: Parameters<Hook>): void {
      count();
      if (this[PLUGIN_HOOKS] === undefined) warnOfPlainPlugin();
      const hook: Hook | undefined = own ?? this[PLUGIN_HOOKS]?.[name];
      if (typeof hook === 'function') Reflect.apply(hook, this, args);
    };
  };
  return {
    ...options,
    ...(Store && { store: observedStoreClass(Store, limiter, options) }),
    onExceeding: countingHook('onExceeding', limiter.series.allowed),
    onExceeded: countingHook('onExceeded', limiter.series.limited),
    [LIMITER]: limiter,
  };
}

function observedStoreClass(
  Store: FastifyRateLimitStoreCtor,
  limiter: Limiter,
  { onExceeding, onExceeded }: Hooks,
): FastifyRateLimitStoreCtor {
  return new Proxy(Store, {
    construct: (target, [params, ...rest]: [MergedOptions]) => {
      // The options of every route are merged onto these.
      params[PLUGIN_HOOKS] = { onExceeding, onExceeded };
      showLimit(limiter, params);
      return observedStore(Reflect.construct(target, [params, ...rest]) as FastifyRateLimitStore, limiter);
    },
  });
}

function observedStore(store: FastifyRateLimitStore, limiter: Limiter): FastifyRateLimitStore {
  const { series } = limiter;
  const incr: FastifyRateLimitStore['incr'] = (key, callback, timeWindow, max) =>
    store.incr(
      key,
      (error, result) => {
        if (error) series.failed();
        else if (result) {
          series.observeWindow({ remaining: max - result.current, limit: max, endsInMs: result.ttl });
        }
        callback(error, result);
      },
      timeWindow,
      max,
    );
  const child = (routeOptions: Parameters<FastifyRateLimitStore['child']>[0] & MergedOptions) => {
    const own = routeOptions[LIMITER];
    if (own !== undefined) showLimit(own, routeOptions);
    return observedStore(store.child(routeOptions), own ?? limiter);
  };
  return overlay(store, { incr, child });
}

function showLimit({ series, limit }: Limiter, { max }: MergedOptions): void {
  series.setLimit(limit ?? (typeof max === 'number' ? max : undefined));
}
