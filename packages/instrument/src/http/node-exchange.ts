import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { byteLength, COUNTED_BODY, type CountedBody, type CountedResponse, countBodyOf } from './body-counter.ts';
import { CLIENT_CLOSED_REQUEST, Exchange } from './exchange.ts';
import type { Recorder } from './recorder.ts';

/** A response keeps its exchange where its counted body is looked for: the two are one object. */
type ObservedResponse = CountedResponse & { [COUNTED_BODY]?: NodeExchange };

export interface NodeExchangeInit {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** The framework's own objects, for functions that derive labels. Default: `req` and `res`. */
  readonly request?: unknown;
  readonly response?: unknown;
  /** Asks the framework's router for the route template, once the response is over. */
  readonly routeOf?: (exchange: Exchange) => string | undefined;
}

/** An exchange and what tells how its response went: one object, because it is made for every request. */
class NodeExchange extends Exchange implements CountedBody {
  readonly recorder: Recorder;
  readonly req: IncomingMessage;
  /** Whether nobody is left to be answered. */
  isInVain = false;
  streamedBytes = 0;
  write: CountedBody['write'] = undefined;
  end: CountedBody['end'] = undefined;

  constructor(recorder: Recorder, { req, res, request = req, response = res, routeOf }: NodeExchangeInit) {
    super({ raw: req, request, response, routeOf });
    this.recorder = recorder;
    this.req = req;
  }
}

/**
 * Begins to track a request of Node.js' `http`, `https` or `http2` compatibility API, and finishes by itself when the
 * response is over: sent, or cut short. Called again for the same request it does nothing, so that it may be met on several
 * ways. Undefined if the request is not tracked.
 */
export function beginNodeExchange(recorder: Recorder, init: NodeExchangeInit): Exchange | undefined {
  const res: ObservedResponse = init.res;
  if (res[COUNTED_BODY] !== undefined) return res[COUNTED_BODY];
  const exchange = new NodeExchange(recorder, init);
  if (!recorder.begin(exchange)) return undefined;
  try {
    res[COUNTED_BODY] = exchange;
    countBodyOf(res);
    res.on('close', finishNodeExchange);
    if (init.req.httpVersionMajor === 1) observeConnection(exchange, res);
  } catch (error) {
    recorder.abandon(exchange, error);
  }
  return exchange;
}

/** The exchange of a request that is being tracked. */
export function nodeExchangeOf(res: ServerResponse): Exchange | undefined {
  return (res as ObservedResponse)[COUNTED_BODY];
}

function observeConnection(exchange: NodeExchange, res: ObservedResponse): void {
  const { req } = exchange;
  const socket: Socket | undefined = req.socket;
  // Tests of an application inject requests without a connection; their responses finish but do not close.
  if (socket === undefined || !('bytesWritten' in socket)) res.on('finish', finishNodeExchange);
  else if (socket.destroyed) finishInVain(exchange, res);
  else if (res.socket === null) observePipelined(socket, res);
  // Not asked of requests that hardly ever have a body: it makes Node build an object of all headers.
  const mayHaveBody = req.method !== 'GET' && req.method !== 'HEAD';
  if (mayHaveBody && req.headers['transfer-encoding'] !== undefined) countChunkedBody(exchange);
}

/** The client has gone before the request was met, and nothing will tell; the application still gets a turn to route it. */
function finishInVain(exchange: NodeExchange, res: ObservedResponse): void {
  exchange.isInVain = true;
  setImmediate(() => finishNodeExchange.call(res));
}

/** A body without announced length is counted as the parser hands it to the stream. */
function countChunkedBody(exchange: NodeExchange): void {
  const { req } = exchange;
  const { push } = req;
  req.push = (chunk: unknown, encoding?: BufferEncoding) => {
    exchange.requestBytes += byteLength(chunk, encoding);
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
  const exchange = this[COUNTED_BODY]!;
  if (exchange.isOver) return;
  const { recorder, req } = exchange;
  try {
    exchange.status = this.headersSent && !exchange.isInVain ? this.statusCode : CLIENT_CLOSED_REQUEST;
    exchange.responseBytes = bodyBytes(this, exchange);
    recorder.finish(exchange, readHeaders(req, exchange));
  } catch (error) {
    recorder.abandon(exchange, error);
  }
}

/** What the application has written. Node knows it by itself, unless the body came in pieces or broke off. */
function bodyBytes(res: ObservedResponse, { req, status, streamedBytes }: NodeExchange): number {
  if (req.method === 'HEAD' || status === 204 || status === 304) return 0;
  const known = res.writableEnded ? res._contentLength : undefined;
  return known ?? streamedBytes;
}

/**
 * Notes the length of the request's body and returns its `traceparent`. Walks the raw headers: `req.headers` would be built for
 * this alone in applications that do not look at it.
 */
function readHeaders(req: IncomingMessage, exchange: NodeExchange): string | undefined {
  const raw = req.rawHeaders;
  let traceparent: string | undefined;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!;
    if (name.length === 14 && name.toLowerCase() === 'content-length') {
      const bytes = Number(raw[i + 1]);
      if (bytes >= 0) exchange.requestBytes = bytes;
    } else if (name.length === 11 && name.toLowerCase() === 'traceparent') {
      traceparent = raw[i + 1];
    }
  }
  return traceparent;
}
