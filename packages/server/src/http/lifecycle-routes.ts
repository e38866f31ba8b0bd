import type { FastifyInstance } from 'fastify';
import { HttpError } from './errors/http-errors.ts';
import type { Lifecycle } from './views/lifecycle.ts';

const TEXT = 'text/plain; charset=utf-8';

/** `/-/reload` and `/-/quit`. Without a lifecycle they say that they are switched off. */
export function answerLifecycle(app: FastifyInstance, lifecycle: Lifecycle | undefined): void {
  const actions: Readonly<Record<string, (lifecycle: Lifecycle) => Promise<string> | string>> = {
    '/-/reload': reload,
    '/-/quit': (asked) => (asked.quit() ? 'Requesting termination... Goodbye!' : 'Termination already in progress.'),
  };
  for (const [url, act] of Object.entries(actions)) {
    app.route({
      method: ['POST', 'PUT'],
      url,
      config: { role: 'admin', changesSomething: true },
      handler: async (_request, reply) => {
        if (lifecycle === undefined) throw new HttpError('forbidden', 'Lifecycle API is not enabled.');
        const text = await act(lifecycle);
        return text === '' ? reply.send() : reply.type(TEXT).send(text);
      },
    });
    app.get(url, () => {
      throw new HttpError('method_not_allowed', 'Only POST or PUT requests allowed', {
        headers: { allow: 'POST, PUT' },
      });
    });
  }
}

async function reload(lifecycle: Lifecycle): Promise<string> {
  try {
    await lifecycle.reload();
    return '';
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HttpError('internal', `failed to reload config: ${reason}`, { cause: error });
  }
}
