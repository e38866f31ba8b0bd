import { createRequire } from 'node:module';
import type { FastifyRateLimitStore, FastifyRateLimitStoreCtor, RateLimitPluginOptions } from '@fastify/rate-limit';

/** What the plugin makes a store from. */
interface StoreParams {
  readonly continueExceeding: boolean;
  readonly exponentialBackoff: boolean;
}

type LocalStore = new (
  continueExceeding: boolean,
  exponentialBackoff: boolean,
  cache?: number,
) => FastifyRateLimitStore;

type RedisStore = new (
  continueExceeding: boolean,
  exponentialBackoff: boolean,
  redis: unknown,
  nameSpace?: string,
) => FastifyRateLimitStore;

/** Loads a module or throws. */
export type LoadModule = (name: string) => unknown;

/** Throws too where a bundler has left no `import.meta.url`. */
const loadFromHere: LoadModule = (name) => createRequire(import.meta.url)(name);

/**
 * The class of the store that the plugin uses with these options: the application's own, or one of the two that come with the
 * plugin. Those it does not export, but they have had files of their own since its first release, and these parameters since
 * 10.2; undefined if they are not as expected.
 */
export function tryStoreClass(
  options: RateLimitPluginOptions,
  load = loadFromHere,
): FastifyRateLimitStoreCtor | undefined {
  const { store, redis, nameSpace, cache } = options;
  if (store) return store;
  if (redis) {
    const Store = tryLoad<RedisStore>(load, 'RedisStore', 3);
    return (
      Store && madeBy((params) => new Store(params.continueExceeding, params.exponentialBackoff, redis, nameSpace))
    );
  }
  const Store = tryLoad<LocalStore>(load, 'LocalStore', 2);
  return Store && madeBy((params) => new Store(params.continueExceeding, params.exponentialBackoff, cache));
}

/** `parameters` is how many of the constructor's have no default. */
function tryLoad<Store>(load: LoadModule, name: string, parameters: number): Store | undefined {
  try {
    const loaded = load(`@fastify/rate-limit/store/${name}.js`);
    return typeof loaded === 'function' && loaded.length === parameters ? (loaded as Store) : undefined;
  } catch {
    return undefined;
  }
}

/** A class whose instances are what `make` returns. */
function madeBy(make: (params: StoreParams) => FastifyRateLimitStore): FastifyRateLimitStoreCtor {
  function Store(params: StoreParams): FastifyRateLimitStore {
    return make(params);
  }
  return Store as unknown as FastifyRateLimitStoreCtor;
}
