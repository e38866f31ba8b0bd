import type { FastifyError, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { AppMetrics } from '../app-metrics.ts';
import { beginNodeExchange, nodeExchangeOf } from '../http/node-exchange.ts';
import { createInstrumentation } from '../instrumentation.ts';
import type { InstrumentOptions } from '../options.ts';

export type FastifyOptions = InstrumentOptions<FastifyRequest, FastifyReply>;
export type FastifyMetrics = AppMetrics<onRequestHookHandler, FastifyRequest, FastifyReply>;

/** The part of an instance that is used here, whatever its logger, type provider and kind of server. */
interface FastifyApp {
  addHook(name: 'onRequest', hook: (request: FastifyRequest, reply: FastifyReply, done: () => void) => void): unknown;
  addHook(
    name: 'onError',
    hook: (request: FastifyRequest, reply: FastifyReply, error: FastifyError, done: () => void) => void,
  ): unknown;
}

/**
 * Instruments a Fastify 5 instance and everything that is registered on it afterwards. The middleware it returns are
 * `onRequest` hooks, for a route's options or for `addHook`.
 */
export function instrumentFastify(app: FastifyApp, options: FastifyOptions = {}): FastifyMetrics {
  const instrumentation = createInstrumentation(options);
  const { recorder } = instrumentation;
  app.addHook('onRequest', (request, reply, done) => {
    if (instrumentation.tryServe(request.raw, reply.raw) !== undefined) {
      reply.hijack();
      return;
    }
    const exchange = beginNodeExchange(recorder, { req: request.raw, res: reply.raw, request, response: reply });
    const route = request.routeOptions.url;
    if (exchange !== undefined && route !== undefined) exchange.endpoint = route;
    done();
  });
  app.addHook('onError', (_request, reply, error, done) => {
    recorder.fail(nodeExchangeOf(reply.raw), error);
    done();
  });
  return instrumentation.appMetrics((join) => (_request, reply, done) => {
    join(nodeExchangeOf(reply.raw));
    done();
  });
}
