import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}

export interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is announced by its length, a list is sent in chunks. */
  readonly body?: string | readonly string[];
}

/** Sends `METHOD target`, the target as it is written, over a connection of its own. */
export async function send(port: number, requestLine: string, options: SendOptions = {}): Promise<Answer> {
  const [method, path] = requestLine.split(' ') as [string, string];
  const { headers, body } = options;
  const req = request({ host: '127.0.0.1', port, method, path, agent: false, ...(headers && { headers }) });
  if (typeof body === 'object') {
    for (const chunk of body) req.write(chunk);
    req.end();
  } else {
    req.end(body);
  }
  const [res] = (await once(req, 'response')) as [IncomingMessage];
  const bytes = await buffer(res);
  return { status: res.statusCode!, headers: res.headers, bytes, text: bytes.toString('utf8') };
}

/** A connection that says exactly what it is told to. */
export interface RawConnection {
  readonly socket: Socket;
  write(text: string): void;
  /** Resolves when all that came so far contains `text` `count` times. */
  received(text: string, count?: number): Promise<void>;
  /** Ends the connection without a word. */
  reset(): void;
  /** Resolves with all that came, when the other side has closed. */
  readonly closed: Promise<string>;
}

export async function openRaw(port: number): Promise<RawConnection> {
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  let all = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    all += text;
  });
  // A reset is an error to the one who did not ask for it; `close` follows.
  socket.on('error', () => undefined);
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(all)));
  const nextData = () => new Promise<void>((resolve) => socket.once('data', () => resolve()));
  return {
    socket,
    closed,
    write: (text) => void socket.write(text, 'latin1'),
    received: async (text, count = 1) => {
      while (all.split(text).length - 1 < count) {
        if (socket.destroyed) throw new Error(`the connection closed before ${JSON.stringify(text)} came: ${all}`);
        await Promise.race([nextData(), closed]);
      }
    },
    reset: () => void socket.resetAndDestroy(),
  };
}
