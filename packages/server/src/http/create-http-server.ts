import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { FastifyInstance } from 'fastify';
import { HearthError } from '../errors.ts';
import { type Endpoint, formatEndpoint } from '../net/endpoint.ts';
import type { Clock } from '../time/clock.ts';
import { systemClock } from '../time/system-clock.ts';
import { type AccessConfig, OPEN_ACCESS } from './access/access-config.ts';
import { assertSafeListen } from './access/assert-safe-listen.ts';
import { isAccepted, type ServerTls } from './access/server-tls.ts';
import type { AppOptions } from './app-options.ts';
import { createApp } from './create-app.ts';
import { HttpError } from './errors/http-errors.ts';
import type { HttpServer } from './http-server.ts';

/** Queries come in URLs as well; Node.js' own limit is a quarter of it. */
const MAX_HEADER_BYTES = 64 * 1024;

const HEADERS_TIMEOUT_MS = 60_000;

/** Longer than the pauses between two refreshes of a page. */
const KEEP_ALIVE_MS = 75_000;

/** How long answers under way may take when the server is closed. */
const CLOSE_TIMEOUT_MS = 5_000;

export interface HttpServerOptions extends Omit<AppOptions, 'serverFactory' | 'listenPort'> {
  /** `undefined` for plain HTTP. */
  readonly tls?: ServerTls | undefined;
  /** `--web.allow-open`: others may reach it without saying who they are. */
  readonly allowsOpen?: boolean;
  /** `--web.max-connections`. */
  readonly maxConnections?: number;
  /** `--web.read-timeout`: how long a request may take to arrive. */
  readonly readTimeoutMs?: number;
  readonly clock?: Clock;
}

interface CurrentTls {
  current: ServerTls | undefined;
}

export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const access = options.access ?? (() => OPEN_ACCESS);
  const tls: CurrentTls = { current: options.tls };
  let server: Server | TlsServer | undefined;
  let address: Endpoint | undefined;
  const app = await createApp({
    ...options,
    access: () => {
      const current = access();
      if (address !== undefined && current.users.size === 0) refuseIfOpen(address, options, current);
      return current;
    },
    listenPort: () => address?.port,
    serverFactory: (handler) => {
      server = createNodeServer(handler, options, tls);
      return server as Server;
    },
  });
  if (server === undefined) throw new Error('BUG: the framework has made no server');
  const started = server;
  let closed: Promise<void> | undefined;
  return {
    get address() {
      return address;
    },
    async listen(endpoint) {
      assertSafe(endpoint, options, access());
      await listen(app, endpoint);
      address = { host: endpoint.host, port: portOf(started) };
      return address;
    },
    checkAccess(next) {
      if (address !== undefined) assertSafe(address, options, next);
    },
    renewTls(renewed) {
      if ('setSecureContext' in started) started.setSecureContext(renewed.context);
      tls.current = renewed;
    },
    close() {
      closed ??= close(app, started, options.clock ?? systemClock).finally(() => {
        address = undefined;
      });
      return closed;
    },
  };
}

/** Whoever has a server that is safe does not get one that is open because its users are gone. */
function refuseIfOpen(address: Endpoint, options: HttpServerOptions, access: AccessConfig): void {
  try {
    assertSafe(address, options, access);
  } catch (cause) {
    throw new HttpError('forbidden', 'there are no users any more, so that nobody may come in', { cause });
  }
}

function assertSafe(endpoint: Endpoint, { tls, allowsOpen = false }: HttpServerOptions, access: AccessConfig): void {
  assertSafeListen(endpoint, { isAuthenticated: access.users.size > 0 || tls?.accepts === 'valid', allowsOpen });
}

function createNodeServer(handler: RequestListener, options: HttpServerOptions, tls: CurrentTls): Server | TlsServer {
  const { maxConnections = 512, readTimeoutMs = 300_000 } = options;
  const limits = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: Math.min(HEADERS_TIMEOUT_MS, readTimeoutMs),
    requestTimeout: readTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
  };
  const server = tls.current === undefined ? createServer(limits, handler) : createSecured(tls, limits, handler);
  server.maxConnections = maxConnections;
  return server;
}

/** Whether certificates are asked for, and what that means for the handshake, stays as it was at the start. */
function createSecured(tls: CurrentTls, limits: object, handler: RequestListener): TlsServer {
  if (tls.current === undefined) throw new Error('BUG: a secured server without certificates');
  const { context, asksForCertificate, accepts } = tls.current;
  const options = { ...limits, ...context, requestCert: asksForCertificate, rejectUnauthorized: accepts === 'valid' };
  const server = createTlsServer(options, handler);
  if (asksForCertificate) {
    server.on('secureConnection', (socket) => {
      if (tls.current !== undefined && !isAccepted(socket, tls.current)) socket.destroy();
    });
  }
  return server;
}

async function listen(app: FastifyInstance, endpoint: Endpoint): Promise<void> {
  try {
    await app.listen({ host: endpoint.host, port: endpoint.port });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HearthError('HEARTH_LISTEN', `cannot listen on ${formatEndpoint(endpoint)}: ${reason}`, { cause });
  }
}

function portOf(server: Server | TlsServer): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('BUG: a TCP server that listens has no port');
  return address.port;
}

async function close(app: FastifyInstance, server: Server | TlsServer, clock: Clock): Promise<void> {
  const timer = clock.after(CLOSE_TIMEOUT_MS, () => server.closeAllConnections());
  try {
    await app.close();
  } finally {
    timer.cancel();
  }
}
