import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpError } from './errors/http-errors.ts';

interface KnownPath {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/** What is asked of paths that have no answer. Has to be called before routes are added. */
export function refuseUnknownRoutes(app: FastifyInstance): void {
  const known = new Map<string, KnownPath>();
  app.addHook('onRoute', ({ url, method }) => {
    const path = known.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    for (const name of [method].flat()) path.methods.add(name);
    known.set(url, path);
  });
  app.setNotFoundHandler((request: FastifyRequest, _reply: FastifyReply) => {
    const [path] = request.url.split('?', 1);
    const methods = [...known.values()].flatMap(({ pattern, methods }) => (pattern.test(path) ? [...methods] : []));
    if (methods.length === 0) throw new HttpError('not_found', '404 page not found');
    const allow = [...new Set(methods)].sort().join(', ');
    throw new HttpError('method_not_allowed', 'Method Not Allowed', { headers: { allow } });
  });
}

/** Of a route such as `/label/:name/values`. A route that ends in `*` takes nothing but OPTIONS, and is left out. */
function patternOf(url: string): RegExp {
  if (url.endsWith('*')) return /(?!)/;
  const parts = url
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${parts.join('/')}$`);
}
