import { connect, type Socket } from 'node:net';
import type { Endpoint } from '../net/endpoint.ts';
import type { Clock } from '../time/clock.ts';

export interface ConnectOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
}

/**
 * A connection to `endpoint`, or `undefined` when it is refused or takes too long. Never rejects. The socket comes with
 * a listener for errors, so a later one cannot take the process down: it shows as the socket closing.
 */
export function tryConnect(endpoint: Endpoint, { clock, timeoutMs }: ConnectOptions): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ ...endpoint, allowHalfOpen: true, noDelay: true });
    const timer = clock.after(timeoutMs, () => socket.destroy());
    const settle = (result: Socket | undefined): void => {
      timer.cancel();
      resolve(result);
    };
    socket.once('connect', () => settle(socket));
    socket.once('close', () => settle(undefined));
    socket.on('error', () => socket.destroy());
  });
}
