export interface BenchmarkQuery {
  readonly name: string;
  readonly text: string;
}

/** What dashboards ask: each panel over six hours, a value every fifteen seconds. */
export const QUERIES: readonly BenchmarkQuery[] = [
  { name: 'request rate', text: 'sum by (instance, status) (rate(http_requests_total[1m]))' },
  {
    name: 'error share',
    text: 'sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))',
  },
  { name: 'p95', text: 'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))' },
  {
    name: 'p99 by endpoint',
    text: 'histogram_quantile(0.99, sum by (le, endpoint) (rate(http_request_duration_seconds_bucket[5m])))',
  },
  {
    name: 'mean duration',
    text: 'sum by (instance) (rate(http_request_duration_seconds_sum[5m])) / sum by (instance) (rate(http_request_duration_seconds_count[5m]))',
  },
  {
    name: 'apdex',
    text: '(sum by (instance) (rate(http_request_duration_seconds_bucket{le="0.25"}[5m])) + sum by (instance) (rate(http_request_duration_seconds_bucket{le="1"}[5m]))) / 2 / sum by (instance) (rate(http_request_duration_seconds_count[5m]))',
  },
  { name: 'busiest endpoints', text: 'topk(3, sum by (endpoint) (rate(http_requests_total[5m])))' },
  { name: 'busiest series', text: 'topk(10, rate(http_requests_total[1m]))' },
  { name: 'hourly increase', text: 'sum by (endpoint) (increase(http_requests_total[1h]))' },
  { name: 'an hour before', text: 'sum by (endpoint) (rate(http_requests_total[5m] offset 1h))' },
  {
    name: 'shares of statuses',
    text: 'sum by (endpoint, status) (rate(http_requests_total[5m])) / on (endpoint) group_left sum by (endpoint) (rate(http_requests_total[5m]))',
  },
  {
    name: 'status classes',
    text: 'sum by (class) (label_replace(rate(http_requests_total[5m]), "class", "$1", "status", "(.).."))',
  },
  { name: 'memory', text: 'process_resident_memory_bytes' },
  { name: '500 gauges', text: 'rate_limit_remaining' },
  { name: 'rate limit used up', text: 'rate_limit_remaining < 10' },
  { name: 'series by status', text: 'count by (status) (http_requests_total)' },
  { name: 'host CPU', text: '100 * (1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m])))' },
  {
    name: 'CPU by version',
    text: 'rate(process_cpu_seconds_total[5m]) * on (instance) group_left (version) app_info',
  },
  { name: 'memory peak', text: 'max_over_time(process_resident_memory_bytes[30m])' },
  { name: 'average remaining', text: 'avg_over_time(rate_limit_remaining[10m])' },
  { name: 'lag quantile', text: 'quantile_over_time(0.9, nodejs_eventloop_lag_seconds[10m])' },
  { name: 'trend', text: 'predict_linear(process_resident_memory_bytes[1h], 4 * 3600)' },
  { name: 'peak of rates', text: 'max_over_time(sum(rate(http_requests_total[1m]))[30m:1m])' },
  { name: 'job stability', text: 'avg_over_time((jenkins_last_build_result == bool 0)[1h:1m])' },
  { name: 'uptime', text: 'time() - process_start_time_seconds' },
  { name: 'restarts', text: 'sum(changes(process_start_time_seconds[1h]))' },
  { name: 'target gone', text: 'absent(up{job="shop", instance="10.0.0.99:3000"}) or up == 0' },
];
