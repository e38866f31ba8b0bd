import type { IncomingMessage, ServerResponse } from 'node:http';
import { requestPath } from '../http/request-path.ts';
import type { Log } from '../log.ts';
import type { EndpointOptions } from '../options.ts';
import type { Exposition, RenderOptions } from './exposition.ts';
import { directPrivateClients, everybody } from './guard.ts';
import { createMetricsHandler, type MetricsHandler } from './handler.ts';
import { type ListenOptions, type MetricsServer, serveMetrics } from './server.ts';

/** The ways to read the metrics over HTTP. */
export interface Endpoint {
  /** See `Instrumentation`. */
  tryServe(req: IncomingMessage, res: ServerResponse): Promise<void> | undefined;
  readonly handle: MetricsHandler;
  readonly server: Promise<MetricsServer | undefined>;
  listen(options: ListenOptions): Promise<MetricsServer>;
  close(): Promise<void>;
}

export interface EndpointContext {
  readonly render: (options: RenderOptions) => Promise<Exposition>;
  readonly log: Log;
}

export function createEndpoint(options: EndpointOptions | false, { render, log }: EndpointContext): Endpoint {
  const hasOwnPort = options !== false && 'port' in options;
  const guard = (options !== false && options.guard) || (hasOwnPort ? everybody() : directPrivateClients());
  const handle = createMetricsHandler({ render, guard, log });
  const path = options === false || hasOwnPort ? undefined : (options.path ?? '/metrics');
  const servers: Promise<MetricsServer | undefined>[] = [];
  const listen = (listenOptions: ListenOptions) => {
    const server = serveMetrics(handle, listenOptions);
    servers.push(server.catch(() => undefined));
    return server;
  };
  const server = hasOwnPort
    ? listen(options).catch((error: unknown) => {
        log(`the metrics have no port: ${String(error)}`);
        return undefined;
      })
    : Promise.resolve(undefined);
  return {
    handle,
    listen,
    server,
    tryServe: (req, res) => (path !== undefined && isRequestFor(path, req) ? handle(req, res) : undefined),
    close: async () => {
      for (const opened of servers.splice(0)) await (await opened)?.close();
    },
  };
}

function isRequestFor(path: string, req: IncomingMessage): boolean {
  const target = (req as IncomingMessage & { originalUrl?: string }).originalUrl ?? req.url ?? '';
  // Most requests are told apart by their first characters, before their path is cut out.
  return target.startsWith(path) && requestPath(target) === path;
}
