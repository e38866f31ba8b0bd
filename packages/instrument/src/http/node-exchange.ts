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
  readonly write: ServerResponse['write'];
  readonly end: ServerResponse['end'];
  /** Bytes of a body without announced length. */
  chunkedRequestBytes: number;
  /** Bytes of a body that is written piece by piece. */
  streamedBytes: number;
}

type ObservedResponse = ServerResponse & {
  [STATE]?: State;
  /** Node's own count of the body: of `Content-Length`, or of what `end` was given; null when it has neither. */
  readonly _contentLength?: number | null;
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
  try {
    const { write, end } = res;
    const state: State = { recorder, exchange, req, write, end, chunkedRequestBytes: 0, streamedBytes: 0 };
    res[STATE] = state;
    res.write = countingWrite as ServerResponse['write'];
    res.on('close', finishNodeExchange);
    if (req.httpVersionMajor === 1) observeConnection(state, res);
  } catch (error) {
    recorder.abandon(exchange, error);
  }
  return exchange;
}

/** The exchange of a request that is being tracked. */
export function nodeExchangeOf(res: ServerResponse): Exchange | undefined {
  return (res as ObservedResponse)[STATE]?.exchange;
}

function observeConnection(state: State, res: ObservedResponse): void {
  const { req } = state;
  const socket: Socket | undefined = req.socket;
  // Tests of an application inject requests without a connection; their responses finish but do not close.
  if (socket === undefined || !('bytesWritten' in socket)) res.on('finish', finishNodeExchange);
  else if (socket.destroyed) finishNodeExchange.call(res);
  else if (res.socket === null) observePipelined(socket, res);
  res.end = countingEnd as ServerResponse['end'];
  // Not asked of requests that hardly ever have a body: it makes Node build an object of all headers.
  const mayHaveBody = req.method !== 'GET' && req.method !== 'HEAD';
  if (mayHaveBody && req.headers['transfer-encoding'] !== undefined) countChunkedBody(req, state);
}

/** A body without announced length is counted as the parser hands it to the stream. */
function countChunkedBody(req: IncomingMessage, state: State): void {
  const { push } = req;
  req.push = (chunk: unknown, encoding?: BufferEncoding) => {
    state.chunkedRequestBytes += byteLength(chunk, encoding);
    return push.call(req, chunk, encoding);
  };
}

const pipelined = new WeakMap<Socket, Set<ObservedResponse>>();

/**
 * A pipelined request waits for those before it and has no connection yet; should the connection close meanwhile, its
 * response will never say so.
 */
function observePipelined(socket: Socket, res: ObservedResponse): void {
  let waiting = pipelined.get(socket);
  if (waiting === undefined) {
    waiting = new Set();
    pipelined.set(socket, waiting);
    socket.once('close', finishAllPipelined);
  }
  waiting.add(res);
  res.once('close', () => waiting.delete(res));
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

/** What the application has written. Node knows it by itself, unless the body came in pieces or broke off. */
function bodyBytes(res: ObservedResponse, { streamedBytes }: State): number {
  const known = res.writableEnded ? res._contentLength : undefined;
  return known ?? streamedBytes;
}

function countingWrite(this: ObservedResponse, ...args: unknown[]): unknown {
  const state = this[STATE]!;
  if (!this.writableEnded) state.streamedBytes += byteLength(args[0], args[1]);
  return Reflect.apply(state.write, this, args);
}

/** The last piece of HTTP/1, if it is not the whole body; HTTP/2 hands its last piece to `write`. */
function countingEnd(this: ObservedResponse, ...args: unknown[]): unknown {
  const state = this[STATE]!;
  const isPiece = this.headersSent && !this.writableEnded && typeof this._contentLength !== 'number';
  if (isPiece) state.streamedBytes += byteLength(args[0], args[1]);
  return Reflect.apply(state.end, this, args);
}

function byteLength(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') {
    return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
  }
  return chunk instanceof Uint8Array ? chunk.byteLength : 0;
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
