import { HearthError } from '../../errors.ts';
import { type Endpoint, formatEndpoint } from '../../net/endpoint.ts';
import { tryLoopbackAddress } from '../../net/loopback.ts';

export interface ListenSafety {
  /** Users, or certificates of clients that are verified. */
  readonly isAuthenticated: boolean;
  /** The flag `--web.allow-open`. */
  readonly allowsOpen: boolean;
}

/**
 * Throws HEARTH_OPEN_ADDRESS where others could reach the server and nobody would ask who they are: everybody in the network
 * could read all metrics, and change things.
 */
export function assertSafeListen(endpoint: Endpoint, { isAuthenticated, allowsOpen }: ListenSafety): void {
  if (isAuthenticated || allowsOpen || tryLoopbackAddress(endpoint.host) !== undefined) return;
  throw new HearthError(
    'HEARTH_OPEN_ADDRESS',
    `${formatEndpoint(endpoint)} can be reached from other machines, and nobody would be asked who they are: ` +
      'name users in --web.config.file, listen on 127.0.0.1, or say --web.allow-open if that is meant',
  );
}
