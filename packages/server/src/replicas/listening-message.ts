import { MAX_PORT } from '../net/listen.ts';

/** The port of a `{ type: 'listening', port }` message; `undefined` for any other message. */
export function tryListeningPort(message: unknown): number | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  if (!('type' in message) || message.type !== 'listening' || !('port' in message)) return undefined;
  const { port } = message;
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > MAX_PORT) return undefined;
  return port;
}
