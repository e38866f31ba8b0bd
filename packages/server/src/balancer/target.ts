import type { Endpoint } from '../net/endpoint.ts';

/** Somewhere a connection can be sent. Read anew for every connection, so it may come, go and come back. */
export interface Target {
  /** `undefined` while nothing listens there. */
  readonly endpoint: Endpoint | undefined;
}
