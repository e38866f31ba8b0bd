import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context, Middleware, Request, Response } from 'koa';
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

/** The template that `@koa/router` leaves on the context of a request it has taken. */
function routeOf(exchange: Exchange): string | undefined {
  const { ctx } = exchange.request as { readonly ctx: Context & { readonly _matchedRoute?: string | RegExp } };
  return ctx._matchedRoute === undefined ? undefined : String(ctx._matchedRoute);
}
