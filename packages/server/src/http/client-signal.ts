import type { FastifyReply } from 'fastify';
import { HttpError } from './errors/http-errors.ts';

/** Aborted when the connection goes before the answer is out. */
export function signalOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new HttpError('canceled', 'the client has gone'));
  });
  return controller.signal;
}
