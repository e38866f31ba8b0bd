import { Readable } from 'node:stream';
import type { Labels, Querier } from '@hearth/model';
import { CHUNK_ENCODING_XOR, type Pace } from '@hearth/tsdb';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { compress } from 'snappy';
import { signalOf } from '../client-signal.ts';
import { badData } from '../errors/http-errors.ts';
import type { ConfigView } from '../views/config-view.ts';
import type { StorageView } from '../views/storage-view.ts';
import { withoutExternal } from './external-labels.ts';
import { Gate } from './gate.ts';
import { ProtoWriter } from './proto-writer.ts';
import { MAX_REQUEST_BYTES, readBody } from './read-body.ts';
import type { ReadQuery, ReadRequest } from './read-request.ts';
import { chunkFrames } from './write-chunks.ts';
import { SampleWriter } from './write-samples.ts';

/** Values of `accepted_response_types`. */
const SAMPLES = 0;
const STREAMED_XOR_CHUNKS = CHUNK_ENCODING_XOR;

const CHUNKS_TYPE = 'application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse';

export interface RemoteReadLimits {
  /** `--storage.remote.read-sample-limit`: samples of an answer that is not streamed. */
  readonly maxSamples: number;
  /** `--storage.remote.read-concurrent-limit`: more requests wait. */
  readonly maxConcurrent: number;
  /** `--storage.remote.read-max-bytes-in-frame`. */
  readonly maxFrameBytes: number;
}

const DEFAULT_LIMITS: RemoteReadLimits = { maxSamples: 5_000_000, maxConcurrent: 10, maxFrameBytes: 1024 * 1024 };

export interface RemoteReadOptions {
  readonly storage: () => Pick<StorageView, 'querier'>;
  readonly config: ConfigView;
  readonly pace: Pace;
  readonly limits: Partial<RemoteReadLimits>;
}

/** `/read`: samples for another server, in one message or chunk by chunk, whichever it asks for first. */
export function answerRemoteRead(app: FastifyInstance, { storage, config, pace, limits }: RemoteReadOptions): void {
  const allLimits = { ...DEFAULT_LIMITS, ...limits };
  const gate = new Gate(allLimits.maxConcurrent);
  const options = { bodyLimit: MAX_REQUEST_BYTES, config: { needsReadiness: true } };
  app.post('/read', options, async (request, reply) => {
    const signal = signalOf(reply);
    await gate.enter(signal);
    reply.raw.once('close', () => gate.leave());
    const read = await readBody(request.body);
    const externalLabels = config.externalLabels();
    const reading: Reading = { storage: storage(), externalLabels, pace, limits: allLimits, signal };
    return responseTypeOf(read) === SAMPLES ? sendSamples(reply, read, reading) : sendChunks(reply, read, reading);
  });
}

function responseTypeOf({ responseTypes }: ReadRequest): number {
  if (responseTypes.length === 0) return SAMPLES;
  const supported = responseTypes.find((type) => type === SAMPLES || type === STREAMED_XOR_CHUNKS);
  if (supported !== undefined) return supported;
  throw badData(`server does not support any of the requested response types: ${responseTypes.join(' ')}`);
}

interface Reading {
  readonly storage: Pick<StorageView, 'querier'>;
  readonly externalLabels: Labels;
  readonly pace: Pace;
  readonly limits: RemoteReadLimits;
  readonly signal: AbortSignal;
}

async function sendSamples(reply: FastifyReply, { queries }: ReadRequest, reading: Reading): Promise<FastifyReply> {
  const response = new ProtoWriter();
  for (const query of queries) {
    const result = new ProtoWriter();
    await writeResult(result, query, reading);
    response.bytes(1, result.view());
  }
  const block = (await compress(response.view(), { copyOutputData: true })) as Buffer;
  reply.headers({ 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' });
  return reply.send(block);
}

async function writeResult(result: ProtoWriter, query: ReadQuery, reading: Reading): Promise<void> {
  const { pace, limits, externalLabels } = reading;
  const writer = new SampleWriter(externalLabels);
  let samples = 0;
  for await (const batch of readBatches(query, reading)) {
    for (let i = 0; i < batch.labels.length; i++) {
      samples += batch.offsets[i + 1] - batch.offsets[i];
      if (samples > limits.maxSamples) throw badData(`exceeded sample limit (${limits.maxSamples})`);
      writer.write(result, batch, i);
      const rest = pace();
      if (rest !== undefined) await rest;
    }
  }
}

function sendChunks(reply: FastifyReply, { queries }: ReadRequest, reading: Reading): FastifyReply {
  const frames = async function* () {
    for (const [queryIndex, query] of queries.entries()) yield* framesOf(query, queryIndex, reading);
  };
  return reply.type(CHUNKS_TYPE).send(Readable.from(frames(), { objectMode: false }));
}

async function* framesOf(query: ReadQuery, queryIndex: number, reading: Reading): AsyncGenerator<Buffer> {
  const { pace, limits, externalLabels } = reading;
  const options = { externalLabels, queryIndex, maxFrameBytes: limits.maxFrameBytes };
  for await (const batch of readBatches(query, reading)) {
    for (let i = 0; i < batch.labels.length; i++) {
      for (const frame of chunkFrames(batch, i, options)) {
        yield frame;
        const rest = pace();
        if (rest !== undefined) await rest;
      }
    }
  }
}

async function* readBatches({ startMs, endMs, matchers }: ReadQuery, { storage, externalLabels, signal }: Reading) {
  if (startMs > endMs) return;
  const querier: Querier = await storage.querier({ startMs, endMs });
  try {
    yield* querier.select({ startMs, endMs, matchers: withoutExternal(matchers, externalLabels) }, signal);
  } finally {
    await querier.close();
  }
}
