import type { Naming } from './naming.ts';

/** Names as Prometheus' own practice has them. */
export const PROMETHEUS_NAMING: Naming = {
  requests: {
    name: 'http_requests_total',
    help: 'Total count of HTTP requests',
    labels: ['method', 'endpoint', 'status'],
  },
  duration: {
    name: 'http_request_duration_seconds',
    help: 'HTTP request latency in seconds',
    labels: ['method', 'endpoint'],
  },
  inFlight: {
    name: 'http_requests_in_flight',
    help: 'Current number of HTTP requests in flight',
    labels: [],
  },
  exceptions: {
    name: 'http_request_exceptions_total',
    help: 'Total number of HTTP requests that ended in an exception',
    labels: ['method', 'endpoint'],
  },
  requestSize: {
    name: 'http_request_size_bytes',
    help: 'Size of HTTP request bodies in bytes',
    labels: ['method', 'endpoint'],
  },
  responseSize: {
    name: 'http_response_size_bytes',
    help: 'Size of HTTP response bodies in bytes',
    labels: ['method', 'endpoint'],
  },
  endpointLabel: 'endpoint',
  durationBuckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  infos: [],
};
