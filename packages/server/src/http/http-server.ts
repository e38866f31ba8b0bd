import type { Endpoint } from '../net/endpoint.ts';

/** The API, the pages and everything else that is asked for over HTTP. */
export interface HttpServer {
  /** Resolves with where it listens, which matters where the port was left to the system. Throws a HearthError. */
  listen(endpoint: Endpoint): Promise<Endpoint>;
  /** Where it listens; `undefined` before `listen` and after `close`. */
  readonly address: Endpoint | undefined;
  /** Answers what it was asked, takes nothing new, and lets idle connections go. Twice is fine. */
  close(): Promise<void>;
}
