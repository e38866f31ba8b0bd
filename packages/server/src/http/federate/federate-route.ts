import type { Pace } from '@hearth/tsdb';
import type { FastifyInstance } from 'fastify';
import { sendPieces } from '../answer/send-pieces.ts';
import { withQuerier } from '../api/with-querier.ts';
import { signalOf } from '../client-signal.ts';
import { badData } from '../errors/http-errors.ts';
import { parseSelector } from '../parameters/matchers.ts';
import { readQuery } from '../read-form.ts';
import type { ConfigView } from '../views/config-view.ts';
import type { StorageView } from '../views/storage-view.ts';
import { contentTypeOf, escapingFor, expositionPart } from './exposition.ts';
import { type NewestSample, readNewestSamples } from './newest-samples.ts';

export interface FederateOptions {
  readonly storage: () => Pick<StorageView, 'querier'>;
  readonly config: ConfigView;
  readonly lookbackMs: number;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly pace: Pace;
}

/** `/federate`: the newest samples, to be scraped by another server. */
export function answerFederation(app: FastifyInstance, options: FederateOptions): void {
  const { storage, config, lookbackMs, now, pace } = options;
  app.get('/federate', { config: { needsReadiness: true } }, async (request, reply) => {
    const query = readQuery(request);
    if (query.problem !== undefined) throw badData(`error parsing form values: ${query.problem}`);
    const matcherSets = query.all('match[]').map((selector) => parseSelector(selector));
    const endMs = now();
    const range = { startMs: endMs - lookbackMs, endMs };
    const signal = signalOf(reply);

    let samples: readonly NewestSample[] = [];
    await withQuerier(storage(), range, async (querier) => {
      samples = await readNewestSamples(querier, { matcherSets, range, signal });
    });
    const escaping = escapingFor(request.headers.accept);
    const part = expositionPart(samples, { externalLabels: config.externalLabels(), escaping });
    return sendPieces(reply.type(contentTypeOf(escaping)), part, pace);
  });
}
