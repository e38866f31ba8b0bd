import type { Endpoint } from '../net/endpoint.ts';
import type { AccessConfig } from './access/access-config.ts';
import type { ServerTls } from './access/server-tls.ts';

/** The API, the pages and everything else that is asked for over HTTP. */
export interface HttpServer {
  /**
   * Resolves with where it listens, which matters where the port was left to the system. Throws a HearthError, also where
   * others could reach it and nobody would ask who they are.
   */
  listen(endpoint: Endpoint): Promise<Endpoint>;
  /** Where it listens; `undefined` before `listen` and after `close`. */
  readonly address: Endpoint | undefined;
  /** Throws HEARTH_OPEN_ADDRESS where this access would let everybody in who reaches the address it listens on. */
  checkAccess(access: AccessConfig): void;
  /** New certificates for new connections. Throws what OpenSSL does not like, and keeps the old ones. */
  renewTls(tls: ServerTls): void;
  /** Takes nothing new, lets answers that are under way end for a few seconds, and resolves then. Twice is fine. */
  close(): Promise<void>;
}
