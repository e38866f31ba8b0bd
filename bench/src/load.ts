import { connect, type Socket } from 'node:net';

export interface LoadOptions {
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  readonly requests: number;
}

/**
 * Sends requests over keep-alive connections as fast as they are answered and returns the seconds it took. Every answer must
 * be a 200 of the same length as the first, which is all that is looked at: so one core of load outruns one core of server.
 */
export async function load(options: LoadOptions): Promise<number> {
  const request = Buffer.from(`GET ${options.path} HTTP/1.1\r\nHost: 127.0.0.1:${options.port}\r\n\r\n`);
  const sockets = await Promise.all(Array.from({ length: options.connections }, () => open(options.port)));
  const length = await lengthOfAnswer(sockets[0]!, request);
  const started = performance.now();
  let left = options.requests;
  const takeOne = () => left-- > 0;
  await Promise.all(sockets.map((socket) => drive({ socket, request, length, takeOne })));
  return (performance.now() - started) / 1000;
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

function lengthOfAnswer(socket: Socket, request: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const head = text.indexOf('\r\n\r\n');
      const body = Number(/content-length: (\d+)/i.exec(text)?.[1]);
      if (!text.startsWith('HTTP/1.1 200 ')) reject(new Error(`not a 200: ${text.slice(0, 100)}`));
      else if (head !== -1 && text.length >= head + 4 + body) {
        socket.off('data', read);
        resolve(text.length);
      }
    };
    socket.on('data', read);
    socket.write(request);
  });
}

interface Drive {
  readonly socket: Socket;
  readonly request: Buffer;
  readonly length: number;
  readonly takeOne: () => boolean;
}

function drive({ socket, request, length, takeOne }: Drive): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = 0;
    const next = () => {
      if (takeOne()) socket.write(request);
      else socket.end(resolve);
    };
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      received += chunk.length;
      if (received < length) return;
      if (received > length) reject(new Error(`an answer of ${received} bytes, not ${length}`));
      received = 0;
      next();
    });
    next();
  });
}
