import type { FastifyInstance } from 'fastify';
import { Counter, Histogram, type Registry } from 'prom-client';

/** Those of Prometheus. */
const DURATION_BUCKETS = [0.1, 0.2, 0.4, 1, 3, 8, 20, 60, 120];
const SIZE_BUCKETS = [1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

/** Counts and times the requests of every route, under Prometheus' names. What is not there is not counted. */
export function measureRequests(app: FastifyInstance, registry: Registry): void {
  const registers = [registry];
  const requests = new Counter({
    name: 'prometheus_http_requests_total',
    help: 'Counter of HTTP requests.',
    labelNames: ['handler', 'code'],
    registers,
  });
  const duration = new Histogram({
    name: 'prometheus_http_request_duration_seconds',
    help: 'Histogram of latencies for HTTP requests.',
    labelNames: ['handler'],
    buckets: DURATION_BUCKETS,
    registers,
  });
  const size = new Histogram({
    name: 'prometheus_http_response_size_bytes',
    help: 'Histogram of response size for HTTP requests.',
    labelNames: ['handler'],
    buckets: SIZE_BUCKETS,
    registers,
  });
  app.addHook('onResponse', async (request, reply) => {
    const handler = request.routeOptions.url;
    if (handler === undefined) return;
    requests.inc({ handler, code: reply.statusCode });
    duration.observe({ handler }, reply.elapsedTime / 1000);
    const length = Number(reply.getHeader('content-length') ?? Number.NaN);
    if (Number.isFinite(length)) size.observe({ handler }, length);
  });
}
