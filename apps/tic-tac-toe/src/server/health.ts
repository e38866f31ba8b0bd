import type { FastifyInstance } from 'fastify';

export interface HealthOptions {
  readonly version: string;
  readonly isDraining: () => boolean;
}

/** For the load balancer: 503 takes this replica out of rotation before it stops. */
export function answerHealth(app: FastifyInstance, { version, isDraining }: HealthOptions): void {
  app.get('/healthz', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    if (!isDraining()) return { status: 'ok', version };
    reply.code(503);
    return { status: 'draining', version };
  });
}
