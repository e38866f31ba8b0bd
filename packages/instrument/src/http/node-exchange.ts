import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { CLIENT_CLOSED_REQUEST, type Exchange } from './exchange.ts';
import type { Outcome, Recorder } from './recorder.ts';

const STATE = Symbol('hearth.instrument');

/** What tells how a response went, kept on the response itself. */
interface State {
  readonly recorder: Recorder;
  readonly exchange: Exchange;
  readonly req: IncomingMessage;
  /** Bytes that the connection had sent before this response. */
  sentBefore: number;
  /** Bytes of a body without announced length. */
  chunkedRequestBytes: number;
}

type ObservedResponse = ServerResponse & {
  [STATE]?: State;
  /** Node's own count of the body: of `Content-Length`, or of what `end` was given; null when the body is chunked. */
  readonly _contentLength?: number | null;
  /** The head as it was sent. */
  readonly _header?: string | null;
};

export interface NodeExchangeInit {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** The framework's own objects, for functions that derive labels. Default: `req` and `res`. */
  readonly request?: unknown;
  readonly response?: unknown;
  /** Asks the framework's router for the route template, once the response is over. */
  readonly routeOf?: (exchange: Exchange) => string | undefined;
}

/**
 * Begins to track a request of Node.js' `http`, `https` or `http2` compatibility API, and finishes by itself when the
 * response is over: sent, or cut short. Called again for the same request it does nothing, so that it may be met on several
 * ways. Undefined if the request is not tracked.
 */
export function beginNodeExchange(recorder: Recorder, init: NodeExchangeInit): Exchange | undefined {
  const { req, request = req, response = init.res, routeOf } = init;
  const res: ObservedResponse = init.res;
  if (res[STATE] !== undefined) return res[STATE].exchange;
  const exchange = recorder.begin({ raw: req, request, response, routeOf });
  if (exchange === undefined) return undefined;
  const state: State = { recorder, exchange, req, sentBefore: 0, chunkedRequestBytes: 0 };
  res[STATE] = state;
  res.on('close', finishNodeExchange);
  if (req.httpVersionMajor === 1) observeConnection(state, res);
  return exchange;
}

/** The exchange of a request that is being tracked. */
export function nodeExchangeOf(res: ServerResponse): Exchange | undefined {
  return (res as ObservedResponse)[STATE]?.exchange;
}

function observeConnection(state: State, res: ObservedResponse): void {
  const { req } = state;
  const { socket } = req;
  // Tests of an application inject requests without a connection; their responses finish but do not close.
  if (typeof socket.bytesWritten !== 'number') res.on('finish', finishNodeExchange);
  else if (res.socket === null) observePipelined(state, res);
  else state.sentBefore = socket.bytesWritten;
  // Not asked of requests that hardly ever have a body: it makes Node build an object of all headers.
  const mayHaveBody = req.method !== 'GET' && req.method !== 'HEAD';
  if (mayHaveBody && req.headers['transfer-encoding'] !== undefined) countChunkedBody(req, state);
}

/** A body without announced length is counted as the parser hands it to the stream. */
function countChunkedBody(req: IncomingMessage, state: State): void {
  const { push } = req;
  req.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (chunk instanceof Uint8Array) state.chunkedRequestBytes += chunk.byteLength;
    else if (typeof chunk === 'string') state.chunkedRequestBytes += Buffer.byteLength(chunk, encoding);
    return push.call(req, chunk, encoding);
  };
}

const pipelined = new WeakMap<Socket, Set<ObservedResponse>>();

/**
 * A pipelined request waits for those before it and has no connection yet; should the connection close meanwhile, its
 * response will never say so.
 */
function observePipelined(state: State, res: ObservedResponse): void {
  const { socket } = state.req;
  let waiting = pipelined.get(socket);
  if (waiting === undefined) {
    waiting = new Set();
    pipelined.set(socket, waiting);
    socket.once('close', finishAllPipelined);
  }
  waiting.add(res);
  res.once('close', () => waiting.delete(res));
  res.once('socket', () => {
    state.sentBefore = socket.bytesWritten;
  });
}

function finishAllPipelined(this: Socket): void {
  for (const res of pipelined.get(this) ?? []) finishNodeExchange.call(res);
  pipelined.delete(this);
}

function finishNodeExchange(this: ObservedResponse): void {
  const state = this[STATE]!;
  const { recorder, exchange } = state;
  if (exchange.isOver) return;
  try {
    recorder.finish(exchange, outcomeOf(this, state));
  } catch (error) {
    recorder.reportFault('finish', error);
  }
}

function outcomeOf(res: ObservedResponse, state: State): Outcome {
  const status = res.headersSent ? res.statusCode : CLIENT_CLOSED_REQUEST;
  const outcome = { status, requestBytes: state.chunkedRequestBytes, responseBytes: 0, traceparent: undefined };
  readRequestHeaders(state.req, outcome);
  const hasBody = state.req.method !== 'HEAD' && status !== 204 && status !== 304;
  if (hasBody) outcome.responseBytes = bodyBytes(res, state);
  return outcome;
}

/**
 * Exact where the length of the body is known, which is nearly always. A streamed or broken-off body counts as much as the
 * connection sent of it, with the few bytes that frame each chunk.
 */
function bodyBytes(res: ObservedResponse, { req, sentBefore }: State): number {
  const known = res._contentLength ?? Number(res.getHeader('content-length') ?? Number.NaN);
  if (known >= 0 && res.writableFinished) return known;
  // The streams of HTTP/2 share a connection, and the compatibility API does not tell what each has sent.
  if (req.httpVersionMajor !== 1) return 0;
  const sent = (req.socket.bytesWritten ?? 0) - sentBefore - (res._header?.length ?? 0);
  return Math.max(0, sent);
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Walks the raw headers: `req.headers` would be built for this alone in applications that do not look at it. */
function readRequestHeaders(req: IncomingMessage, outcome: Writable<Outcome>): void {
  const raw = req.rawHeaders;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!;
    if (name.length === 14 && name.toLowerCase() === 'content-length') {
      const bytes = Number(raw[i + 1]);
      if (bytes >= 0) outcome.requestBytes = bytes;
    } else if (name.length === 11 && name.toLowerCase() === 'traceparent') {
      outcome.traceparent = raw[i + 1];
    }
  }
}
