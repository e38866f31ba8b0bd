import type { Pace } from '@hearth/tsdb';
import type { FastifyInstance } from 'fastify';
import { successPart } from './answer/envelope.ts';
import { sendJson } from './answer/send-pieces.ts';
import type { ApiRoute } from './api/route.ts';
import { signalOf } from './client-signal.ts';
import { HttpError } from './errors/http-errors.ts';
import { readBodyForm, readQuery } from './read-form.ts';

/** Serves the calls of the API; `app` has the prefix. */
export function registerApi(app: FastifyInstance, routes: readonly ApiRoute[], pace: Pace): void {
  for (const { methods, path, role = 'viewer', answersAlways = false, answer } of routes) {
    app.route({
      method: [...methods],
      url: path,
      config: { isApi: true, role, changesSomething: role === 'admin', needsReadiness: !answersAlways },
      handler: async (request, reply) => {
        const query = readQuery(request);
        const form = readBodyForm(request).followedBy(query);
        const signal = signalOf(reply);
        const call = { form, query, path: request.params as Readonly<Record<string, string>>, signal };
        const result = await answerOrCancel(() => answer(call), signal);
        return result.data === undefined ? reply.status(204).send() : sendJson(reply, successPart(result), pace);
      },
    });
  }
}

/** Whatever fails after the client has gone fails because of that. */
async function answerOrCancel<T>(work: () => T | Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new HttpError('canceled', 'the client has gone', { cause: error });
  }
}
