import type { FastifyInstance } from 'fastify';

/** What the foot of the page shows. */
export interface About {
  readonly version: string;
  /** Where a browser may read the metrics of this replica, if it may. */
  readonly metrics: string | null;
}

export function answerAbout(app: FastifyInstance, about: About): void {
  app.get('/api/about', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    return about;
  });
}
