import { createServer, type Server } from 'node:net';
import { HearthError } from '../errors.ts';
import { type Endpoint, formatEndpoint } from './endpoint.ts';

/** Stands for whichever port the system chooses. */
export const ANY_PORT = 0;

/** The highest port there is. */
export const MAX_PORT = 65_535;

/** How many ports are tried, counted from the wanted one. More would only hide that something is wrong. */
export const PORTS_TO_TRY = 100;

/**
 * Makes `server` listen on the wanted port or the first free one after it, and resolves with the port that it got.
 * It binds instead of asking first, so nobody can step in between. Also takes `ANY_PORT`.
 */
export async function listenOnFreePort(server: Server, { host, port: wanted }: Endpoint): Promise<number> {
  const last = Math.min(wanted + PORTS_TO_TRY - 1, MAX_PORT);
  for (let port = wanted; port <= last; port++) {
    if (await tryListen(server, { host, port })) return boundPort(server);
  }
  throw noFreePort(wanted, last);
}

/** Whether somebody listens on `endpoint` now. The answer may be old when it arrives: what binds next must still cope. */
export async function isPortTaken(endpoint: Endpoint): Promise<boolean> {
  const server = createServer();
  if (!(await tryListen(server, endpoint))) return true;
  await new Promise((resolve) => server.close(resolve));
  return false;
}

export function noFreePort(first: number, last: number): HearthError {
  return new HearthError('HEARTH_NO_FREE_PORT', `every port from ${first} to ${last} is taken`);
}

/** False when the port is taken; any other reason throws. */
async function tryListen(server: Server, endpoint: Endpoint): Promise<boolean> {
  try {
    await listen(server, endpoint);
    return true;
  } catch (cause) {
    if (isErrno(cause) && cause.code === 'EADDRINUSE') return false;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HearthError('HEARTH_LISTEN', `cannot listen on ${formatEndpoint(endpoint)}: ${reason}`, { cause });
  }
}

async function listen(server: Server, { host, port }: Endpoint): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const onListening = (): void => {
      server.off('error', onError);
      resolve();
    };
    const onError = (error: Error): void => {
      server.off('listening', onListening);
      reject(error);
    };
    server.once('listening', onListening).once('error', onError).listen({ host, port });
  });
}

function boundPort(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('BUG: a TCP server that listens has no port');
  return address.port;
}

function isErrno(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error;
}
