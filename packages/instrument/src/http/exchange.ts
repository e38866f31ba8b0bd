import { requestPath } from './request-path.ts';

/**
 * What functions that derive labels get to see of one request and its response. `Req` and `Res` are the framework's own
 * objects.
 */
export interface ExchangeView<Req = unknown, Res = unknown> {
  readonly request: Req;
  readonly response: Res;
  /** As the client sent it, not yet folded into a label. */
  readonly method: string;
  /** Without the query, as the client sent it: unbounded, so a poor label. */
  readonly path: string;
  /** The route template, such as `/games/:id`, or `unmatched`. */
  readonly endpoint: string;
  /** 0 until the response is over; 499 if the client went away before it had a status. */
  readonly status: number;
  /** 0 until the response is over. */
  readonly durationSeconds: number;
}

/** Which metrics a request counts in: all, only those attached to its route, or none. */
export type Tracking = 'all' | 'measures' | 'none';

/** A per-route metric at work on one request. */
export interface ActiveMeasure {
  finish(exchange: ExchangeView): void;
  /** The request turned out not to be tracked: take back what was counted at its start. */
  revert(): void;
}

export const UNMATCHED = 'unmatched';

/** nginx' status for a client that closed its connection before it was answered. */
export const CLIENT_CLOSED_REQUEST = 499;

/** What an exchange reads of the request as the server got it. */
export interface RawRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** The target before a framework took a mount path off `url`. */
  readonly originalUrl?: string;
}

export interface ExchangeInit {
  readonly raw: RawRequest;
  /** The framework's own objects. */
  readonly request: unknown;
  readonly response: unknown;
  /** Asks the framework's router for the route template, once the response is over. */
  readonly routeOf: ((exchange: Exchange) => string | undefined) | undefined;
}

/**
 * One request from its first byte to the end of its response. There is one for every request that is served, so it holds
 * what the end needs and derives the rest.
 */
export class Exchange implements ExchangeView {
  readonly raw: RawRequest;
  readonly request: unknown;
  readonly response: unknown;
  readonly routeOf: ExchangeInit['routeOf'];
  startedAtMs = 0;
  endpoint = UNMATCHED;
  status = 0;
  durationSeconds = 0;
  requestBytes = 0;
  responseBytes = 0;
  tracking: Tracking = 'all';
  hasFailed = false;
  isInFlight = false;
  isOver = false;
  measures: ActiveMeasure[] | undefined = undefined;

  constructor(init: ExchangeInit) {
    this.raw = init.raw;
    this.request = init.request;
    this.response = init.response;
    this.routeOf = init.routeOf;
  }

  get method(): string {
    return this.raw.method ?? '';
  }

  get path(): string {
    return requestPath(this.raw.originalUrl ?? this.raw.url);
  }
}
