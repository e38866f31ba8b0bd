import type { FastifyPluginAsync } from 'fastify';

/** What somebody reads who opens the server's address in a browser: where to find what. */
export function createFrontPage(version: string): FastifyPluginAsync {
  const lines = [
    `Hearth ${version}`,
    '',
    "api/v1/query?query=up      what is stored: Prometheus' query language over its HTTP API",
    'api/v1/targets             what is scraped, and how the last scrapes went',
    'api/v1/status/config       the configuration that is in use',
    'metrics                    what this server measures of itself',
    '',
    'From a shell: npx hearth query up',
    '',
  ];
  return async (app) => {
    app.get('/', (_, reply) => reply.type('text/plain; charset=utf-8').send(lines.join('\n')));
  };
}
