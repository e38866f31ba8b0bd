import type { FastifyInstance } from 'fastify';
import { HttpError } from '../errors/http-errors.ts';
import type { AccessConfig } from './access-config.ts';
import { Authenticator } from './authenticator.ts';
import { RequestLimit } from './request-limit.ts';
import { refuseCrossSite } from './same-site.ts';

export interface GuardOptions {
  readonly config: () => AccessConfig;
  /** Names under which browsers reach this server, besides addresses and `localhost`. */
  readonly ownNames: ReadonlySet<string>;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
}

/** Holds every request, also for what is not there, to who may do what. Comes before all other hooks. */
export function guard(app: FastifyInstance, { config, ownNames, nowMs }: GuardOptions): void {
  const authenticator = new Authenticator({ config, nowMs });
  const requestLimit = new RequestLimit(nowMs);
  app.addHook('onRequest', async (request, reply) => {
    const { headers, rateLimit } = config();
    reply.headers(headers);
    if (rateLimit !== undefined && !requestLimit.admits(rateLimit)) {
      throw new HttpError('too_many_requests', 'Too Many Requests');
    }
    const role = await authenticator.roleOf(request.headers.authorization, request.ip);
    const { role: needed = 'viewer', changesSomething = false } = request.routeOptions.config;
    if (needed === 'admin' && role !== 'admin') {
      throw new HttpError('forbidden', 'this needs an administrator; you are a viewer');
    }
    if (changesSomething) refuseCrossSite(request.headers, ownNames);
  });
}
