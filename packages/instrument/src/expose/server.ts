import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { requestPath } from '../http/request-path.ts';
import type { MetricsHandler } from './handler.ts';

/** A running endpoint on a port of its own. */
export interface MetricsServer {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

export interface ListenOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Default: `127.0.0.1`. */
  readonly host?: string;
  /** Default: `/metrics`. */
  readonly path?: string;
}

/**
 * Serves the metrics on a port of their own; rejects if the port cannot be had. It does not keep the process alive.
 */
export function serveMetrics(handler: MetricsHandler, options: ListenOptions): Promise<MetricsServer> {
  const { port, host = '127.0.0.1', path = '/metrics' } = options;
  const server = createServer({ requestTimeout: 30_000, maxHeaderSize: 16_384 }, (req, res) => {
    if (requestPath(req.url) === path) void handler(req, res);
    else res.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`The metrics are at ${path}\n`);
  });
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address() as AddressInfo;
      const shownHost = address.family === 'IPv6' ? `[${address.address}]` : address.address;
      resolve({
        port: address.port,
        url: `http://${shownHost}:${address.port}${path}`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}
