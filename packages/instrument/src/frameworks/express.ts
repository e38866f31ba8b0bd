import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import type { AppMetrics } from '../app-metrics.ts';
import { countBodiesOf } from '../http/body-counter.ts';
import type { Exchange } from '../http/exchange.ts';
import { beginNodeExchange, nodeExchangeOf } from '../http/node-exchange.ts';
import { createInstrumentation, type Instrumentation } from '../instrumentation.ts';
import type { InstrumentOptions } from '../options.ts';
import { expressRouteOf, type RoutedRequest, routerStack } from './express-route.ts';

export type ExpressOptions = InstrumentOptions<Request, Response>;
export type ExpressMetrics = AppMetrics<RequestHandler, Request, Response>;

type Next = (error?: unknown) => void;
type ErrorHandler = (error: unknown, req: IncomingMessage, res: ServerResponse, next: Next) => void;

/** The part of an application that Express 4 and 5 have in common and that is used here. */
interface ExpressApp {
  use(handler: ((req: never, res: never, next: Next) => void) | ErrorHandler): unknown;
  /** The prototype of all its responses. */
  readonly response: object;
}

/**
 * Instruments an Express 4 or 5 application. Call it before the application's own middleware and routes, which is before
 * anything that could answer a request.
 */
export function instrumentExpress(app: ExpressApp, options: ExpressOptions = {}): ExpressMetrics {
  const instrumentation = createInstrumentation(options);
  countBodiesOf(app.response);
  const placeErrorRecorder = createErrorRecorder(app, instrumentation);
  app.use((req: IncomingMessage, res: ServerResponse, next: Next) => {
    if (instrumentation.tryServe(req, res) !== undefined) return;
    placeErrorRecorder();
    beginNodeExchange(instrumentation.recorder, { req, res, routeOf, isBodyCounted: true });
    next();
  });
  return instrumentation.appMetrics((join) => (_req, res, next) => {
    join(nodeExchangeOf(res));
    next();
  });
}

function routeOf(exchange: Exchange): string | undefined {
  return expressRouteOf(exchange.request as RoutedRequest);
}

/**
 * Sees errors on their way to the application's error handlers. It has to stand behind all routes and before the first
 * error handler, and both may be added after the instrumentation: so it is put in place when requests come, and again
 * whenever the stack has grown.
 */
function createErrorRecorder(app: ExpressApp, { recorder }: Instrumentation): () => void {
  const recordError: ErrorHandler = (error, _req, res, next) => {
    recorder.fail(nodeExchangeOf(res), error);
    next(error);
  };
  let placedAt = -1;
  return () => {
    const stack = routerStack(app);
    if (stack.length === placedAt) return;
    const present = stack.findIndex((layer) => layer.handle === recordError);
    if (present !== -1) stack.splice(present, 1);
    app.use(recordError);
    const own = stack.pop()!;
    const firstErrorHandler = stack.findIndex((layer) => layer.handle.length === 4);
    stack.splice(firstErrorHandler === -1 ? stack.length : firstErrorHandler, 0, own);
    placedAt = stack.length;
  };
}
