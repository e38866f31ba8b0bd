import { createServer, type Server } from 'node:net';

/** A server on a port that the system chose, for tests that need a port to be taken. */
export async function occupyPort(host = '127.0.0.1'): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ host, port: 0 }, resolve));
  return { server, port: listeningPort(server) };
}

export function listeningPort(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('BUG: a TCP server that listens has no port');
  return address.port;
}

export async function closeServer(server: Server): Promise<void> {
  await new Promise((resolve) => server.close(resolve));
}

/** A port on which nobody listens: one that was free a moment ago. */
export async function freePort(): Promise<number> {
  const { server, port } = await occupyPort();
  await closeServer(server);
  return port;
}
