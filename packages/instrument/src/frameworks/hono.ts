import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context, HonoRequest, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { AppMetrics } from '../app-metrics.ts';
import { Exchange } from '../http/exchange.ts';
import { beginNodeExchange, nodeExchangeOf } from '../http/node-exchange.ts';
import type { Recorder } from '../http/recorder.ts';
import { createInstrumentation } from '../instrumentation.ts';
import type { InstrumentOptions } from '../options.ts';

/** Functions that derive labels get the context as `response`; its `res` is there once the handler has answered. */
export type HonoOptions = InstrumentOptions<HonoRequest, Context>;
export type HonoMetrics = AppMetrics<MiddlewareHandler, HonoRequest, Context>;

interface HonoApp {
  use(path: string, middleware: MiddlewareHandler): unknown;
}

/** What `@hono/node-server` hands to an application beside the request. */
interface NodeBindings {
  readonly incoming?: IncomingMessage;
  readonly outgoing?: ServerResponse;
}

/** Requests that came without a Node.js server, as from `app.request()`. */
const exchanges = new WeakMap<Context, Exchange>();

/**
 * Instruments a Hono application. Call it before the application's own middleware and routes.
 *
 * On `@hono/node-server` a request lasts until its response is sent. Without it (`app.request()` in tests, other runtimes)
 * it lasts until the handler has answered, sizes are those of the headers, and the metrics are read by `render()`.
 */
export function instrumentHono(app: HonoApp, options: HonoOptions = {}): HonoMetrics {
  const instrumentation = createInstrumentation(options);
  const { recorder } = instrumentation;
  app.use('*', async (c, next) => {
    const { incoming, outgoing } = nodeBindings(c);
    if (incoming === undefined || outgoing === undefined) return recordFetch(recorder, c, next);
    const served = instrumentation.tryServe(incoming, outgoing);
    if (served !== undefined) {
      await served;
      return alreadyAnswered();
    }
    const exchange = beginNodeExchange(recorder, {
      req: incoming,
      res: outgoing,
      request: c.req,
      response: c,
      routeOf,
    });
    await handle(recorder, exchange, c, next);
    return undefined;
  });
  return instrumentation.appMetrics((join) => async (c, next) => {
    const { outgoing } = nodeBindings(c);
    join(outgoing === undefined ? exchanges.get(c) : nodeExchangeOf(outgoing));
    await next();
  });
}

function nodeBindings(c: Context): NodeBindings {
  return (c.env ?? {}) as NodeBindings;
}

/** Tells `@hono/node-server` that the response was written without it. */
function alreadyAnswered(): Response {
  const response = new Response(null, { headers: { 'x-hono-already-sent': 'true' } });
  // Its stand-in for `Response` is answered from a cache, whatever its headers say, until somebody looks at the body.
  void response.body;
  return response;
}

async function recordFetch(recorder: Recorder, c: Context, next: () => Promise<void>): Promise<void> {
  const raw = { method: c.req.method, url: c.req.path };
  const exchange = new Exchange({ raw, request: c.req, response: c, routeOf });
  if (!recorder.begin(exchange)) return next();
  exchanges.set(c, exchange);
  exchange.status = 500;
  try {
    await handle(recorder, exchange, c, next);
    exchange.status = c.res.status;
    exchange.responseBytes = byteCount(c.res.headers.get('content-length'));
  } finally {
    exchange.requestBytes = byteCount(c.req.header('content-length'));
    recorder.finish(exchange, c.req.header('traceparent'));
  }
}

/** Hono hands an `Error` to the application's handler and tells of it; whatever else is thrown comes through. */
async function handle(
  recorder: Recorder,
  exchange: Exchange | undefined,
  c: Context,
  next: () => Promise<void>,
): Promise<void> {
  try {
    await next();
  } catch (error) {
    recorder.fail(exchange, error);
    throw error;
  }
  if (c.error !== undefined) recorder.fail(exchange, c.error);
}

function byteCount(contentLength: string | null | undefined): number {
  const bytes = Number(contentLength ?? 0);
  return bytes >= 0 ? bytes : 0;
}

/**
 * The template of the handler that answered, or that would have, had a middleware before it not done so. Middleware is
 * matched for all methods and by a wildcard at its end.
 */
function routeOf(exchange: Exchange): string | undefined {
  const c = exchange.response as Context;
  const candidates = matchedRoutes(c).slice(c.req.routeIndex);
  return candidates.find((route) => route.method !== 'ALL' || !route.path.endsWith('*'))?.path;
}
