import { DbError } from '@hearth/tsdb';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { HearthError } from '../../errors.ts';
import { errorPart } from '../answer/envelope.ts';
import { sendJson } from '../answer/send-pieces.ts';
import { HttpError } from './http-errors.ts';

type AnyError = Error & Partial<Pick<FastifyError, 'code' | 'statusCode'>>;

/** Answers whatever went wrong. Errors that nobody foresaw go to `report`, and the client learns nothing of them. */
export function createErrorHandler(report: (error: Error) => void) {
  return function answerError(error: AnyError, request: FastifyRequest, reply: FastifyReply): void {
    const answer = httpErrorOf(error);
    // What is behind a HearthError is told where it arises.
    if (answer.code === 'internal' && !(error.cause instanceof HearthError)) report(error);
    void sendError(request, reply, answer);
  };
}

/** JSON under `/api/v1`, where clients read it, and a line of text elsewhere. */
export function sendError(request: FastifyRequest, reply: FastifyReply, error: HttpError): FastifyReply {
  reply.status(error.status).headers(error.headers);
  if (request.routeOptions.config.isApi === true && !error.isPlain)
    return sendJson(reply, errorPart(error), () => undefined);
  reply.headers({ 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' });
  return reply.send(`${error.message}\n`);
}

export function httpErrorOf(error: AnyError): HttpError {
  if (error instanceof HttpError) return error;
  const options = { cause: error };
  if (error instanceof DbError) return new HttpError('internal', error.message, options);
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new HttpError('too_large', 'the body is too long', options);
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new HttpError('bad_data', error.message, options);
  }
  return new HttpError('internal', 'something went wrong here; the log has more of it', options);
}
