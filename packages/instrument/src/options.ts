import type { Registry } from 'prom-client';
import type { Guard } from './expose/guard.ts';
import type { ExchangeView } from './http/exchange.ts';
import type { LabelSources } from './labels.ts';
import type { Log } from './log.ts';
import type { NamingChoice } from './names/select-naming.ts';

/** Where the metrics are read. */
export type EndpointOptions =
  /** On the application itself, before its own routes and middleware. */
  | {
      /** Default: `/metrics`. */
      readonly path?: string;
      /** Who may read. Default: `directPrivateClients()`. */
      readonly guard?: Guard;
    }
  /** On a port of its own. */
  | {
      readonly port: number;
      /** Default: `127.0.0.1`. */
      readonly host?: string;
      readonly path?: string;
      /** Default: everybody who reaches the port. */
      readonly guard?: Guard;
    };

/** How requests are grouped: by route template, by raw path (capped), or by a label of one's own. */
export type Grouping<Req = unknown, Res = unknown> =
  | 'route'
  | 'path'
  | {
      readonly label: string;
      readonly value: (exchange: ExchangeView<Req, Res>) => string | undefined;
    };

/** All are optional. */
export interface InstrumentOptions<Req = unknown, Res = unknown> {
  /** Default: `prometheus`. */
  readonly names?: NamingChoice;
  /** Goes before the names of the HTTP metrics. Default: none, and `flask_` for the Flask names. */
  readonly prefix?: string;
  /** Default: the global registry of `prom-client`. */
  readonly registry?: Registry;
  /** The application's version for `app_info`. Default: the `version` that npm hands to its scripts, or `unknown`. */
  readonly version?: string;
  /** More labels for `app_info`. */
  readonly info?: Readonly<Record<string, string>>;
  /** Labels for every HTTP metric and every per-route metric. */
  readonly defaultLabels?: LabelSources<Req, Res>;
  /** Default: `route`. */
  readonly groupBy?: Grouping<Req, Res>;
  /** Upper limits of the duration's buckets in seconds, rising, without `+Inf`. Default: the naming's. */
  readonly buckets?: readonly number[];
  /** The same for request and response sizes in bytes. */
  readonly sizeBuckets?: readonly number[];
  /** `summary` keeps sum and count only. Default: `histogram`. */
  readonly durationAs?: 'histogram' | 'summary';
  /** Requests whose path matches one of these are not tracked. A string is a path, or a prefix if it ends in `*`. */
  readonly excludedPaths?: readonly (string | RegExp)[];
  /** Whether excluded paths are kept out of per-route metrics too. Default: true. */
  readonly excludeMeasures?: boolean;
  /** Whether the metrics of HTTP requests are kept at all. Default: true. */
  readonly httpMetrics?: boolean;
  /** Whether process and Node.js runtime metrics are collected. Default: true. */
  readonly runtimeMetrics?: boolean;
  /** Where the metrics are read; false for nowhere but {@link AppMetrics.render}. Default: `{ path: '/metrics' }`. */
  readonly endpoint?: EndpointOptions | false;
  /** Series that each metric may have before further ones are folded into `overflow`. Default: 2000. */
  readonly maxSeries?: number;
  /**
   * The labels of a request's exemplar, or undefined for none. Default: trace and span of a sampled W3C `traceparent` header.
   * `false` keeps no exemplars.
   */
  readonly exemplar?: ((request: Req) => Readonly<Record<string, string>> | undefined) | false;
  /** Default: `console.warn`. */
  readonly log?: Log;
}
