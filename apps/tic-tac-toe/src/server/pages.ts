import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

const PUBLIC_FOLDER = packageFolder('public/');
const MODULES_FOLDER = packageFolder('dist/browser/');

/** Compiled modules and their source maps; the compiler's declarations stay inside. */
const SERVED_MODULE = /\.js(?:\.map)?$/;

/**
 * The page and the modules it loads. Page, styles and modules belong together and carry no version in their names, so
 * browsers keep them but ask each time whether they are still right (`no-cache`, answered 304 by their ETag).
 */
export function servePages(app: FastifyInstance): void {
  const shared = { cacheControl: false, setHeaders: setCacheControl };
  app.register(fastifyStatic, { ...shared, root: PUBLIC_FOLDER, wildcard: false });
  app.register(fastifyStatic, {
    ...shared,
    root: MODULES_FOLDER,
    prefix: '/assets/',
    decorateReply: false,
    index: false,
    allowedPath: (path) => SERVED_MODULE.test(path),
  });
}

function setCacheControl(reply: FastifyReply): void {
  reply.header('cache-control', 'no-cache');
}

/** The same folder whether this file runs from `src/server` or from `dist/server`. */
function packageFolder(name: string): string {
  return fileURLToPath(new URL(`../../${name}`, import.meta.url));
}
