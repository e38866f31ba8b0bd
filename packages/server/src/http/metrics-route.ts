import type { FastifyInstance } from 'fastify';

/** The metrics of the program itself: a registry of prom-client is one. */
export interface SelfMetrics {
  readonly contentType: string;
  metrics(): Promise<string>;
}

export function answerMetrics(app: FastifyInstance, selfMetrics: SelfMetrics): void {
  app.get('/metrics', async (_request, reply) => {
    const text = await selfMetrics.metrics();
    return reply.type(selfMetrics.contentType).send(Buffer.from(text));
  });
}
