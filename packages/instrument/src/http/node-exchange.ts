import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { CLIENT_CLOSED_REQUEST, type Exchange } from './exchange.ts';
import type { Outcome, Recorder } from './recorder.ts';

/** How far one Node.js request has come; kept on its response under {@link STATE}. */
interface State {
  readonly recorder: Recorder;
  readonly exchange: Exchange;
  readonly write: ServerResponse['write'];
  readonly end: ServerResponse['end'];
  requestBytes: number;
  responseBytes: number;
  /** `end(chunk)` of some responses calls `write(chunk)`, which must not count twice. */
  isEnding: boolean;
}

const STATE = Symbol('hearth.instrument');

type ObservedResponse = ServerResponse & { [STATE]?: State };

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
  const { req } = init;
  const res: ObservedResponse = init.res;
  if (res[STATE] !== undefined) return res[STATE].exchange;
  const exchange = recorder.begin({
    request: init.request ?? req,
    response: init.response ?? res,
    method: req.method ?? '',
    target: (req as IncomingMessage & { originalUrl?: string }).originalUrl ?? req.url,
    startedAtMs: recorder.nowMs(),
    routeOf: init.routeOf,
  });
  if (exchange === undefined) return undefined;
  const { write, end } = res;
  res[STATE] = { recorder, exchange, write, end, requestBytes: 0, responseBytes: 0, isEnding: false };
  readHeaders(req, res[STATE]);
  res.write = countingWrite as ServerResponse['write'];
  res.end = countingEnd as ServerResponse['end'];
  finishWithResponse(req, res);
  return exchange;
}

/** The exchange of a request that is being tracked. */
export function nodeExchangeOf(res: ServerResponse): Exchange | undefined {
  return (res as ObservedResponse)[STATE]?.exchange;
}

function finishWithResponse(req: IncomingMessage, res: ObservedResponse): void {
  res.on('close', finishNodeExchange);
  if (req.httpVersionMajor !== 1) return;
  // A response that was injected without a connection, as tests of an application do it, finishes but does not close.
  if (!('bytesRead' in req.socket)) res.on('finish', finishNodeExchange);
  else if (res.socket === null) finishWithConnection(req.socket, res);
}

/**
 * A pipelined request waits for those before it and has no connection yet; should the connection close meanwhile, its
 * response will never say so.
 */
function finishWithConnection(socket: Socket, res: ObservedResponse): void {
  let waiting = pipelined.get(socket);
  if (waiting === undefined) {
    waiting = new Set();
    pipelined.set(socket, waiting);
    socket.once('close', finishAllPipelined);
  }
  waiting.add(res);
  res.once('close', () => waiting.delete(res));
}

const pipelined = new WeakMap<Socket, Set<ObservedResponse>>();

function finishAllPipelined(this: Socket): void {
  for (const res of pipelined.get(this) ?? []) finishNodeExchange.call(res);
  pipelined.delete(this);
}

function finishNodeExchange(this: ObservedResponse): void {
  const state = this[STATE]!;
  state.recorder.finish(state.exchange, outcomeOf(this, state));
}

function outcomeOf(res: ServerResponse, state: State): Outcome {
  const status = res.headersSent ? res.statusCode : CLIENT_CLOSED_REQUEST;
  const hasBody = state.exchange.method !== 'HEAD' && status !== 204 && status !== 304;
  return { status, requestBytes: state.requestBytes, responseBytes: hasBody ? state.responseBytes : 0 };
}

function countingWrite(this: ObservedResponse, ...args: unknown[]): unknown {
  const state = this[STATE]!;
  if (!state.isEnding) state.responseBytes += byteLength(args[0], args[1]);
  return Reflect.apply(state.write, this, args);
}

function countingEnd(this: ObservedResponse, ...args: unknown[]): unknown {
  const state = this[STATE]!;
  if (!state.isEnding) state.responseBytes += byteLength(args[0], args[1]);
  state.isEnding = true;
  return Reflect.apply(state.end, this, args);
}

function byteLength(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') {
    return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
  }
  return chunk instanceof Uint8Array ? chunk.byteLength : 0;
}

/** Walks the raw headers: `req.headers` would be built for this alone in applications that do not look at it. */
function readHeaders(req: IncomingMessage, state: State): void {
  const raw = req.rawHeaders;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!;
    if (name.length === 14 && name.toLowerCase() === 'content-length') {
      const bytes = Number(raw[i + 1]);
      if (bytes >= 0) state.requestBytes = bytes;
    } else if (name.length === 11 && name.toLowerCase() === 'traceparent') {
      state.exchange.traceparent = raw[i + 1];
    } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
      countChunkedBody(req, state);
    }
  }
}

/** A body without announced length is counted as the parser hands it to the stream. */
function countChunkedBody(req: IncomingMessage, state: State): void {
  const { push } = req;
  req.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (chunk !== null) state.requestBytes += byteLength(chunk, encoding);
    return push.call(req, chunk, encoding);
  };
}
