import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem, sendProblem } from './problems.ts';

/** Which methods answer at a path; `undefined` where nothing does. */
export type KnownRoutes = (path: string) => ReadonlySet<string> | undefined;

/** Watches the routes that are added from now on. */
export function watchRoutes(app: FastifyInstance): KnownRoutes {
  const methodsOf = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = methodsOf.get(url) ?? new Set();
    for (const name of [method].flat()) methods.add(name);
    methodsOf.set(url, methods);
  });
  return (path) => methodsOf.get(path) ?? methodsOf.get(path.replace(/^(\/[^/]*\/).*$/, '$1*'));
}

/**
 * Answers what no route answers: 405 with `Allow` where the path is known, 404 elsewhere. That happens before the body
 * is read, so that a body cannot change the answer.
 */
export function answerUnknownRoutes(app: FastifyInstance, knownRoutes: KnownRoutes): void {
  function answer(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const methods = knownRoutes(request.url.split('?', 1)[0]);
    if (methods === undefined || methods.has(request.method)) {
      return sendProblem(reply, new Problem('not_found', 'There is nothing at this address.'));
    }
    const allowed = [...methods].sort().join(', ');
    reply.header('allow', allowed);
    return sendProblem(
      reply,
      new Problem('method_not_allowed', `This address answers ${allowed}, not ${request.method}.`),
    );
  }

  app.setNotFoundHandler(answer);
  app.addHook('onRequest', async (request, reply) => (request.is404 ? answer(request, reply) : undefined));
}
