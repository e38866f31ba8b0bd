import type { Socket } from 'node:net';

/**
 * What arrives until the other side ends its direction. Unlike the consumers of `node:stream`, it leaves the socket open
 * for writing.
 */
export function readToEnd(socket: Socket): Promise<Buffer> {
  const pieces: Buffer[] = [];
  return new Promise((resolve) => {
    socket.on('data', (piece: Buffer) => pieces.push(piece));
    socket.once('end', () => resolve(Buffer.concat(pieces)));
  });
}
