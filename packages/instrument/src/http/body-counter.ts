import type { ServerResponse } from 'node:http';

/**
 * Node knows how long a body is that was announced, or written at once by `end`. Of one that is written in pieces it keeps no
 * count, so `write` and `end` are watched: on the response itself, or once for all responses of an application where its
 * framework gives them a prototype of its own. There, properties of each response would be dear: an object whose
 * prototype was exchanged gets a hidden class of its own with each of them.
 */
export interface CountedBody {
  /** Bytes of a body that is written in pieces. */
  streamedBytes: number;
  /** What the response's own methods were before they were watched; undefined where its prototype is. */
  write: ServerResponse['write'] | undefined;
  end: ServerResponse['end'] | undefined;
}

/** Where a response keeps its counted body. */
export const COUNTED_BODY = Symbol('hearth.instrument.body');

export type CountedResponse = ServerResponse & {
  [COUNTED_BODY]?: CountedBody;
  /** Node's own count: of `Content-Length`, or of what `end` was given; null when it has neither. */
  readonly _contentLength?: number | null;
};

/** Watches one response, which has a {@link COUNTED_BODY}. */
export function countBodyOf(res: CountedResponse): void {
  const body = res[COUNTED_BODY]!;
  body.write = res.write;
  res.write = countingWrite as ServerResponse['write'];
  // HTTP/2 hands the last piece to `write`.
  if (res.req.httpVersionMajor !== 1) return;
  body.end = res.end;
  res.end = countingEnd as ServerResponse['end'];
}

function countingWrite(this: CountedResponse, ...args: unknown[]): unknown {
  const body = this[COUNTED_BODY]!;
  countWritten(this, args);
  return Reflect.apply(body.write!, this, args);
}

function countingEnd(this: CountedResponse, ...args: unknown[]): unknown {
  const body = this[COUNTED_BODY]!;
  countEnded(this, args);
  return Reflect.apply(body.end!, this, args);
}

const COUNTS_BODIES = Symbol('hearth.instrument.counts-bodies');

/** Watches all responses of HTTP/1 that have this prototype, from the moment they have a {@link COUNTED_BODY}. */
export function countBodiesOf(prototype: object): void {
  if (COUNTS_BODIES in prototype) return;
  const methods = {
    [COUNTS_BODIES]: true,
    write(this: CountedResponse, ...args: unknown[]): unknown {
      const parent = Object.getPrototypeOf(prototype) as ServerResponse;
      // An application that is mounted in another gets the other's prototype below its own; one of them counts.
      if (!(COUNTS_BODIES in parent)) countWritten(this, args);
      return Reflect.apply(parent.write, this, args);
    },
    end(this: CountedResponse, ...args: unknown[]): unknown {
      const parent = Object.getPrototypeOf(prototype) as ServerResponse;
      if (!(COUNTS_BODIES in parent)) countEnded(this, args);
      return Reflect.apply(parent.end, this, args);
    },
  };
  Object.assign(prototype, methods);
}

function countWritten(res: CountedResponse, [chunk, encoding]: readonly unknown[]): void {
  const body = res[COUNTED_BODY];
  if (body !== undefined && !res.writableEnded) body.streamedBytes += byteLength(chunk, encoding);
}

/** The last piece, if it is not the whole body. */
function countEnded(res: CountedResponse, [chunk, encoding]: readonly unknown[]): void {
  const isPiece = res.headersSent && !res.writableEnded && typeof res._contentLength !== 'number';
  const body = res[COUNTED_BODY];
  if (isPiece && body !== undefined) body.streamedBytes += byteLength(chunk, encoding);
}

export function byteLength(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') {
    return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
  }
  return chunk instanceof Uint8Array ? chunk.byteLength : 0;
}
