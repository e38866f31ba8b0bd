import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface TestHttpServer {
  readonly origin: string;
  readonly requests: readonly IncomingMessage[];
}

/** A server on loopback, or on a Unix socket if a path is given, that goes when the test ends. */
export async function startHttpServer(answer: RequestListener, socketPath?: string): Promise<TestHttpServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => {
    if (socketPath === undefined) server.listen(0, '127.0.0.1', resolve);
    else server.listen(socketPath, resolve);
  });
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const address = server.address() as AddressInfo;
  return { origin: socketPath === undefined ? `http://127.0.0.1:${address.port}` : 'http://unix', requests };
}
