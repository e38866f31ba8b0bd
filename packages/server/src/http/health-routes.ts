import type { FastifyInstance } from 'fastify';

const TEXT = 'text/plain; charset=utf-8';

/** `/-/healthy` as long as the process lives, `/-/ready` while it is ready. */
export function answerHealth(app: FastifyInstance): void {
  const routes = [
    { url: '/-/healthy', needsReadiness: false, text: 'Hearth is Healthy.\n' },
    { url: '/-/ready', needsReadiness: true, text: 'Hearth is Ready.\n' },
  ];
  for (const { url, needsReadiness, text } of routes) {
    app.get(url, { config: { needsReadiness } }, (_request, reply) => reply.type(TEXT).send(text));
    app.head(url, { config: { needsReadiness } }, (_request, reply) => reply.send());
  }
}
