import { Readable } from 'node:stream';
import type { Pace } from '@hearth/tsdb';
import type { FastifyReply } from 'fastify';
import type { JsonPart } from '../json/json-part.ts';
import { JsonWriter } from '../json/json-writer.ts';

/** Without the charset that Fastify adds to text: Prometheus has none. */
export const JSON_TYPE = 'application/json';

export function sendJson(reply: FastifyReply, part: JsonPart, pace: Pace): FastifyReply {
  return sendPieces(reply.type(JSON_TYPE), part, pace);
}

/**
 * Sends what a part writes: as a whole when it is short, else piece by piece as the client takes it, with rests for others.
 * When the client goes, nothing more is written.
 */
export function sendPieces(reply: FastifyReply, part: JsonPart, pace: Pace): FastifyReply {
  const writer = new JsonWriter();
  const steps = part(writer)[Symbol.iterator]();
  if (steps.next().done) return reply.send(writer.take());
  const pieces = Readable.from(takePieces(writer, steps, pace), { objectMode: false });
  return reply.send(pieces);
}

async function* takePieces(writer: JsonWriter, steps: Iterator<void>, pace: Pace): AsyncGenerator<Buffer> {
  do {
    yield writer.take();
    const rest = pace();
    if (rest !== undefined) await rest;
  } while (!steps.next().done);
  yield writer.take();
}
