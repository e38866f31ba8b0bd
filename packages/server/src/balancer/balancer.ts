import type { Endpoint } from '../net/endpoint.ts';

/**
 * One address for several targets. It works on connections and looks at no byte of them: each connection goes to the
 * next target that takes it, and stays there. What it balances is HTTP, so a connection that no target takes is
 * answered with a 503 rather than cut without a word.
 */
export interface Balancer {
  /** Where it listens. */
  readonly endpoint: Endpoint;

  /**
   * Lets the port go. Connections on which the client has spoken go on; those on which it has not, such as a browser
   * opens to be quick when they are needed, are cut, because a web server that stops waits for their first request.
   */
  stopAccepting(): void;

  /**
   * Stops accepting, waits until the connections have ended, for `drainMs` at most or until `hurry` is aborted, and cuts
   * those that are left. May be called at any time and more than once.
   */
  stop(options: { readonly drainMs: number; readonly hurry: AbortSignal }): Promise<void>;
}
