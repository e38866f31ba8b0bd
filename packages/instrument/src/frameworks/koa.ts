import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Middleware, Request, Response } from 'koa';
import type { AppMetrics } from '../app-metrics.ts';
import type { Exchange } from '../http/exchange.ts';
import { beginNodeExchange, nodeExchangeOf } from '../http/node-exchange.ts';
import { createInstrumentation } from '../instrumentation.ts';
import type { InstrumentOptions } from '../options.ts';

export type KoaOptions = InstrumentOptions<Request, Response>;
export type KoaMetrics = AppMetrics<Middleware, Request, Response>;

/** The part of an application that is used here, whatever its state and context. */
interface KoaApp {
  use(middleware: (ctx: KoaContext, next: () => Promise<unknown>) => Promise<unknown>): unknown;
}

interface KoaContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly request: object;
  readonly response: object;
  respond?: boolean;
}

/**
 * Instruments a Koa application. Call it before the application's own middleware. Routes are those of `@koa/router`. An error
 * that a middleware of the application catches is not seen as an exception.
 */
export function instrumentKoa(app: KoaApp, options: KoaOptions = {}): KoaMetrics {
  const instrumentation = createInstrumentation(options);
  const { recorder } = instrumentation;
  app.use(async (ctx, next) => {
    const { req, res, request, response } = ctx;
    if (instrumentation.tryServe(req, res) !== undefined) {
      ctx.respond = false;
      return;
    }
    const exchange = beginNodeExchange(recorder, { req, res, request, response, routeOf });
    try {
      await next();
    } catch (error) {
      recorder.fail(exchange, error);
      throw error;
    }
  });
  return instrumentation.appMetrics((join) => (ctx, next) => {
    join(nodeExchangeOf(ctx.res));
    return next();
  });
}

/** What `@koa/router` leaves on the context of a request it has taken. */
interface RoutedContext {
  readonly method: string;
  /** The path of the layer that ran last. */
  readonly _matchedRoute?: string | RegExp;
  /** All layers that fit the path; those of middleware have no methods. */
  readonly matched?: readonly { readonly path: string | RegExp; readonly methods: readonly string[] }[];
}

/** The template of the route that answered, or that would have, had a middleware of its router not done so. */
function routeOf(exchange: Exchange): string | undefined {
  const { ctx } = exchange.request as { readonly ctx: RoutedContext };
  const { _matchedRoute: last, matched = [], method } = ctx;
  if (last === undefined) return undefined;
  const isRoute = matched.some(({ path, methods }) => path === last && methods.length > 0);
  const route = isRoute ? last : matched.find(({ methods }) => methods.includes(method))?.path;
  return String(route ?? last);
}
