import type { FastifyInstance } from 'fastify';

/** The pages of which sites may read answers of the API: `*` for all. */
export type CorsOrigin = '*' | { matches(origin: string): boolean };

/** Lets scripts of other sites read the API, as far as `allowed` goes. Call it where the API's routes are added. */
export function allowOrigins(app: FastifyInstance, allowed: CorsOrigin): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('vary', 'Origin');
    const { origin } = request.headers;
    if (origin === undefined) return;
    reply.headers({
      'access-control-allow-headers': 'Accept, Authorization, Content-Type, Origin',
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      'access-control-expose-headers': 'Date',
    });
    if (allowed === '*') reply.header('access-control-allow-origin', '*');
    else if (allowed.matches(origin)) reply.header('access-control-allow-origin', origin);
  });
}
