import type { ServerResponse } from 'node:http';

/**
 * Node knows how long a body is that was announced, or written at once by `end`. Of one that is written in pieces it keeps no
 * count, so `write` and `end` of the response are watched.
 */
export interface CountedBody {
  /** Bytes of a body that is written in pieces. */
  streamedBytes: number;
  /** What the response's own methods were before they were watched. */
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
  if (!this.writableEnded) body.streamedBytes += byteLength(args[0], args[1]);
  return Reflect.apply(body.write!, this, args);
}

/** The last piece counts if it is not the whole body. */
function countingEnd(this: CountedResponse, ...args: unknown[]): unknown {
  const body = this[COUNTED_BODY]!;
  const isPiece = this.headersSent && !this.writableEnded && typeof this._contentLength !== 'number';
  if (isPiece) body.streamedBytes += byteLength(args[0], args[1]);
  return Reflect.apply(body.end!, this, args);
}

export function byteLength(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') {
    return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
  }
  return chunk instanceof Uint8Array ? chunk.byteLength : 0;
}
