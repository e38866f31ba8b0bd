import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface TargetServer {
  readonly address: string;
  /** In the order of their arrival. */
  readonly requests: readonly IncomingMessage[];
  /** How many connections were made. */
  readonly connections: number;
}

/** Something to scrape on loopback, which goes when the test ends. */
export async function startTarget(answer: RequestListener): Promise<TargetServer> {
  const requests: IncomingMessage[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    requests,
    get connections() {
      return connections;
    },
  };
}

/** Answers in the Prometheus text format. */
export function sendText(response: ServerResponse, text: string): void {
  response.setHeader('Content-Type', 'text/plain; version=0.0.4').end(text);
}
