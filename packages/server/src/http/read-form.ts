import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpError } from './errors/http-errors.ts';
import { FormValues, parseFormValues } from './parameters/form-values.ts';

const NOTHING = new FormValues(new Map());

/** Bodies are taken as bytes, whatever their type says: whoever wants one decodes it. */
export function takeBodiesAsBytes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

export function readQuery({ url }: Pick<FastifyRequest, 'url'>): FormValues {
  const mark = url.indexOf('?');
  return mark < 0 ? NOTHING : parseFormValues(url.slice(mark + 1));
}

/** The form in the body; nothing for bodies of other kinds, as in Prometheus. */
export function readBodyForm({ body, headers }: Pick<FastifyRequest, 'body' | 'headers'>): FormValues {
  if (!Buffer.isBuffer(body)) return NOTHING;
  const [type] = (headers['content-type'] ?? '').split(';');
  switch (type.trim().toLowerCase()) {
    case 'application/x-www-form-urlencoded':
      return parseFormValues(body.toString('utf8'));
    case 'multipart/form-data':
      throw new HttpError('bad_data', 'multipart/form-data is not read; send application/x-www-form-urlencoded');
    default:
      return NOTHING;
  }
}
