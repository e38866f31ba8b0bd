import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppMetrics } from '../app-metrics.ts';
import { beginNodeExchange, nodeExchangeOf } from '../http/node-exchange.ts';
import { createTemplateFinder } from '../http/route-templates.ts';
import { createInstrumentation } from '../instrumentation.ts';
import type { InstrumentOptions } from '../options.ts';

/** What `http.createServer` takes. A promise it returns is looked at for exceptions only. */
export type NodeHandler = (req: IncomingMessage, res: ServerResponse) => unknown;

export interface NodeOptions extends InstrumentOptions<IncomingMessage, ServerResponse> {
  /**
   * The templates of the application's routes, the first that fits being the endpoint: `/games/:id`, `/files/*`. Everything
   * else is `unmatched`.
   */
  readonly routes?: readonly string[];
}

export interface NodeMetrics
  extends AppMetrics<(handler: NodeHandler) => NodeHandler, IncomingMessage, ServerResponse> {
  /** The instrumented handler; returns what the handler returned. */
  readonly handler: NodeHandler;
}

/** Instruments a request handler of Node.js' own `http`, `https` or `http2` (by its compatibility API). */
export function instrumentHandler(handler: NodeHandler, options: NodeOptions = {}): NodeMetrics {
  const instrumentation = createInstrumentation(options);
  const { recorder } = instrumentation;
  const findTemplate = createTemplateFinder(options.routes ?? []);
  const instrumented = (req: IncomingMessage, res: ServerResponse): unknown => {
    if (instrumentation.tryServe(req, res) !== undefined) return undefined;
    const exchange = beginNodeExchange(recorder, { req, res, routeOf: ({ path }) => findTemplate(path) });
    try {
      const returned = handler(req, res);
      return returned instanceof Promise
        ? returned.catch((error: unknown) => {
            recorder.fail(exchange, error);
            throw error;
          })
        : returned;
    } catch (error) {
      recorder.fail(exchange, error);
      throw error;
    }
  };
  const metrics = instrumentation.appMetrics<(inner: NodeHandler) => NodeHandler, IncomingMessage, ServerResponse>(
    (join) => (inner) => (req, res) => {
      join(nodeExchangeOf(res));
      return inner(req, res);
    },
  );
  return { ...metrics, handler: instrumented };
}
