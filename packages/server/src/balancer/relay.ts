import type { Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { Clock, Timer } from '../time/clock.ts';

export interface RelayOptions {
  readonly clock: Clock;
  /** How long a connection that one side has ended may carry nothing before it is cut. */
  readonly halfOpenSilenceMs: number;
}

/**
 * Carries bytes both ways, no faster than the slower side reads, until both directions have ended or one has broken.
 * A side that ends its direction can go on receiving. Never rejects; both sockets are destroyed when it resolves.
 */
export async function relay(client: Socket, upstream: Socket, options: RelayOptions): Promise<void> {
  const directions = [pipeline(client, upstream), pipeline(upstream, client)];
  const bothSettled = Promise.allSettled(directions);
  await Promise.race(directions.map((direction) => Promise.allSettled([direction])));
  const cut = cutWhenSilent([client, upstream], options);
  await bothSettled;
  cut.cancel();
  client.destroy();
  upstream.destroy();
}

/** A peer that has vanished after half a farewell would otherwise hold its two sockets for ever. */
function cutWhenSilent(sockets: readonly Socket[], { clock, halfOpenSilenceMs }: RelayOptions): Timer {
  const traffic = (): number => sockets.reduce((sum, socket) => sum + socket.bytesRead + socket.bytesWritten, 0);
  let seen = traffic();
  const check = (): void => {
    const now = traffic();
    if (now === seen) {
      for (const socket of sockets) socket.destroy();
      return;
    }
    seen = now;
    timer = clock.after(halfOpenSilenceMs, check);
  };
  let timer = clock.after(halfOpenSilenceMs, check);
  return { cancel: () => timer.cancel() };
}
