import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, Response } from 'express';
import type { AppMetrics } from '../app-metrics.ts';
import { InstrumentError } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import { beginNodeExchange, nodeExchangeOf } from '../http/node-exchange.ts';
import { createInstrumentation, type Instrumentation } from '../instrumentation.ts';
import type { InstrumentOptions } from '../options.ts';
import { expressRouteOf, type RoutedRequest, routerStack } from './express-route.ts';

export type ExpressOptions = InstrumentOptions<Request, Response>;
export type ExpressMetrics = AppMetrics<ExpressMiddleware, Request, Response>;

/** Asks for less than Express' own type, so that the handlers after it keep the parameters of their path. */
export type ExpressMiddleware = (req: IncomingMessage, res: ServerResponse, next: Next) => void;

type Next = (error?: unknown) => void;
type ErrorHandler = (error: unknown, req: IncomingMessage, res: ServerResponse, next: Next) => void;

/** The part of an application that Express 4 and 5 have in common and that is used here. */
interface ExpressApp {
  use(handler: ErrorHandler): unknown;
}

/** Where every request enters an application: from a server, or from an application it is mounted in. */
type Handle = (req: IncomingMessage, res: ServerResponse, next?: Next) => unknown;

/**
 * Instruments an Express 4 or 5 application: all that it serves from then on, whatever middleware it has.
 *
 * Requests are met where they enter the application and not by a middleware of its own. What Express does with a
 * request after that, exchanging its prototype, would make everything that is noted on it many times dearer.
 */
export function instrumentExpress(app: ExpressApp, options: ExpressOptions = {}): ExpressMetrics {
  const entrance = app as ExpressApp & { handle: Handle };
  if (typeof entrance.handle !== 'function') {
    throw new InstrumentError('invalid_option', 'instrumentExpress() takes an application of Express 4 or 5');
  }
  const instrumentation = createInstrumentation(options);
  const placeErrorRecorder = createErrorRecorder(app, instrumentation);
  const { handle } = entrance;
  entrance.handle = function instrumentedHandle(req, res, next) {
    if (instrumentation.tryServe(req, res) !== undefined) return;
    placeErrorRecorder();
    beginNodeExchange(instrumentation.recorder, { req, res, routeOf });
    handle.call(this, req, res, next);
  };
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
  const place = () => {
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
  return () => {
    try {
      place();
    } catch (error) {
      recorder.reportFault('looking for errors', error);
    }
  };
}
