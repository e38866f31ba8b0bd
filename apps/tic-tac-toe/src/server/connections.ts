import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Leaves no connection that would hold up the end. Node waits for the first request on a connection that was opened in
 * advance, as browsers do, and lets one live on after an answer that passes no hook of the application, such as metrics.
 */
export function letConnectionsEnd(app: FastifyInstance): void {
  const open = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  app.addHook('preClose', async () => {
    app.server.keepAliveTimeout = 1;
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
  });
}
