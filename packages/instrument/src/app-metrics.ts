import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Gauge, Registry } from 'prom-client';
import type { Exposition, RenderOptions } from './expose/exposition.ts';
import type { ListenOptions, MetricsServer } from './expose/server.ts';
import type { HistogramSpec, MeasureSpec } from './measure.ts';

/**
 * An instrumented application. `Middleware` is what its framework takes before a handler: a per-route metric counts the
 * requests of every route, router or application that it is put before.
 */
export interface AppMetrics<Middleware, Req = unknown, Res = unknown> {
  readonly registry: Registry;

  /** Counts requests. */
  counter(spec: MeasureSpec<Req, Res>): Middleware;
  /** Observes the seconds that requests take. */
  histogram(spec: HistogramSpec<Req, Res>): Middleware;
  /** Keeps the sum of seconds and the number of requests. */
  summary(spec: MeasureSpec<Req, Res>): Middleware;
  /** Holds how many requests are in progress. */
  gauge(spec: MeasureSpec<Req, Res>): Middleware;

  /** Keeps requests out of the metrics that all requests count in; per-route metrics still count them. */
  doNotTrack(): Middleware;
  /** Keeps requests out of every metric. */
  excludeAll(): Middleware;

  /** A gauge of value 1 with these labels; `prom-client`'s own, so it can be set to something else later. */
  info(name: string, help: string, labels: Readonly<Record<string, string>>): Gauge;

  /** The metrics as text, for an endpoint of one's own. */
  render(options?: RenderOptions): Promise<Exposition>;
  /** Answers a request with the metrics, or with a refusal of the endpoint's guard. Never rejects. */
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** Serves the metrics on a port of their own, in addition to what the options say. */
  listen(options: ListenOptions): Promise<MetricsServer>;

  /** Once the port of `endpoint: { port }` is bound: where; undefined if there is none or it could not be had. */
  readonly server: Promise<MetricsServer | undefined>;
  /** Closes every port that was opened. The metrics themselves stay in their registry. */
  close(): Promise<void>;
}
