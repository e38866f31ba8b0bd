import type { FastifyInstance } from 'fastify';

/** Nothing inline, nothing from elsewhere, no embedding: the page needs no more than its own files. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const SECURITY_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

export interface CommonHeadersOptions {
  readonly hostname: string;
  readonly isDraining: () => boolean;
}

/** Every answer names the replica that gave it; while draining it also asks the client to connect elsewhere next time. */
export function addCommonHeaders(app: FastifyInstance, { hostname, isDraining }: CommonHeadersOptions): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    reply.header('x-served-by', replicaName(hostname, request.socket.localPort));
  });
  // When it is sent, not when it is asked: a request that was under way must not keep its connection open afterwards.
  app.addHook('onSend', async (_request, reply) => {
    if (isDraining()) reply.header('connection', 'close');
  });
}

function replicaName(hostname: string, port: number | undefined): string {
  return port === undefined ? hostname : `${hostname}:${port}`;
}
