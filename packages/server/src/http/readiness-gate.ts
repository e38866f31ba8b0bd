import type { FastifyInstance } from 'fastify';
import { HttpError } from './errors/http-errors.ts';
import type { Readiness } from './views/readiness.ts';

/** Refuses what needs readiness while there is none. */
export function refuseUntilReady(app: FastifyInstance, readiness: Readiness): void {
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.needsReadiness !== true) return;
    const state = readiness.state();
    if (state === 'ready') return;
    const headers = { 'x-prometheus-stopping': String(state === 'stopping') };
    throw new HttpError('not_ready', 'Service Unavailable', { headers });
  });
}
