/** What an HTTP metric can be told apart by. `endpoint` is the route template; a naming may give its label another name. */
export type HttpLabel = 'method' | 'endpoint' | 'status';

export interface HttpMetricName {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly HttpLabel[];
}

/**
 * The names under which the metrics of HTTP requests are exposed. Those of the application itself (`app_info`,
 * `app_uptime_seconds`) and of rate limits are the same in every naming.
 */
export interface Naming {
  readonly requests: HttpMetricName;
  readonly duration: HttpMetricName;
  readonly inFlight: HttpMetricName;
  readonly exceptions: HttpMetricName;
  readonly requestSize: HttpMetricName;
  readonly responseSize: HttpMetricName;
  /** Name of the label for the route template. */
  readonly endpointLabel: string;
  /** Upper limits of the duration's buckets in seconds. */
  readonly durationBuckets: readonly number[];
  /** Gauges of value 1 beside `app_info`; `version` says whose version they carry. */
  readonly infos: readonly {
    readonly name: string;
    readonly help: string;
    readonly version: 'application' | 'library';
  }[];
}
