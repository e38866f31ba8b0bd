import type { Naming } from './naming.ts';

/**
 * The names, labels and buckets of `prometheus_flask_exporter` 0.23 and of the Python client 0.2x below it, so that queries
 * and dashboards written for Flask run unchanged. Requests in progress, sizes and `flask_app_info` are not in the
 * original; they carry the names that its users expect. Where Flask puts the raw path into `path`, this puts the route
 * template.
 */
export function flaskNaming(prefix: string): Naming {
  return {
    requests: {
      name: `${prefix}http_request_total`,
      help: 'Total number of HTTP requests',
      labels: ['method', 'status'],
    },
    duration: {
      name: `${prefix}http_request_duration_seconds`,
      help: 'Flask HTTP request duration in seconds',
      labels: ['method', 'endpoint', 'status'],
    },
    inFlight: {
      name: `${prefix}http_request_in_progress`,
      help: 'Number of HTTP requests in progress',
      labels: [],
    },
    exceptions: {
      name: `${prefix}http_request_exceptions_total`,
      help: 'Total number of HTTP requests which resulted in an exception',
      labels: ['method', 'status'],
    },
    requestSize: {
      name: `${prefix}http_request_size_bytes`,
      help: 'Size of HTTP request bodies in bytes',
      labels: ['method', 'endpoint'],
    },
    responseSize: {
      name: `${prefix}http_response_size_bytes`,
      help: 'Size of HTTP response bodies in bytes',
      labels: ['method', 'endpoint'],
    },
    endpointLabel: 'path',
    durationBuckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    infos: [
      { name: `${prefix}exporter_info`, help: 'Information about the exporter', version: 'library' },
      ...(prefix === ''
        ? []
        : [{ name: `${prefix}app_info`, help: 'Application info', version: 'application' } as const]),
    ],
  };
}
